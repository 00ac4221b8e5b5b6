// Benchmark reports for a terminal.
#pragma once

#include "bench/report.hpp"

#include <string>

namespace runahead {

/// One row a case, with the geometric mean of each group; empty if nothing was timed with this
/// analysis. Of the first engine gas per second, of the others how many times as long they take.
std::string to_table(const BenchReport& report, Analysis analysis);

/// Four significant digits: `12.34 µs`.
std::string duration_text(double ns);

} // namespace runahead
