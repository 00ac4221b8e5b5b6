// Whether what is going to be timed is right.
#pragma once

#include "bench/prepared_call.hpp"

namespace runahead {

/// Runs the benchmark's transaction as a whole, and compares its state root and logs (and by the
/// sender's balance, its gas) with what the file expects. Nothing to do where it expects nothing.
Result<void> check_expectation(const Benchmark& benchmark, const Engine& engine);

} // namespace runahead
