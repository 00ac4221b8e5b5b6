#include "statetest/report.hpp"

#include "io/json_writer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace runahead {
namespace {

std::string counted(const Counts& counts) {
  return std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) + " failed, " +
         std::to_string(counts.skipped) + " skipped";
}

/// In the order of the forks, those with unknown names last.
std::vector<std::pair<std::string, Counts>> by_age(const std::map<std::string, Counts>& forks) {
  std::vector<std::pair<std::string, Counts>> ordered(forks.begin(), forks.end());
  std::ranges::sort(ordered, {}, [](const auto& entry) {
    const Result<Fork> fork = parse_fork(entry.first);
    return std::pair(fork ? static_cast<size_t>(*fork) : fork_count, entry.first);
  });
  return ordered;
}

/// Further lines of a message are set below the first.
std::string indented(std::string text) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    text.insert(at + 1, "    ");
  return text;
}

std::string describe(const Failure& failure) {
  std::string where = failure.path;
  if (!failure.name.empty()) where += " :: " + failure.name;
  if (!failure.label.empty()) where += " " + failure.label;
  return "FAIL " + where + ": " + indented(failure.message) + "\n";
}

} // namespace

std::string to_text(const SuiteReport& report, size_t max_failures) {
  std::string text;
  const size_t shown = std::min(max_failures, report.failures.size());
  for (size_t i = 0; i < shown; ++i) text += describe(report.failures[i]);
  if (shown < report.failures.size())
    text += "and " + std::to_string(report.failures.size() - shown) + " failures more\n";
  for (const auto& [reason, count] : report.skip_reasons)
    text += "skipped " + std::to_string(count) + ": " + reason + "\n";
  for (const auto& [fork, counts] : by_age(report.by_fork))
    text += fork + ": " + counted(counts) + "\n";
  return text + counted(report.counts) + "\n";
}

std::string to_json(const SuiteReport& report, size_t max_failures) {
  JsonWriter json;
  const auto put_counts = [&](const Counts& counts) {
    json.key("passed").number(counts.passed);
    json.key("failed").number(counts.failed);
    json.key("skipped").number(counts.skipped);
  };
  json.begin_object();
  put_counts(report.counts);
  json.key("files").number(report.files);
  json.key("forks").begin_object();
  for (const auto& [fork, counts] : by_age(report.by_fork)) {
    json.key(fork).begin_object();
    put_counts(counts);
    json.end_object();
  }
  json.end_object().key("skipReasons").begin_object();
  for (const auto& [reason, count] : report.skip_reasons) json.key(reason).number(count);
  json.end_object().key("failures").begin_array();
  const size_t shown = std::min(max_failures, report.failures.size());
  for (const Failure& failure : std::span(report.failures).first(shown)) {
    json.begin_object().key("path").text(failure.path).key("name").text(failure.name);
    json.key("case").text(failure.label).key("message").text(failure.message).end_object();
  }
  return json.end_array().end_object().take() + "\n";
}

} // namespace runahead
