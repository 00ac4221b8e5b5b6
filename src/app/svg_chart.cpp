#include "app/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace runahead {
namespace {

constexpr double width = 1000, padding = 20, character = 6.8, line_height = 18;
constexpr double bar_height = 11, bar_step = 13, row_gap = 9, section_height = 30;
constexpr double value_space = 80; ///< right of the axis
constexpr size_t longest_label = 44;
constexpr double wild = 20; ///< the ratio of values from which on the axis is logarithmic
constexpr size_t palette_size = 6;

constexpr const char* style = R"(<style>
text { font: 11px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1c1c1e; }
.title { font: 600 18px system-ui, 'DejaVu Sans', sans-serif; }
.section { font: 600 14px system-ui, 'DejaVu Sans', sans-serif; }
.soft { fill: #62626a; } .summary { font-weight: 700; } .pale { fill-opacity: 0.55; }
.grid { stroke: #dcdce2; } .reference { stroke: #1c1c1e; } .paper { fill: #ffffff; }
.c0 { fill: #1f6fb4; } .c1 { fill: #d9822b; } .c2 { fill: #2a9d75; }
.c3 { fill: #b5476b; } .c4 { fill: #7a5cc4; } .c5 { fill: #6b7a3a; }
@media (prefers-color-scheme: dark) {
  text { fill: #ececf0; } .soft { fill: #a3a3ad; } .grid { stroke: #3a3a42; }
  .reference { stroke: #ececf0; } .paper { fill: #17171b; }
  .c0 { fill: #5aa9e6; } .c1 { fill: #f0a552; } .c2 { fill: #4cc79c; }
  .c3 { fill: #e67a9e; } .c4 { fill: #a78bf0; } .c5 { fill: #aebf6e; }
}
</style>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    default: out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return out;
}

/// The end is cut off where the label is too long; its tooltip has it whole.
std::string fitted(const std::string& label) {
  if (label.size() <= longest_label) return label;
  size_t end = longest_label - 1;
  while (end > 0 && (label[end] & 0xc0) == 0x80) --end; // no character is cut in two
  return label.substr(0, end) + "…";
}

/// A round number without the zeros that say how exact it is.
std::string tick_number(double value) {
  std::string text = short_number(value);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Positions of values on the axis.
class Scale {
public:
  Scale(const BarChart& chart, double left, double right) : left_(left), right_(right) {
    double low = HUGE_VAL, high = 0;
    for (const BarRow& row : chart.rows)
      for (const auto& value : row.values)
        if (value) low = std::min(low, *value), high = std::max(high, *value);
    if (high == 0) low = high = 1; // no values at all
    if (chart.reference)
      low = std::min(low, *chart.reference), high = std::max(high, *chart.reference);
    is_log_ = chart.reference || high / low > wild;
    if (!is_log_)
      low = 0;
    else if (!chart.reference) // the smallest bar has a length too
      low = std::pow(10, std::floor(std::log10(low * 0.999)));
    low_ = low;
    high_ = high;
    if (is_log_ && high_ / low_ < 1.5) low_ /= 1.25, high_ *= 1.25;
    start_ = chart.reference.value_or(low_);
  }

  bool is_log() const { return is_log_; }
  double start() const { return start_; }

  double at(double value) const {
    const double part =
        is_log_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
    return left_ + std::clamp(part, 0.0, 1.0) * (right_ - left_);
  }

  std::vector<double> ticks() const { return is_log_ ? log_ticks() : even_ticks(); }

private:
  std::vector<double> even_ticks() const {
    const double rough = high_ / 5, power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : 2);
    std::vector<double> ticks;
    for (double tick = 0; tick <= high_; tick += step) ticks.push_back(tick);
    return ticks;
  }

  std::vector<double> log_ticks() const {
    // The wider the axis, the fewer of each power of ten.
    const double decades = std::log10(high_ / low_);
    std::vector<double> digits = {1};
    if (decades < 3) digits = {1, 2, 5};
    if (decades < 1) digits = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8};
    std::vector<double> ticks;
    for (double power = std::pow(10, std::floor(std::log10(low_))); power <= high_; power *= 10)
      for (const double digit : digits)
        if (power * digit >= low_ * 0.999 && power * digit <= high_ * 1.001)
          ticks.push_back(power * digit);
    return ticks;
  }

  double left_, right_;
  double low_ = 0, high_ = 1, start_ = 0;
  bool is_log_ = false;
};

/// Draws from top to bottom.
class ChartWriter {
public:
  explicit ChartWriter(const BarChart& chart)
      : chart_(chart), left_(label_width(chart) + padding * 2),
        scale_(chart, left_, width - padding - value_space) {}

  std::string write() {
    put_heading();
    put_legend();
    const double top = y_ += line_height;
    put_rows();
    const std::string grid = grid_between(top, y_);
    y_ += line_height + padding;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" "
                       "width=\"{0}\" height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n{3}"
                       "<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n",
                       width, y_, escaped(chart_.title), style) +
           grid + out_ + "</svg>\n";
  }

private:
  static double label_width(const BarChart& chart) {
    size_t longest = 10;
    for (const BarRow& row : chart.rows) longest = std::max(longest, row.label.size());
    return static_cast<double>(std::min(longest, longest_label)) * character;
  }

  void put_text(double x, double y, std::string_view classes, std::string_view text,
                std::string_view anchor = "start") {
    out_ +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n",
                    x, y, classes, anchor, escaped(text));
  }

  void put_bar(const BarSeries& series, double x, double length, double y,
               const std::string& tooltip) {
    out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\" "
                        "class=\"c{}{}\"><title>{}</title></rect>\n",
                        x, y, std::max(length, 1.0), bar_height, series.colour % palette_size,
                        series.is_pale ? " pale" : "", escaped(tooltip));
  }

  void put_heading() {
    y_ = padding + line_height;
    put_text(padding, y_, "title", chart_.title);
    y_ += line_height + 2;
    put_text(padding, y_, "soft", chart_.subtitle);
    y_ += line_height;
    put_text(padding, y_, "soft",
             chart_.unit + (scale_.is_log() ? ", logarithmic scale" : ", linear scale"));
  }

  void put_legend() {
    y_ += line_height + 6;
    double x = padding;
    for (const BarSeries& series : chart_.series) {
      const double needed = static_cast<double>(series.name.size()) * character + 40;
      if (x + needed > width - padding && x > padding) {
        x = padding;
        y_ += line_height;
      }
      put_bar(series, x, 14, y_ - bar_height + 1, series.name);
      put_text(x + 20, y_, "", series.name);
      x += needed;
    }
  }

  void put_rows() {
    y_ += 4;
    std::string section;
    for (const BarRow& row : chart_.rows) {
      if (row.section != section) {
        y_ += section_height;
        put_text(padding, y_ - 9, "section", row.section);
        if (!section.empty()) numbered_.push_back(y_ - 9);
        section = row.section;
      }
      put_row(row);
    }
  }

  void put_row(const BarRow& row) {
    const double height = bar_step * static_cast<double>(chart_.series.size());
    const std::string classes = row.is_summary ? "summary" : "";
    out_ += "<g><title>" + escaped(row.label) + "</title>";
    put_text(left_ - 10, y_ + height / 2 + 4, classes, fitted(row.label), "end");
    out_ += "</g>\n";
    for (size_t i = 0; i < chart_.series.size(); ++i) {
      const double y = y_ + bar_step * static_cast<double>(i);
      const auto value = i < row.values.size() ? row.values[i] : std::nullopt;
      if (!value) continue;
      const double from = scale_.at(scale_.start()), to = scale_.at(*value);
      const std::string number = short_number(*value);
      put_bar(chart_.series[i], std::min(from, to), std::abs(to - from), y,
              row.label + ", " + chart_.series[i].name + ": " + number + " " + chart_.unit);
      put_text(std::max(from, to) + 5, y + bar_height - 1, classes, number);
    }
    y_ += height + row_gap;
  }

  /// Lines of the axis with their numbers above, below, and beside the headings between.
  std::string grid_between(double top, double bottom) {
    std::string rows;
    rows.swap(out_);
    numbered_.push_back(top);
    numbered_.push_back(bottom + line_height);
    for (const double tick : scale_.ticks()) {
      const double x = scale_.at(tick);
      out_ += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" "
                          "class=\"grid\"/>\n",
                          x, top + 4, bottom);
      for (const double y : numbered_) put_text(x, y, "soft", tick_number(tick), "middle");
    }
    if (chart_.reference)
      out_ += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" "
                          "class=\"reference\"/>\n",
                          scale_.at(*chart_.reference), top + 4, bottom);
    rows.swap(out_);
    return rows;
  }

  const BarChart& chart_;
  double left_;
  Scale scale_;
  double y_ = 0;
  std::vector<double> numbered_; ///< lines where the axis has numbers
  std::string out_;
};

} // namespace

std::string to_svg(const BarChart& chart) { return ChartWriter(chart).write(); }

std::string short_number(double value) {
  if (value == 0) return "0";
  const int digits = static_cast<int>(std::floor(std::log10(value))) + 1;
  if (digits < 3) return fmt::format("{:.{}f}", value, std::min(3 - digits, 9));
  const double unit = std::pow(10, digits - 3);
  std::string text = fmt::format("{:.0f}", std::round(value / unit) * unit);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

} // namespace runahead
