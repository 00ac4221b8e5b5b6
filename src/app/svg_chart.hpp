// Bar charts as SVG files that need nothing else: readable on a light and on a dark background,
// whatever the number of rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// One bar in each row.
struct BarSeries {
  std::string name;  ///< in the legend
  size_t colour = 0; ///< which of the palette's, modulo their number
  bool is_pale = false;
};

struct BarRow {
  std::string section; ///< a heading stands where it changes
  std::string label;
  std::vector<std::optional<double>> values; ///< of each series; positive
  bool is_summary = false;                   ///< drawn apart: a mean of the rows before
};

struct BarChart {
  std::string title;
  std::string subtitle; ///< one line
  std::string unit;     ///< behind the axis's numbers, as in `Mgas/s`
  std::vector<BarSeries> series;
  std::vector<BarRow> rows;
  /// Of ratios: what means equal. Bars start there, to either side.
  std::optional<double> reference;
};

/// Rows from top to bottom, in each a bar of every series with its value. The axis is logarithmic
/// where the values are more than 20 times apart, and for ratios.
std::string to_svg(const BarChart& chart);

/// Three significant digits and thousands separators: `1,820`, `12.3`, `0.042`.
std::string short_number(double value);

} // namespace runahead
