#include "app/svg_chart.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace runahead {
namespace {

/// Widths of the bars in a chart, behind those of the legend.
std::vector<double> bar_widths(const BarChart& chart) {
  const std::string svg = to_svg(chart);
  const std::regex bar("width=\"([0-9.]+)\" height=\"11\"");
  std::vector<double> widths;
  for (std::sregex_iterator it(svg.begin(), svg.end(), bar), end; it != end; ++it)
    widths.push_back(std::stod((*it)[1]));
  widths.erase(widths.begin(), widths.begin() + static_cast<ptrdiff_t>(chart.series.size()));
  return widths;
}

BarChart chart_of(std::vector<std::vector<std::optional<double>>> rows) {
  BarChart chart{"Title", "subtitle", "Mgas/s", {}, {}, {}};
  for (size_t i = 0; i < rows.at(0).size(); ++i)
    chart.series.push_back({"engine " + std::to_string(i), i, false});
  for (auto& values : rows)
    chart.rows.push_back({"main", "row " + std::to_string(chart.rows.size()), values, false});
  return chart;
}

TEST(SvgChart, BarsAreAsLongAsTheirValues) {
  const auto widths = bar_widths(chart_of({{100, 50}, {25, 100}}));
  ASSERT_EQ(widths.size(), 4u);
  EXPECT_NEAR(widths[1] / widths[0], 0.5, 0.01);
  EXPECT_NEAR(widths[2] / widths[0], 0.25, 0.01);
  EXPECT_EQ(widths[3], widths[0]);
}

TEST(SvgChart, WildValuesAreDrawnLogarithmically) {
  const BarChart chart = chart_of({{10, 1000}, {100, 100000}});
  EXPECT_NE(to_svg(chart).find("logarithmic scale"), std::string::npos);
  const auto widths = bar_widths(chart);
  EXPECT_NEAR(widths[1] - widths[2], widths[2] - widths[0], 0.2); // 10, 100, 1000
  EXPECT_GT(widths[0], 10);                                       // the smallest can be seen
}

TEST(SvgChart, RatiosBeginAtTheirReference) {
  BarChart chart = chart_of({{2.0}, {0.5}, {1.0}});
  chart.reference = 1;
  const auto widths = bar_widths(chart);
  EXPECT_NEAR(widths[0], widths[1], 0.2); // twice and half as fast
  EXPECT_LE(widths[2], 1);
}

TEST(SvgChart, WhatIsMissingHasNoBar) {
  EXPECT_EQ(bar_widths(chart_of({{1, std::nullopt}, {std::nullopt, std::nullopt}})).size(), 1u);
}

TEST(SvgChart, RowsNeverOverlap) {
  std::vector<std::vector<std::optional<double>>> values(400, {1.0, 2.0, 3.0});
  const std::string svg = to_svg(chart_of(values));
  const std::regex bar("y=\"([0-9.]+)\" width=\"[0-9.]+\" height=\"11\"");
  double last = 0;
  size_t bars = 0;
  for (std::sregex_iterator it(svg.begin(), svg.end(), bar), end; it != end; ++it, ++bars) {
    const double y = std::stod((*it)[1]);
    if (bars > 3) EXPECT_GE(y, last + 11);
    last = y;
  }
  EXPECT_EQ(bars, 1203u);
}

TEST(SvgChart, TextIsEscapedAndLongLabelsAreCutOff) {
  BarChart chart = chart_of({{1}});
  chart.title = "a < b & \"c\"";
  chart.rows[0].label = std::string(100, 'x');
  const std::string svg = to_svg(chart);
  EXPECT_NE(svg.find("a &lt; b &amp; &quot;c&quot;"), std::string::npos);
  EXPECT_NE(svg.find(">" + std::string(43, 'x') + "…<"), std::string::npos);
  EXPECT_NE(svg.find("<title>" + std::string(100, 'x') + "</title>"), std::string::npos);
}

TEST(SvgChart, NoValuesAtAllAreNoCrash) {
  EXPECT_NE(to_svg(chart_of({{std::nullopt}})).find("</svg>"), std::string::npos);
  EXPECT_NE(to_svg({}).find("</svg>"), std::string::npos);
}

TEST(SvgChart, NumbersHaveThreeDigits) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.0424), "0.0424");
  EXPECT_EQ(short_number(1.414), "1.41");
  EXPECT_EQ(short_number(12.34), "12.3");
  EXPECT_EQ(short_number(123.4), "123");
  EXPECT_EQ(short_number(1816), "1,820");
  EXPECT_EQ(short_number(1234567), "1,230,000");
  EXPECT_EQ(short_number(1000), "1,000");
}

} // namespace
} // namespace runahead
