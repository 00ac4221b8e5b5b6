// Benchmark files as lists of cases: state tests with labels (ipsilon/evm-benchmarks), and
// pre-states with a list of transactions (revmc's data).
#pragma once

#include "base/result.hpp"
#include "statetest/fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace runahead {

/// One transaction on its pre-state.
struct Benchmark {
  std::string group; ///< the file's folder
  std::string name;  ///< the test's, and what tells its variants apart: `sha1_divs/empty`
  std::string path;
  std::shared_ptr<const FixtureTest> test;
  FixtureCase variant;  ///< what it expects counts only if `expects`
  bool expects = false; ///< the file says what must come of it
  Fork fork{};

  std::string title() const { return group + "/" + name; }
};

struct BenchmarkSelection {
  std::vector<std::string> paths; ///< files, and folders to search for .json files
  std::string filter;             ///< a regular expression (ECMAScript) found in the title
  Fork fork{};                    ///< of tests that name none
};

/// By path, then in each file's order. Refused, with file and key: what cannot be read; two cases
/// with one title; and a selection that leaves none.
Result<std::vector<Benchmark>> load_benchmarks(const BenchmarkSelection& selection);

} // namespace runahead
