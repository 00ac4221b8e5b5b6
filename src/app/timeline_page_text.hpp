// The fixed parts of a timeline page.
#pragma once

#include <string_view>

namespace runahead {

extern const std::string_view timeline_style;  ///< CSS
extern const std::string_view timeline_body;   ///< what stands on the page before anything is drawn
extern const std::string_view timeline_script; ///< draws what the element #data holds

} // namespace runahead
