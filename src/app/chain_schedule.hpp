// The rules of a chain's blocks as a genesis file gives them.
#pragma once

#include "block/fork_schedule.hpp"
#include "sources/state_about.hpp"

namespace runahead {

/// Of what a genesis file, or the database made of it, says. Its own schedule counts even where its
/// chain id is that of a built-in chain.
ForkSchedule schedule_of(const StateAbout& about);

} // namespace runahead
