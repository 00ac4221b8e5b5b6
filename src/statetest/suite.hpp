// Runs whole folders of fixture files on several threads, and counts.
#pragma once

#include "base/result.hpp"
#include "statetest/suite_format.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// Every case is drawn by its id and the seed, with a chance of `keep` in `of`. REQUIRES: of > 0.
struct Sample {
  uint64_t keep = 1, of = 1;
  uint64_t seed = 0;
};

/// `N/M` with decimal N <= M and M > 0; the seed stays 0.
Result<Sample> parse_sample(std::string_view text);

struct SuiteOptions {
  std::vector<std::string> paths; ///< files, and folders to search for .json files
  std::vector<std::string> forks; ///< only cases of these, any letter case; empty: of all
  std::string filter; ///< only cases with this in `path :: name [fork d/g/v]`, or what the format
                      ///< has as label
  Sample sample;
  unsigned jobs = 1; ///< threads; each takes one file after the other
};

struct Counts {
  uint64_t passed = 0, failed = 0, skipped = 0;

  uint64_t total() const { return passed + failed + skipped; }
};

struct Failure {
  std::string path;
  std::string name;  ///< the test's; empty if the file itself is wrong
  std::string label; ///< the case's; empty if the test itself is wrong
  std::string message;
};

struct SuiteReport {
  Counts counts;
  std::map<std::string, Counts> by_fork;
  std::map<std::string, uint64_t> skip_reasons;
  std::vector<Failure> failures; ///< by path, then in the file's order
  uint64_t files = 0;
};

/// What a run has done so far.
struct SuiteProgress {
  uint64_t bytes_done = 0, bytes = 0; ///< of files
  uint64_t cases = 0, failed = 0;
};

/// Runs every selected case. A file or a test that is broken counts as one failed case. `format`
/// serves all threads. `progress`, if any, is called on the caller's thread every now and then.
/// Refused before anything runs: a path that does not exist, a folder without files, a fork with an
/// unknown name; and afterwards: paths or filters that leave no case at all.
Result<SuiteReport> run_suite(const SuiteOptions& options, const TestFormat& format,
                              const std::function<void(const SuiteProgress&)>& progress = {});

} // namespace runahead
