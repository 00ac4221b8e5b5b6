#include "bench/report.hpp"

#include <algorithm>
#include <cmath>

namespace runahead {

std::vector<std::string> BenchReport::engines(Analysis analysis) const {
  std::vector<std::string> found;
  for (const std::string& engine : engine_order)
    if (std::ranges::any_of(
            cases, [&](const CaseReport& row) { return row.find({engine, analysis}) != nullptr; }))
      found.push_back(engine);
  return found;
}

std::vector<std::string> BenchReport::groups() const {
  std::vector<std::string> found;
  for (const CaseReport& row : cases)
    if (std::ranges::find(found, row.group) == found.end()) found.push_back(row.group);
  return found;
}

std::optional<double> time_ratio(const CaseReport& row, const Lane& lane, const Lane& base) {
  const Timing *timing = row.find(lane), *against = row.find(base);
  if (timing == nullptr || against == nullptr) return std::nullopt;
  return timing->min_ns / against->min_ns;
}

std::optional<double> gas_per_second(const CaseReport& row, const Lane& lane) {
  const Timing* timing = row.find(lane);
  if (timing == nullptr || !row.gas || *row.gas == 0) return std::nullopt;
  return static_cast<double>(*row.gas) * 1e9 / timing->min_ns;
}

std::optional<double> geometric_mean(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  size_t count = 0;
  for (const auto& value : values) {
    if (!value) continue;
    sum += std::log(*value);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return std::exp(sum / static_cast<double>(count));
}

Merged merge(BenchReport& report, const BenchReport& other, const std::string& suffix) {
  Merged merged;
  std::map<std::string, std::string> renamed;
  for (const std::string& engine : other.engine_order) {
    const bool taken = std::ranges::find(report.engine_order, engine) != report.engine_order.end();
    renamed[engine] = taken ? engine + " (" + suffix + ")" : engine;
    merged.engine_names.push_back(renamed[engine]);
  }
  for (CaseReport& row : report.cases) {
    const auto same = std::ranges::find(other.cases, row.title(), &CaseReport::title);
    if (same == other.cases.end()) continue;
    if (row.gas && same->gas && *row.gas != *same->gas) {
      merged.other_gas.push_back(row.title());
      continue;
    }
    ++merged.cases;
    for (const auto& [lane, timing] : same->timings)
      row.timings[{renamed[lane.engine], lane.analysis}] = timing;
  }
  report.engine_order.insert(report.engine_order.end(), merged.engine_names.begin(),
                             merged.engine_names.end());
  return merged;
}

} // namespace runahead
