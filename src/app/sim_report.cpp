#include "app/sim_report.hpp"

#include "io/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace runahead {
namespace {

constexpr size_t worst_calls = 10;
constexpr size_t most_charted_calls = 24; ///< with more, a chart shows their distribution

double virtual_ms(const SimResult& result) {
  return std::chrono::duration<double, std::milli>(result.stats.elapsed).count();
}

double time_ms(const SimResult& result) { return virtual_ms(result) + result.cpu_ms; }

double ratio(double a, double b) { return b != 0 ? a / b : 0; }

std::vector<uint64_t> rounds_of(const SimColumn& column) {
  std::vector<uint64_t> rounds;
  for (const SimResult& result : column.results) rounds.push_back(result.stats.rounds);
  return rounds;
}

std::vector<uint64_t> bounds_of(const SimReport& report, size_t foresight) {
  std::vector<uint64_t> rounds;
  for (const SimTruth& truth : report.truths)
    rounds.push_back(truth.bounds[foresight][report.known_code]);
  return rounds;
}

/// The rows of a comparison: settings, then what the data allow.
struct Line {
  std::string name;
  std::vector<uint64_t> rounds;
  const SimColumn* column; ///< null for a bound
};

std::vector<Line> lines_of(const SimReport& report) {
  std::vector<Line> lines = {{report.serial.name, rounds_of(report.serial), &report.serial}};
  for (const SimColumn& column : report.columns)
    lines.push_back({column.name, rounds_of(column), &column});
  for (size_t i = 0; i < foresights.size(); ++i)
    if (foresights[i].branches != 0)
      lines.push_back({"bound " + std::string(foresights[i].name), bounds_of(report, i), nullptr});
  return lines;
}

/// Calls by the rounds of the last setting, most first.
std::vector<size_t> worst_of(const SimReport& report) {
  const SimColumn& last = report.columns.empty() ? report.serial : report.columns.back();
  std::vector<size_t> order(report.names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const size_t count = std::min(worst_calls, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count), {},
                            [&](size_t i) { return std::pair(~last.results[i].stats.rounds, i); });
  order.resize(count);
  return order;
}

void put(JsonWriter& json, const Spread& spread) {
  json.begin_object().key("sum").number(spread.sum).key("p50").number(spread.p50);
  json.key("p90").number(spread.p90).key("p99").number(spread.p99);
  json.key("max").number(spread.max).end_object();
}

void put(JsonWriter& json, const SimTotals& t, double times) {
  json.key("rounds");
  put(json, t.rounds);
  json.key("timesFewer").raw(fmt::format("{:.3f}", times));
  json.key("reads").number(t.reads).key("wastedReads").number(t.wasted);
  json.key("wastePercent")
      .raw(fmt::format("{:.2f}", 100 * ratio(static_cast<double>(t.wasted),
                                             static_cast<double>(t.reads - t.wasted))));
  json.key("scoutRuns").number(t.scout_runs).key("scoutSteps").number(t.scout_steps);
  json.key("trueSteps").number(t.true_steps);
  json.key("virtualMs").raw(fmt::format("{:.3f}", t.virtual_ms));
  json.key("cpuMs").raw(fmt::format("{:.3f}", t.cpu_ms));
  json.key("callsWithMoreRounds").number(t.more_rounds).key("callsSlower").number(t.slower);
  json.key("inexact").number(t.inexact);
}

void put_call(JsonWriter& json, const SimReport& report, size_t i) {
  const SimTruth& truth = report.truths[i];
  json.begin_object().key("call").text(report.names[i]);
  json.key("steps").number(truth.steps).key("storageReads").number(truth.storage_reads);
  json.key("rounds").begin_object();
  for (const Line& line : lines_of(report)) json.key(line.name).number(line.rounds[i]);
  json.end_object().end_object();
}

std::string table_of_settings(const SimReport& report) {
  std::string text =
      "| | rounds | times fewer | p50 | p90 | p99 | max | reads | wasted | scout steps "
      "÷ true | scout runs | virtual s | CPU s | more rounds | slower | inexact |\n"
      "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
      "---:|\n";
  const auto serial = static_cast<double>(spread_of(rounds_of(report.serial)).sum);
  for (const Line& line : lines_of(report)) {
    const Spread rounds = spread_of(line.rounds);
    text += fmt::format("| {} | {} | {:.2f} | {} | {} | {} | {} |", line.name, rounds.sum,
                        ratio(serial, static_cast<double>(rounds.sum)), rounds.p50, rounds.p90,
                        rounds.p99, rounds.max);
    if (line.column == nullptr) {
      text += " | | | | | | | | |\n";
      continue;
    }
    const SimTotals t = totals_of(report, *line.column);
    text += fmt::format(
        " {} | {:.1f}% | {:.2f} | {} | {:.2f} | {:.2f} | {} | {} | {} |\n", t.reads,
        100 * ratio(static_cast<double>(t.wasted), static_cast<double>(t.reads - t.wasted)),
        ratio(static_cast<double>(t.scout_steps), static_cast<double>(t.true_steps)), t.scout_runs,
        t.virtual_ms / 1e3, t.cpu_ms / 1e3, t.more_rounds, t.slower, t.inexact);
  }
  return text;
}

std::string table_of_calls(const SimReport& report, const std::vector<size_t>& calls) {
  const std::vector<Line> lines = lines_of(report);
  std::string text = "| call | steps | slots |", rule = "|---|---:|---:|";
  for (const Line& line : lines) {
    text += " " + line.name + " |";
    rule += "---:|";
  }
  text += "\n" + rule + "\n";
  for (const size_t i : calls) {
    text += fmt::format("| {} | {} | {} |", report.names[i], report.truths[i].steps,
                        report.truths[i].storage_reads);
    for (const Line& line : lines) text += fmt::format(" {} |", line.rounds[i]);
    text += "\n";
  }
  return text;
}

// Charts -----------------------------------------------------------------------------------------

std::optional<double> positive(uint64_t value) {
  return value != 0 ? std::optional(static_cast<double>(value)) : std::nullopt;
}

BarChart empty_chart(const SimReport& report, const std::vector<Line>& lines, std::string title) {
  BarChart chart;
  chart.title = std::move(title);
  chart.subtitle = report.title + "; " + report.conditions;
  chart.unit = "rounds";
  for (size_t i = 0; i < lines.size(); ++i)
    chart.series.push_back({lines[i].name, i, lines[i].column == nullptr});
  return chart;
}

BarChart chart_of_spreads(const SimReport& report, const std::vector<Line>& lines) {
  BarChart chart = empty_chart(report, lines, "Rounds of a call");
  const std::array<std::pair<const char*, uint64_t Spread::*>, 4> rows = {{
      {"half of the calls take at most", &Spread::p50},
      {"90% take at most", &Spread::p90},
      {"99% take at most", &Spread::p99},
      {"the worst takes", &Spread::max},
  }};
  for (const auto& [label, member] : rows) {
    BarRow row{"", label, {}, false};
    for (const Line& line : lines) row.values.push_back(positive(spread_of(line.rounds).*member));
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

/// Means of the calls that serially take so many rounds.
BarChart chart_of_lengths(const SimReport& report, const std::vector<Line>& lines) {
  BarChart chart = empty_chart(report, lines, "Rounds by the length of the call");
  uint64_t from = 1;
  for (const uint64_t to : {5u, 10u, 20u, 50u, 100u, ~0u}) {
    std::vector<size_t> members;
    for (size_t i = 0; i < report.names.size(); ++i)
      if (lines[0].rounds[i] >= from && lines[0].rounds[i] <= to) members.push_back(i);
    const std::string range =
        to == ~0u ? fmt::format("more than {}", from - 1) : fmt::format("{} to {}", from, to);
    from = to + uint64_t{1};
    if (members.empty()) continue;
    BarRow row{"", fmt::format("{} serially: {} calls", range, members.size()), {}, false};
    for (const Line& line : lines) {
      double sum = 0;
      for (const size_t i : members) sum += static_cast<double>(line.rounds[i]);
      row.values.push_back(sum != 0 ? std::optional(sum / static_cast<double>(members.size()))
                                    : std::nullopt);
    }
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

BarChart chart_of_calls(const SimReport& report, const std::vector<Line>& lines) {
  BarChart chart = empty_chart(report, lines, "Rounds of each call");
  for (size_t i = 0; i < report.names.size(); ++i) {
    BarRow row{"", report.names[i], {}, false};
    for (const Line& line : lines) row.values.push_back(positive(line.rounds[i]));
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

} // namespace

Spread spread_of(std::vector<uint64_t> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto at = [&](size_t percent) {
    return values[std::max<size_t>((values.size() * percent + 99) / 100, 1) - 1];
  };
  return {std::accumulate(values.begin(), values.end(), uint64_t{0}), at(50), at(90), at(99),
          values.back()};
}

SimTotals totals_of(const SimReport& report, const SimColumn& column) {
  SimTotals t;
  t.rounds = spread_of(rounds_of(column));
  for (size_t i = 0; i < column.results.size(); ++i) {
    const SimResult &result = column.results[i], &serial = report.serial.results[i];
    const Evaluation::Stats& e = result.stats.evaluation;
    t.reads += result.stats.reads;
    t.wasted += e.wasted_reads;
    t.scout_runs += e.scout_runs;
    t.scout_steps += e.scout_steps;
    t.true_steps += report.truths[i].steps;
    t.virtual_ms += virtual_ms(result);
    t.cpu_ms += result.cpu_ms;
    t.more_rounds += result.stats.rounds > serial.stats.rounds;
    t.slower += time_ms(result) > time_ms(serial);
    t.inexact += result.end != report.truths[i].end;
  }
  return t;
}

std::string to_markdown(const SimReport& report) {
  std::string text = "# " + report.title + "\n\n" + report.conditions + "\n\n";
  text += table_of_settings(report);
  text += "\nWasted: reads that the spine did not use, per read that it did. Slower: calls whose "
          "virtual time and CPU time together are longer than serial's.\n";
  std::vector<size_t> calls = worst_of(report);
  if (report.names.size() <= most_charted_calls) {
    calls.resize(report.names.size());
    std::iota(calls.begin(), calls.end(), size_t{0});
    text += "\n## Rounds of each call\n\n";
  } else {
    text += "\n## The calls with the most rounds\n\n";
  }
  return text + table_of_calls(report, calls);
}

std::string to_json(const SimReport& report) {
  JsonWriter json;
  json.begin_object().key("title").text(report.title).key("conditions").text(report.conditions);
  json.key("calls").number(report.names.size()).key("settings").begin_object();
  const auto serial = static_cast<double>(spread_of(rounds_of(report.serial)).sum);
  for (const Line& line : lines_of(report)) {
    json.key(line.name).begin_object();
    const Spread rounds = spread_of(line.rounds);
    const double times = ratio(serial, static_cast<double>(rounds.sum));
    if (line.column != nullptr) {
      put(json, totals_of(report, *line.column), times);
    } else {
      json.key("rounds");
      put(json, rounds);
      json.key("timesFewer").raw(fmt::format("{:.3f}", times));
    }
    json.end_object();
  }
  json.end_object().key("worst").begin_array();
  for (const size_t i : worst_of(report)) put_call(json, report, i);
  return json.end_array().end_object().take();
}

std::vector<std::pair<std::string, BarChart>> charts_of(const SimReport& report) {
  const std::vector<Line> lines = lines_of(report);
  if (report.names.size() <= most_charted_calls)
    return {{"rounds.svg", chart_of_calls(report, lines)}};
  return {{"rounds.svg", chart_of_spreads(report, lines)},
          {"lengths.svg", chart_of_lengths(report, lines)}};
}

} // namespace runahead
