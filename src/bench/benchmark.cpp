#include "bench/benchmark.hpp"

#include "base/hex.hpp"
#include "statetest/fixture_files.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

namespace runahead {
namespace {

/// A case of each entry of `data`, for tests that expect nothing.
std::vector<FixtureCase> plain_cases(const FixtureTest& test, Fork fork) {
  std::vector<FixtureCase> cases(test.transaction.data.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    cases[i].data_index = i;
    cases[i].fork = name(fork);
  }
  return cases;
}

/// What tells a case from the others of its test.
std::string variant_name(const FixtureTest& test, const FixtureCase& variant) {
  const auto label = test.data_labels.find(variant.data_index);
  std::string name;
  if (label != test.data_labels.end())
    name = "/" + label->second;
  else if (test.transaction.data.size() > 1)
    name = "/" + std::to_string(variant.data_index);
  if (test.transaction.gas_limits.size() > 1) name += "/gas" + std::to_string(variant.gas_index);
  if (test.transaction.values.size() > 1) name += "/value" + std::to_string(variant.value_index);
  const bool one_fork = std::ranges::all_of(
      test.cases, [&](const FixtureCase& other) { return other.fork == variant.fork; });
  return one_fork ? name : name + "@" + variant.fork;
}

std::string group_of(const std::string& path) {
  std::error_code error;
  return std::filesystem::absolute(path, error).lexically_normal().parent_path().filename();
}

Result<void> add_test(std::vector<Benchmark>& all, const std::string& path, FixtureTest read,
                      Fork fallback) {
  const std::string place = path + ": " + read.name;
  if (!read.problem.empty()) return fail_at(place, {read.problem});
  const auto test = std::make_shared<const FixtureTest>(std::move(read));
  const bool expects = !test->cases.empty();
  for (const FixtureCase& variant : expects ? test->cases : plain_cases(*test, fallback)) {
    if (!variant.problem.empty()) return fail_at(place, {variant.problem});
    const auto fork = parse_fork(variant.fork);
    if (!fork) return fail_at(place + ": post", fork.error());
    if (!test->transaction.to)
      return fail(place + ": transaction.to: is empty, and creations are not timed");
    all.push_back({group_of(path), test->name + variant_name(*test, variant), path, test, variant,
                   expects, *fork});
  }
  return {};
}

Result<void> add_file(std::vector<Benchmark>& all, FixtureReader& reader, const std::string& path,
                      Fork fallback) {
  auto tests = reader.read(path);
  if (!tests) return fail_at(path, tests.error());
  for (FixtureTest& test : *tests)
    if (auto ok = add_test(all, path, std::move(test), fallback); !ok) return ok;
  return {};
}

Result<std::regex> parse_filter(const std::string& filter) {
  try {
    return std::regex(filter, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    return fail("--filter " + quoted_start(filter) + ": " + error.what());
  }
}

} // namespace

Result<std::vector<Benchmark>> load_benchmarks(const BenchmarkSelection& selection) {
  const auto filter = parse_filter(selection.filter);
  if (!filter) return std::unexpected(filter.error());
  const auto files = find_fixture_files(selection.paths);
  if (!files) return std::unexpected(files.error());
  std::vector<Benchmark> all;
  FixtureReader reader(FixtureForm::benchmark);
  for (const FixtureFile& file : *files)
    if (auto ok = add_file(all, reader, file.path, selection.fork); !ok)
      return std::unexpected(ok.error());
  std::set<std::string> titles;
  for (const Benchmark& benchmark : all)
    if (!titles.insert(benchmark.title()).second)
      return fail(benchmark.path + ": " + benchmark.name + ": a second case with the name " +
                  quoted_start(benchmark.title()));
  std::erase_if(all, [&](const Benchmark& benchmark) {
    return !std::regex_search(benchmark.title(), *filter);
  });
  if (all.empty()) return fail("--filter " + quoted_start(selection.filter) + ": leaves no case");
  return all;
}

} // namespace runahead
