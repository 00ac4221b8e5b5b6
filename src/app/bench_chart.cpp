#include "app/bench_chart.hpp"

#include <algorithm>
#include <functional>

namespace runahead {
namespace {

constexpr double mega = 1e6;

/// What one series of a chart shows of a case.
struct Column {
  BarSeries series;
  std::function<std::optional<double>(const CaseReport&)> value;
};

std::string lane_name(const std::string& engine, Analysis analysis) {
  return engine + (analysis == Analysis::inside ? ", with analysis" : "");
}

/// One row a case, behind each group its geometric mean.
BarChart draw(const BenchReport& report, const std::vector<Column>& columns) {
  BarChart chart;
  for (const Column& column : columns) chart.series.push_back(column.series);
  for (const std::string& group : report.groups()) {
    std::vector<std::vector<std::optional<double>>> all(columns.size());
    for (const CaseReport& row : report.cases) {
      if (row.group != group) continue;
      BarRow bars{group, row.name, {}, false};
      for (size_t i = 0; i < columns.size(); ++i) {
        bars.values.push_back(columns[i].value(row));
        all[i].push_back(bars.values.back());
      }
      chart.rows.push_back(std::move(bars));
    }
    BarRow mean{group, "geometric mean", {}, true};
    for (const auto& values : all) mean.values.push_back(geometric_mean(values));
    chart.rows.push_back(std::move(mean));
  }
  chart.subtitle = report.program + ", " + report.date + ", " + report.host.cpu;
  return chart;
}

} // namespace

BarChart speed_chart(const BenchReport& report) {
  std::vector<Column> columns;
  for (size_t i = 0; i < report.engine_order.size(); ++i)
    for (const Analysis analysis : {Analysis::outside, Analysis::inside}) {
      const Lane lane{report.engine_order[i], analysis};
      const auto speed = [lane](const CaseReport& row) -> std::optional<double> {
        const auto value = gas_per_second(row, lane);
        return value ? std::optional(*value / mega) : std::nullopt;
      };
      if (std::ranges::any_of(report.cases,
                              [&](const CaseReport& row) { return row.find(lane) != nullptr; }))
        columns.push_back(
            {{lane_name(lane.engine, analysis), i, analysis == Analysis::inside}, speed});
    }
  BarChart chart = draw(report, columns);
  chart.title = "Execution speed";
  chart.unit = "Mgas/s";
  return chart;
}

BarChart ratio_chart(const BenchReport& report, const std::vector<std::string>& own) {
  std::vector<Column> columns;
  size_t colour = 0;
  for (const std::string& engine : own)
    for (const std::string& other : report.engine_order) {
      if (std::ranges::find(own, other) != own.end()) continue;
      for (const Analysis analysis : {Analysis::outside, Analysis::inside}) {
        const Lane ours{engine, analysis}, theirs{other, analysis};
        const auto ratio = [=](const CaseReport& row) { return time_ratio(row, theirs, ours); };
        if (std::ranges::any_of(report.cases,
                                [&](const CaseReport& row) { return ratio(row).has_value(); }))
          columns.push_back({{lane_name(engine + " against " + other, analysis), colour,
                              analysis == Analysis::inside},
                             ratio});
      }
      ++colour;
    }
  BarChart chart = draw(report, columns);
  chart.title = "Speed against other engines";
  chart.unit = "times as fast";
  chart.reference = 1;
  return chart;
}

} // namespace runahead
