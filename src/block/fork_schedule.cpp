#include "block/fork_schedule.hpp"

#include "base/written_address.hpp"

namespace runahead {
namespace {

constexpr uint64_t mainnet = 1, sepolia = 11'155'111, holesky = 17'000;
constexpr uint64_t mainnet_dao_fork = 1'920'000; // EIP-779

constexpr Address sepolia_deposit_contract =
    written_address("7f02c3e3c98b133055b8b348b2ac625669ed295d");
constexpr Address holesky_deposit_contract =
    written_address("4242424242424242424242424242424242424242");

void apply(const Activation& activation, Rules& rules) {
  rules.fork = activation.fork;
  rules.blobs = activation.blobs;
}

} // namespace

constinit const Address mainnet_deposit_contract =
    written_address("00000000219ab540356cbb839cbe05303d7705fa");

uint64_t bomb_delay(Fork fork) {
  if (fork >= Fork::london) return 9'700'000;         // EIP-3554
  if (fork >= Fork::berlin) return 9'000'000;         // EIP-2384
  if (fork >= Fork::constantinople) return 5'000'000; // EIP-1234
  if (fork >= Fork::byzantium) return 3'000'000;      // EIP-649
  return 0;
}

BlockRules ForkSchedule::at(uint64_t number, uint64_t timestamp,
                            const uint256& parent_total_difficulty) const {
  BlockRules result{{Fork::frontier, {}, chain_id}, 0, dao_fork, deposit_contract};
  Rules& rules = result.rules;
  for (const Activation& activation : by_number)
    if (activation.at <= number) apply(activation, rules);
  if (terminal_total_difficulty && parent_total_difficulty >= *terminal_total_difficulty &&
      rules.fork < Fork::paris)
    rules.fork = Fork::paris;
  if (rules.fork >= Fork::paris)
    for (const Activation& activation : by_time)
      if (activation.at <= timestamp) apply(activation, rules);
  result.bomb_delay = bomb_delay(rules.fork);
  for (const Glacier& glacier : glaciers)
    if (glacier.at <= number) result.bomb_delay = glacier.delay;
  return result;
}

ForkSchedule schedule_of(Fork fork, const BlobSchedule& blobs, uint64_t chain_id) {
  ForkSchedule schedule;
  schedule.chain_id = chain_id;
  schedule.by_number.push_back({0, fork, blobs});
  return schedule;
}

ForkSchedule schedule_of(const ChainConfig& chain) {
  ForkSchedule schedule;
  schedule.chain_id = chain.chain_id;
  schedule.by_number.assign(chain.by_number.begin(), chain.by_number.end());
  schedule.by_time.assign(chain.by_time.begin(), chain.by_time.end());
  if (chain.chain_id == mainnet) {
    schedule.dao_fork = mainnet_dao_fork;
    // Muir Glacier (EIP-2384), Arrow Glacier (EIP-4345), Gray Glacier (EIP-5133).
    schedule.glaciers = {{9'200'000, 9'000'000},
                         {12'965'000, 9'700'000},
                         {13'773'000, 10'700'000},
                         {15'050'000, 11'400'000}};
  }
  if (chain.chain_id == sepolia) schedule.deposit_contract = sepolia_deposit_contract;
  if (chain.chain_id == holesky) schedule.deposit_contract = holesky_deposit_contract;
  return schedule;
}

} // namespace runahead
