// The BlockchainTest format as a suite runs it: a test is one case.
#pragma once

#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "statetest/block_fixture.hpp"
#include "statetest/case_runner.hpp"
#include "statetest/suite_format.hpp"

namespace runahead {

class BlockFormat final : public TestFormat {
public:
  /// `engine` must outlive it, and every test that was read.
  BlockFormat(const Engine& engine, const CaseOptions& options)
      : engine_(engine), options_(options) {}

  std::unique_ptr<TestReader> make_reader() const override;
  Result<std::string> fork_name(std::string_view text) const override;

private:
  const Engine& engine_;
  CaseOptions options_;
};

/// Imports the blocks one after another. Passed if each was taken or refused as the fixture says,
/// for a reason it names, and the head and its state are the expected ones. REQUIRES: no problem.
CaseResult run_block_fixture(const BlockFixture& test, const Engine& engine, Caches& caches,
                             const CaseOptions& options);

} // namespace runahead
