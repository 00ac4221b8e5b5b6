#include "rpc/config_method.hpp"

#include "io/json_writer.hpp"
#include "machine/precompiles.hpp"
#include "spec/system_contracts.hpp"

#include <algorithm>
#include <set>

namespace runahead {
namespace {

/// The checksum of IEEE 802.3, bit by bit: it runs over some hundred bytes.
class Crc32 {
public:
  void update(BytesView bytes) {
    for (const uint8_t byte : bytes) {
      state_ ^= byte;
      for (int bit = 0; bit < 8; ++bit)
        state_ = state_ >> 1 ^ ((state_ & 1) != 0 ? 0xedb88320U : 0U);
    }
  }
  std::array<uint8_t, 4> finish() const {
    const uint32_t sum = ~state_;
    return {static_cast<uint8_t>(sum >> 24), static_cast<uint8_t>(sum >> 16),
            static_cast<uint8_t>(sum >> 8), static_cast<uint8_t>(sum)};
  }

private:
  uint32_t state_ = ~uint32_t{0};
};

/// The forks of a schedule that have passed at a time behind all forks by number, as numbers and
/// times without doubles.
std::vector<uint64_t> passed_forks(const ForkSchedule& schedule, uint64_t genesis_time,
                                   uint64_t time) {
  std::set<uint64_t> numbers, times;
  for (const Activation& fork : schedule.by_number) numbers.insert(fork.at);
  for (const auto& glacier : schedule.glaciers) numbers.insert(glacier.at);
  if (schedule.dao_fork) numbers.insert(*schedule.dao_fork);
  numbers.erase(0);
  for (const Activation& fork : schedule.by_time)
    if (fork.at > genesis_time && fork.at <= time) times.insert(fork.at);
  std::vector<uint64_t> forks(numbers.begin(), numbers.end());
  forks.insert(forks.end(), times.begin(), times.end());
  return forks;
}

struct SystemContract {
  std::string_view name;
  Address address;
  Fork since;
};

void write_system_contracts(JsonWriter& json, const BlockRules& rules) {
  const std::array contracts = {
      SystemContract{"BEACON_ROOTS_ADDRESS", spec::beacon_roots_contract, Fork::cancun},
      SystemContract{"CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS", spec::consolidations_contract,
                     Fork::prague},
      SystemContract{"DEPOSIT_CONTRACT_ADDRESS", rules.deposit_contract, Fork::prague},
      SystemContract{"HISTORY_STORAGE_ADDRESS", spec::block_hashes_contract, Fork::prague},
      SystemContract{"WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS", spec::withdrawals_contract,
                     Fork::prague},
  };
  json.key("systemContracts").begin_object();
  for (const SystemContract& contract : contracts)
    if (rules.since(contract.since)) json.key(contract.name).hex(contract.address);
  json.end_object();
}

/// What the rules of one moment are told from.
struct ConfigSource {
  const ForkSchedule& schedule;
  StoredHeader genesis;
};

void write_config(JsonWriter& json, const ConfigSource& source, uint64_t activation) {
  const ForkSchedule& schedule = source.schedule;
  const BlockRules rules = schedule.at(UINT64_MAX, activation, uint256::max());
  const Rules& plain = rules.rules;
  json.begin_object().key("activationTime").number(activation);
  json.key("blobSchedule").begin_object();
  json.key("baseFeeUpdateFraction").number(plain.blobs.base_fee_update_fraction);
  json.key("max").number(plain.blobs.max).key("target").number(plain.blobs.target).end_object();
  json.key("chainId").quantity(plain.chain_id);
  const auto forks = passed_forks(schedule, source.genesis.header.timestamp, activation);
  json.key("forkId").hex(fork_hash(source.genesis.hash, forks));
  json.key("precompiles").begin_object();
  for (const Precompile& precompile : precompiles(plain.fork))
    json.key(precompile.name).hex(precompile.address());
  json.end_object();
  write_system_contracts(json, rules);
  json.end_object();
}

std::string config_answer(const ConfigSource& source, uint64_t time) {
  const auto& forks = source.schedule.by_time;
  const auto next = std::ranges::upper_bound(forks, time, {}, &Activation::at);
  JsonWriter json;
  json.begin_object().key("current");
  if (next == forks.begin())
    write_config(json, source, source.genesis.header.timestamp);
  else
    write_config(json, source, std::prev(next)->at);
  for (const auto& [name, fork] :
       {std::pair("next", next), std::pair("last", std::prev(forks.end()))}) {
    json.key(name);
    if (next == forks.end())
      json.null();
    else
      write_config(json, source, fork->at);
  }
  return json.end_object().take();
}

} // namespace

std::array<uint8_t, 4> fork_hash(const Hash256& genesis, std::span<const uint64_t> forks) {
  Crc32 sum;
  sum.update(genesis);
  for (const uint64_t fork : forks) {
    std::array<uint8_t, 32> word;
    store_be(word.data(), fork);
    sum.update(BytesView(word).last(8));
  }
  return sum.finish();
}

void eth_config(MethodCall call) {
  with_block(std::move(call), BlockRef{}, [](MethodCall woken, const PinRef& pin) {
    const ChainReader& chain = woken.chain();
    const auto genesis = chain.header(chain.first());
    if (!genesis) return woken.refuse({rpc_code::internal_error, genesis.error().message});
    if (pin->block.rules.fork < Fork::cancun)
      return woken.refuse({rpc_code::server_error, "there is no blob schedule before Cancun"});
    woken.reply(config_answer({chain.schedule(), *genesis}, pin->block.env.timestamp));
  });
}

} // namespace runahead
