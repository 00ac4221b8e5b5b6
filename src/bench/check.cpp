#include "bench/check.hpp"

#include "statetest/case_runner.hpp"

namespace runahead {

Result<void> check_expectation(const Benchmark& benchmark, const Engine& engine) {
  if (!benchmark.expects) return {};
  Caches caches;
  CaseRunner runner(*benchmark.test, engine, caches, {});
  const CaseResult result = runner.run(benchmark.variant);
  if (result.verdict == Verdict::passed) return {};
  return fail(std::string(engine.name()) + ": " + result.message);
}

} // namespace runahead
