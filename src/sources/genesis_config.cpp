#include "sources/genesis_config.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
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

struct GlacierField {
  const char* field;
  uint64_t delay;
};
/// EIP-2384, EIP-4345, EIP-5133.
constexpr std::array glacier_fields = {
    GlacierField{"muirGlacierBlock", 9'000'000},
    GlacierField{"arrowGlacierBlock", 10'700'000},
    GlacierField{"grayGlacierBlock", 11'400'000},
};

/// Files write the main network's as a JSON number that takes more than 64 bits, which the JSON
/// library rounds to 53. Blocks add more difficulty than that leaves out by many orders.
Result<uint256> json_difficulty(const Json& value) {
  if (!value.is_number_float()) return json_quantity(value);
  int exponent = 0;
  const double fraction = std::frexp(value.get<double>(), &exponent);
  if (fraction <= 0 || exponent < 64 || exponent > 256) return fail("not a total difficulty");
  constexpr int digits = std::numeric_limits<double>::digits;
  return uint256(static_cast<uint64_t>(std::ldexp(fraction, digits)))
         << unsigned(exponent - digits);
}

Result<bool> json_truth(const Json& value) {
  if (!value.is_boolean()) return fail("expected true or false, got " + describe(value));
  return value.get<bool>();
}

Result<ChainConstants> read_constants(const Json& config) {
  ChainConstants constants;
  JsonFields fields(config, "");
  fields.read("terminalTotalDifficulty", constants.terminal_total_difficulty, json_difficulty);
  fields.read("depositContractAddress", constants.deposit_contract, json_address);
  bool dao_fork = false;
  if (fields.read("daoForkSupport", dao_fork, json_truth) && dao_fork)
    fields.read("daoForkBlock", constants.dao_fork, json_u64);
  for (const auto& [field, delay] : glacier_fields) {
    uint64_t at = 0;
    if (fields.read(field, at, json_u64)) constants.glaciers.push_back({at, delay});
  }
  if (!fields.result()) return std::unexpected(fields.result().error());
  if (!std::ranges::is_sorted(constants.glaciers, {}, &ChainConstants::Glacier::at))
    return fail("grayGlacierBlock: the glaciers are out of order");
  return constants;
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
  auto constants = read_constants(config);
  if (!constants) return std::unexpected(constants.error());
  auto& merge_difficulty = constants->terminal_total_difficulty;
  const bool has_paris = !by_number->empty() && by_number->back().fork == Fork::paris;
  if (!has_paris && merge_difficulty && merge_difficulty->is_zero()) {
    if (!by_number->empty() && by_number->back().at > 0)
      return fail("terminalTotalDifficulty: is 0, but forks before the merge come later");
    by_number->push_back({0, Fork::paris, {}});
  }
  if (has_paris || (merge_difficulty && merge_difficulty->is_zero())) merge_difficulty.reset();
  genesis.constants = std::move(*constants);
  genesis.by_number = std::move(*by_number);
  genesis.by_time = std::move(*by_time);
  return genesis;
}

} // namespace runahead
