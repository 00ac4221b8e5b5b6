// What this build is called.
#pragma once

#include <string_view>

namespace runahead {

/// `0.1.0`.
std::string_view version();

} // namespace runahead
