// Benchmark reports as JSON files: what `runahead bench --json` writes and `--compare` reads. The
// form is described in docs/benchmarks.md.
#pragma once

#include "base/result.hpp"
#include "bench/report.hpp"

#include <string>
#include <string_view>

namespace runahead {

std::string to_json(const BenchReport& report);

/// Needs of each case its name and results, of each result engine, analysis and minNs. Errors name
/// the key.
Result<BenchReport> parse_bench_report(std::string_view text);

} // namespace runahead
