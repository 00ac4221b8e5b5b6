#include "app/chain_schedule.hpp"

#include <algorithm>
#include <tuple>

namespace runahead {

ForkSchedule schedule_of(const StateAbout& about) {
  ForkSchedule schedule;
  schedule.chain_id = about.chain_id.value_or(0);
  schedule.by_number = about.by_number;
  schedule.by_time = about.by_time;
  schedule.terminal_total_difficulty = about.constants.terminal_total_difficulty;
  schedule.dao_fork = about.constants.dao_fork;
  if (about.constants.deposit_contract)
    schedule.deposit_contract = *about.constants.deposit_contract;
  // A fork puts off the bomb as glaciers do: whichever came last counts.
  for (const Activation& fork : about.by_number)
    if (fork.fork >= Fork::byzantium) schedule.glaciers.push_back({fork.at, bomb_delay(fork.fork)});
  for (const auto& glacier : about.constants.glaciers)
    schedule.glaciers.push_back({glacier.at, glacier.delay});
  std::ranges::sort(schedule.glaciers, {},
                    [](const auto& glacier) { return std::tuple(glacier.at, glacier.delay); });
  return schedule;
}

} // namespace runahead
