// A suite's report as text and as JSON.
#pragma once

#include "statetest/suite.hpp"

#include <string>

namespace runahead {

/// Failures, at most `max_failures` of them, as `FAIL path :: name [fork d/g/v]: expected X got Y`;
/// why cases were skipped; counts by fork; and as the last line `N passed, N failed, N skipped`.
std::string to_text(const SuiteReport& report, size_t max_failures);

/// One JSON object with passed, failed, skipped, files, forks, skipReasons, and at most
/// `max_failures` failures.
std::string to_json(const SuiteReport& report, size_t max_failures);

} // namespace runahead
