// The story of one call as a page: a waterfall of its reads with what each waited for, the spine
// below, and serial execution beside it. One file that needs nothing else.
#pragma once

#include "app/call_story.hpp"

#include <string>

namespace runahead {

/// `title` names the call. Colours follow the reader's scheme, light or dark.
std::string to_timeline_page(const std::string& title, const CallOutcome& outcome,
                             const CallStory& story);

} // namespace runahead
