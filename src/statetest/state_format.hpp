// The GeneralStateTest format as a suite runs it.
#pragma once

#include "machine/engine.hpp"
#include "statetest/case_runner.hpp"
#include "statetest/suite_format.hpp"

namespace runahead {

class StateFormat final : public TestFormat {
public:
  /// `engine` must outlive it, and every test that was read.
  StateFormat(const Engine& engine, const CaseOptions& options)
      : engine_(engine), options_(options) {}

  std::unique_ptr<TestReader> make_reader() const override;
  Result<std::string> fork_name(std::string_view text) const override;

private:
  const Engine& engine_;
  CaseOptions options_;
};

} // namespace runahead
