#include "app/bench_table.hpp"

#include "app/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace runahead {
namespace {

constexpr double mega = 1e6;

class Table {
public:
  Table(const BenchReport& report, Analysis analysis)
      : report_(report), analysis_(analysis), engines_(report.engines(analysis)) {
    for (const CaseReport& row : report.cases)
      name_width_ = std::max(name_width_, name_of(row).size());
    for (const std::string& group : report.groups())
      name_width_ = std::max(name_width_, mean_name(group).size());
  }

  std::string write() {
    if (engines_.empty()) return "";
    put_heading();
    for (const CaseReport& row : report_.cases) put(row);
    out_ += "\n";
    const auto groups = report_.groups();
    for (const std::string& group : groups)
      put_means(mean_name(group), [&](const CaseReport& row) { return row.group == group; });
    if (groups.size() > 1)
      put_means("geometric mean of all", [](const CaseReport&) { return true; });
    return out_;
  }

private:
  static std::string name_of(const CaseReport& row) {
    const bool odd = !row.status.empty() && row.status != name(Status::success);
    return row.title() + (odd ? " (" + row.status + ")" : "");
  }
  static std::string mean_name(const std::string& group) { return "geometric mean of " + group; }

  Lane lane(size_t engine) const { return {engines_[engine], analysis_}; }
  size_t width_of(size_t engine) const { return std::max<size_t>(10, engines_[engine].size()); }

  void put_heading() {
    out_ += analysis_ == Analysis::outside
                ? "Code analysed before (--analysis outside); least CPU time of a run\n"
                : "Code analysed anew in each run (--analysis inside); least CPU time of a run\n";
    out_ += fmt::format("{:{}} {:>13}", "case", name_width_, "gas");
    for (size_t i = 0; i < engines_.size(); ++i)
      out_ += fmt::format("  {:>{}} {:>6}  {:>8}", engines_[i], width_of(i), "median",
                          i == 0 ? "Mgas/s" : "times");
    out_ += "\n";
  }

  void put(const CaseReport& row) {
    out_ += fmt::format("{:{}} {:>13}", name_of(row), name_width_,
                        row.gas ? std::to_string(*row.gas) : "");
    for (size_t i = 0; i < engines_.size(); ++i) {
      const Timing* timing = row.find(lane(i));
      if (timing == nullptr) {
        out_ += fmt::format("  {:>{}} {:>6}  {:>8}", "-", width_of(i), "", "");
        continue;
      }
      out_ += fmt::format("  {:>{}} {:>6}  {:>8}", duration_text(timing->min_ns), width_of(i),
                          median_text(*timing), figure(row, i));
    }
    out_ += "\n";
  }

  /// How far it is above the least; nothing where there was one turn only, or nobody says.
  static std::string median_text(const Timing& timing) {
    if (timing.turns < 2) return "";
    return fmt::format("+{:.0f}%", (timing.median_ns / timing.min_ns - 1) * 100);
  }

  /// Speed of the first engine, slowness of the others.
  std::optional<double> value(const CaseReport& row, size_t engine) const {
    if (engine > 0) return time_ratio(row, lane(engine), lane(0));
    const auto speed = gas_per_second(row, lane(0));
    return speed ? std::optional(*speed / mega) : std::nullopt;
  }
  std::string figure(const CaseReport& row, size_t engine) const {
    return figure(value(row, engine), engine);
  }
  static std::string figure(const std::optional<double>& value, size_t engine) {
    if (!value) return "-";
    return engine == 0 ? short_number(*value) : fmt::format("{:.2f}", *value);
  }

  template <class Belongs>
  void put_means(const std::string& label, Belongs belongs) {
    out_ += fmt::format("{:{}} {:>13}", label, name_width_, "");
    for (size_t i = 0; i < engines_.size(); ++i) {
      std::vector<std::optional<double>> values;
      for (const CaseReport& row : report_.cases)
        if (belongs(row)) values.push_back(value(row, i));
      out_ += fmt::format("  {:>{}} {:>6}  {:>8}", "", width_of(i), "",
                          figure(geometric_mean(values), i));
    }
    out_ += "\n";
  }

  const BenchReport& report_;
  Analysis analysis_;
  std::vector<std::string> engines_;
  size_t name_width_ = 0;
  std::string out_;
};

} // namespace

std::string to_table(const BenchReport& report, Analysis analysis) {
  return Table(report, analysis).write();
}

std::string duration_text(double ns) {
  struct Unit {
    const char* name;
    double ns;
  };
  constexpr std::array units = {Unit{"ns", 1}, Unit{"µs", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};
  const Unit* unit = units.data();
  for (const Unit& next : units)
    if (ns >= next.ns) unit = &next;
  const double value = ns / unit->ns;
  return fmt::format("{:.{}f} {}", value, value < 10 ? 3 : value < 100 ? 2 : 1, unit->name);
}

} // namespace runahead
