#include "sources/genesis_config.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace runahead {
namespace {

struct ForkField {
  std::string_view field;
  Fork fork;
};
constexpr std::array number_fields = {
    ForkField{"homesteadBlock", Fork::homestead},
    ForkField{"eip150Block", Fork::tangerine_whistle},
    ForkField{"eip158Block", Fork::spurious_dragon},
    ForkField{"byzantiumBlock", Fork::byzantium},
    ForkField{"constantinopleBlock", Fork::constantinople},
    ForkField{"petersburgBlock", Fork::petersburg},
    ForkField{"istanbulBlock", Fork::istanbul},
    ForkField{"berlinBlock", Fork::berlin},
    ForkField{"londonBlock", Fork::london},
    ForkField{"mergeNetsplitBlock", Fork::paris},
};
constexpr std::array time_fields = {
    ForkField{"shanghaiTime", Fork::shanghai}, ForkField{"cancunTime", Fork::cancun},
    ForkField{"pragueTime", Fork::prague},     ForkField{"osakaTime", Fork::osaka},
    ForkField{"bpo1Time", Fork::osaka},        ForkField{"bpo2Time", Fork::osaka},
    ForkField{"bpo3Time", Fork::osaka},        ForkField{"bpo4Time", Fork::osaka},
    ForkField{"bpo5Time", Fork::osaka},
};

/// Fields that say nothing about execution.
constexpr std::array<std::string_view, 15> without_effect = {"chainId",
                                                             "daoForkBlock",
                                                             "daoForkSupport",
                                                             "eip155Block",
                                                             "muirGlacierBlock",
                                                             "arrowGlacierBlock",
                                                             "grayGlacierBlock",
                                                             "terminalTotalDifficulty",
                                                             "terminalTotalDifficultyPassed",
                                                             "ethash",
                                                             "clique",
                                                             "blobSchedule",
                                                             "depositContractAddress",
                                                             "eip150Hash",
                                                             "terminalTotalDifficultyTimestamp"};

bool known(std::string_view field) {
  return std::ranges::find(number_fields, field, &ForkField::field) != number_fields.end() ||
         std::ranges::find(time_fields, field, &ForkField::field) != time_fields.end() ||
         std::ranges::find(without_effect, field) != without_effect.end();
}

/// Reads the activations of one list of fields, in the order of time. Null counts as never.
template <size_t n>
Result<std::vector<Activation>> read_activations(const Json& config,
                                                 const std::array<ForkField, n>& fields) {
  std::vector<Activation> schedule;
  for (const auto& [field, fork] : fields) {
    const auto found = config.find(field);
    if (found == config.end() || found->is_null()) continue;
    const auto at = json_u64(*found);
    if (!at) return fail_at(field, at.error());
    if (!schedule.empty() && schedule.back().at > *at)
      return fail(std::string(field) + ": comes before the fork it builds on");
    schedule.push_back({*at, fork, {}});
  }
  return schedule;
}

/// `cancunTime` has its schedule under `cancun`.
Result<void> add_blob_schedules(const Json& config, std::vector<Activation>& schedule) {
  const auto all = config.find("blobSchedule");
  BlobSchedule current;
  size_t next = 0;
  for (const auto& [field, fork] : time_fields) {
    const auto found = config.find(field);
    if (found == config.end() || found->is_null()) continue;
    Activation& activation = schedule[next++];
    if (fork < Fork::cancun) continue;
    const std::string fork_key(field.substr(0, field.size() - std::string_view("Time").size()));
    const bool listed = all != config.end() && all->is_object() && all->contains(fork_key);
    if (listed) {
      const auto blobs = json_blob_schedule(all->at(fork_key));
      if (!blobs) return fail_at("blobSchedule." + fork_key, blobs.error());
      current = *blobs;
    } else if (fork_key.starts_with("bpo")) {
      return fail("blobSchedule." + fork_key + ": missing, though " + std::string(field) +
                  " is set");
    } else if (current == BlobSchedule{} || fork == Fork::prague) {
      current = default_blob_schedule(fork);
    }
    activation.blobs = current;
  }
  return {};
}

bool merged_at_genesis(const Json& config) {
  const auto found = config.find("terminalTotalDifficulty");
  if (found == config.end()) return false;
  const auto difficulty = json_quantity(*found); // too large for a JSON number: not zero either
  return difficulty && difficulty->is_zero();
}

} // namespace

Result<GenesisConfig> read_genesis_config(const Json& config) {
  if (!config.is_object()) return fail("expected an object, got " + describe(config));
  GenesisConfig genesis;
  if (const auto found = config.find("chainId"); found != config.end()) {
    const auto id = json_u64(*found);
    if (!id) return fail_at("chainId", id.error());
    genesis.chain_id = *id;
  }
  for (const auto& [field, value] : config.items()) {
    if (known(field)) continue;
    const bool is_fork = field.ends_with("Time") || field.ends_with("Block");
    if (is_fork && !value.is_null())
      return fail(quoted_start(field) + ": a fork that this program does not know");
    genesis.warnings.push_back("config." + field);
  }
  auto by_number = read_activations(config, number_fields);
  if (!by_number) return std::unexpected(by_number.error());
  auto by_time = read_activations(config, time_fields);
  if (!by_time) return std::unexpected(by_time.error());
  if (const auto ok = add_blob_schedules(config, *by_time); !ok) return std::unexpected(ok.error());
  const bool has_paris = !by_number->empty() && by_number->back().fork == Fork::paris;
  if (!has_paris && merged_at_genesis(config)) {
    if (!by_number->empty() && by_number->back().at > 0)
      return fail("terminalTotalDifficulty: is 0, but forks before the merge come later");
    by_number->push_back({0, Fork::paris, {}});
  }
  genesis.by_number = std::move(*by_number);
  genesis.by_time = std::move(*by_time);
  return genesis;
}

} // namespace runahead
