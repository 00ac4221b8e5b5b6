#include "app/version.hpp"

namespace runahead {

std::string_view version() { return RUNAHEAD_VERSION; }

} // namespace runahead
