#include "statetest/block_network.hpp"

#include "base/hex.hpp"

#include <array>
#include <optional>

namespace runahead {
namespace {

/// One name's rules. Names that are no forks of ours change less than that: the bomb, the DAO's
/// state, blobs.
struct Stage {
  Fork fork = Fork::frontier;
  BlobSchedule blobs;
  std::optional<uint64_t> bomb_delay;
  bool is_dao = false;
};

struct Glacier {
  std::string_view name;
  Fork fork;
  uint64_t bomb_delay;
};
constexpr std::array glaciers = {
    Glacier{"MuirGlacier", Fork::istanbul, 9'000'000}, // EIP-2384
    Glacier{"ArrowGlacier", Fork::london, 10'700'000}, // EIP-4345
    Glacier{"GrayGlacier", Fork::london, 11'400'000},  // EIP-5133
};

Result<Stage> parse_stage(std::string_view name, const BlobSchedules& blobs) {
  for (const Glacier& glacier : glaciers)
    if (glacier.name == name) return Stage{glacier.fork, {}, glacier.bomb_delay, false};
  if (name == "Dao") return Stage{Fork::homestead, {}, {}, true};
  const auto listed = blobs.find(name);
  if (name.starts_with("BPO") && listed != blobs.end())
    return Stage{Fork::osaka, listed->second, {}, false};
  const Result<Fork> fork = parse_fork(name);
  if (!fork) return std::unexpected(fork.error());
  return Stage{
      *fork, listed != blobs.end() ? listed->second : default_blob_schedule(*fork), {}, false};
}

/// `5`, or `15k`.
Result<uint64_t> parse_moment(std::string_view text) {
  const bool thousands = text.ends_with("k");
  if (thousands) text.remove_suffix(1);
  const auto number = parse_decimal(text);
  if (!number) return std::unexpected(number.error());
  if (*number > uint256{UINT32_MAX}) return fail(quoted_start(text) + " is too large");
  return number->w[0] * (thousands ? 1000 : 1);
}

void start_with(ForkSchedule& schedule, const Stage& stage) {
  schedule.by_number.push_back({0, stage.fork, stage.blobs});
  if (stage.bomb_delay) schedule.glaciers.push_back({0, *stage.bomb_delay});
}

/// Adds what begins at `when`: what stands behind `At` in the network's name.
Result<void> change_to(ForkSchedule& schedule, const Stage& stage, std::string_view when) {
  constexpr std::string_view by_time = "Time", by_difficulty = "Diff";
  if (when.starts_with(by_difficulty)) {
    const auto total = parse_hex_quantity("0x" + std::string(when.substr(by_difficulty.size())));
    if (!total) return std::unexpected(total.error());
    if (stage.fork != Fork::paris) return fail("only Paris begins at a total difficulty");
    schedule.terminal_total_difficulty = *total;
    return {};
  }
  const bool timed = when.starts_with(by_time);
  const auto moment = parse_moment(when.substr(timed ? by_time.size() : 0));
  if (!moment) return std::unexpected(moment.error());
  (timed ? schedule.by_time : schedule.by_number).push_back({*moment, stage.fork, stage.blobs});
  if (stage.is_dao) schedule.dao_fork = *moment;
  if (stage.bomb_delay) schedule.glaciers.push_back({*moment, *stage.bomb_delay});
  return {};
}

} // namespace

Result<ForkSchedule> parse_network(std::string_view name, const BlobSchedules& blobs,
                                   uint64_t chain_id) {
  ForkSchedule schedule;
  schedule.chain_id = chain_id;
  const size_t at = name.rfind("At"), to = name.find("To");
  if (at == std::string_view::npos || to == std::string_view::npos || to > at) {
    const auto stage = parse_stage(name, blobs);
    if (!stage) return std::unexpected(stage.error());
    start_with(schedule, *stage);
    return schedule;
  }
  const auto before = parse_stage(name.substr(0, to), blobs);
  if (!before) return std::unexpected(before.error());
  const auto after = parse_stage(name.substr(to + 2, at - to - 2), blobs);
  if (!after) return std::unexpected(after.error());
  start_with(schedule, *before);
  if (const auto changed = change_to(schedule, *after, name.substr(at + 2)); !changed)
    return std::unexpected(changed.error());
  return schedule;
}

} // namespace runahead
