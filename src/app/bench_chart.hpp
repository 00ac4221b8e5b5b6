// Benchmark reports as bar charts.
#pragma once

#include "app/svg_chart.hpp"
#include "bench/report.hpp"

namespace runahead {

/// Millions of gas a second, of all engines and analyses.
BarChart speed_chart(const BenchReport& report);

/// How many times as fast the engines `own` are as the other ones of the report.
BarChart ratio_chart(const BenchReport& report, const std::vector<std::string>& own);

} // namespace runahead
