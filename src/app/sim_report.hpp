// What many simulated calls come to: totals, distributions and the worst of each setting, as
// Markdown, JSON and charts.
#pragma once

#include "app/sim_run.hpp"
#include "app/svg_chart.hpp"

#include <string>
#include <utility>
#include <vector>

namespace runahead {

/// All calls under one setting.
struct SimColumn {
  std::string name;
  std::vector<SimResult> results; ///< in the order of the calls
};

struct SimReport {
  std::string title;
  std::string conditions; ///< latency, seed, what is known before
  bool known_code = false;
  std::vector<std::string> names;
  std::vector<SimTruth> truths;
  SimColumn serial;
  std::vector<SimColumn> columns;
};

/// Of a list of whole numbers.
struct Spread {
  uint64_t sum = 0, p50 = 0, p90 = 0, p99 = 0, max = 0;
};
/// The smallest value that at least so many percent do not exceed; zeros of an empty list.
Spread spread_of(std::vector<uint64_t> values);

struct SimTotals {
  Spread rounds;
  uint64_t reads = 0, wasted = 0, scout_runs = 0, scout_steps = 0, true_steps = 0;
  double virtual_ms = 0, cpu_ms = 0;
  size_t more_rounds = 0; ///< calls that take more than serial
  size_t slower = 0;      ///< whose virtual time and CPU time together are longer than serial's
  size_t inexact = 0;     ///< that do not end as they should
};
SimTotals totals_of(const SimReport& report, const SimColumn& column);

std::string to_markdown(const SimReport& report);
std::string to_json(const SimReport& report);
/// Name of a file, and chart.
std::vector<std::pair<std::string, BarChart>> charts_of(const SimReport& report);

} // namespace runahead
