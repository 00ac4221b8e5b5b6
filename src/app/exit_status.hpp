// What the process ends with.
#pragma once

namespace runahead::exit_status {

inline constexpr int ok = 0;
inline constexpr int failed = 1;    ///< what was asked for could not be done
inline constexpr int bad_usage = 2; ///< the command line makes no sense

} // namespace runahead::exit_status
