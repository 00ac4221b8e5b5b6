// Runs the cases of one fixture test.
#pragma once

#include "io/virtual_loop.hpp"
#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"
#include "statetest/verdict.hpp"

#include <cstdint>
#include <optional>

namespace runahead {

/// How cases are run.
struct CaseOptions {
  /// If set, each case runs a second time over a source with delays and faults drawn from this seed
  /// and the case's id; both runs must agree in everything.
  std::optional<uint64_t> delayed_seed;
  Speculation speculation = Speculation::off; ///< of the second run
};

/// Makes the hashes of the blocks before `number` known: the format has no chain, so a block's hash
/// is that of its number's decimal text.
void add_block_hashes(MemorySource& source, uint64_t number);

/// What a case executes: `tx` in its test's block, by the rules of `fork`.
ExecutionInput input_of(const FixtureTest& test, const FixtureCase& fixture_case, Fork fork,
                        Transaction tx);

/// Used from one thread. Keeps what the cases of the test share: the pre-state and its trie.
class CaseRunner {
public:
  /// Engine and code cache must outlive it. REQUIRES: the test has no problem.
  CaseRunner(FixtureTest test, const Engine& engine, Caches& caches, const CaseOptions& options);
  CaseRunner(const CaseRunner&) = delete;
  CaseRunner& operator=(const CaseRunner&) = delete;

  const FixtureTest& test() const { return test_; }

  /// Runs one of `test().cases`.
  CaseResult run(const FixtureCase& fixture_case);

private:
  Ending execute(const ExecutionInput& input, StateSource& source, VirtualLoop& loop,
                 Speculation speculation) const;
  CaseResult run_delayed(const FixtureCase& fixture_case, const ExecutionInput& input,
                         const Ending& direct);

  FixtureTest test_;
  const Engine& engine_;
  Caches& caches_;
  CaseOptions options_;
  MemorySource source_;
  PreState pre_state_;
};

} // namespace runahead
