#include "block/dao_fork.hpp"
#include "block/fee_market.hpp"
#include "block/validation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

BlockRules rules_of(Fork fork) {
  return schedule_of(fork, default_blob_schedule(fork), 1).at(0, 0, {});
}

/// A header that may stand before others of the fork.
BlockHeader parent_of(Fork fork) {
  BlockHeader h;
  h.number = 10;
  h.timestamp = 1000;
  h.gas_limit = 30'000'000;
  h.gas_used = 15'000'000;
  if (fork < Fork::paris) h.difficulty = 2048'000;
  if (fork >= Fork::london) h.base_fee = 1000;
  if (fork >= Fork::shanghai) h.withdrawals_root = withdrawals_root({});
  if (fork >= Fork::cancun) h.blob_gas_used = h.excess_blob_gas = 0;
  if (fork >= Fork::cancun) h.parent_beacon_root = Hash256{};
  if (fork >= Fork::prague) h.requests_hash = Hash256{};
  return h;
}

/// A valid header behind it.
BlockHeader child_of(const BlockHeader& parent) {
  BlockHeader h = parent;
  h.number = 11;
  h.timestamp = 1012;
  h.gas_used = 0;
  h.transactions_root = transactions_root({});
  return h;
}

class HeaderTest : public testing::Test {
protected:
  void use(Fork to) {
    fork = to;
    parent = parent_of(fork);
  }
  /// What is wrong with a valid header after `spoil`.
  std::optional<BlockFault> fault(auto&& spoil) const {
    BlockHeader header = child_of(parent);
    spoil(header);
    const auto invalid = validate_header(header, parent, rules_of(fork));
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  }
  Fork fork = Fork::osaka;
  BlockHeader parent = parent_of(Fork::osaka);
};

TEST_F(HeaderTest, AValidOneOfEveryFork) {
  for (const Fork each : {Fork::homestead, Fork::byzantium, Fork::london, Fork::paris,
                          Fork::shanghai, Fork::cancun, Fork::prague, Fork::osaka}) {
    use(each);
    EXPECT_EQ(fault([](auto&) {}), std::nullopt) << name(each);
  }
}

TEST_F(HeaderTest, EveryFieldHasItsFault) {
  using enum BlockFault;
  EXPECT_EQ(fault([](auto& h) { h.number = 12; }), number);
  EXPECT_EQ(fault([](auto& h) { h.timestamp = 1000; }), timestamp);
  EXPECT_EQ(fault([](auto& h) { h.extra_data.resize(33); }), extra_data);
  EXPECT_EQ(fault([](auto& h) { h.extra_data.resize(32); }), std::nullopt);
  EXPECT_EQ(fault([](auto& h) { h.difficulty = 1; }), difficulty);
  EXPECT_EQ(fault([](auto& h) { h.nonce[7] = 1; }), nonce);
  EXPECT_EQ(fault([](auto& h) { h.ommers_hash = {}; }), ommers_hash);
  EXPECT_EQ(fault([](auto& h) { h.gas_used = h.gas_limit + 1; }), gas_used_above_limit);
  EXPECT_EQ(fault([](auto& h) { h.base_fee = 999; }), base_fee);
  EXPECT_EQ(fault([](auto& h) { h.base_fee.reset(); }), base_fee);
  EXPECT_EQ(fault([](auto& h) { h.withdrawals_root.reset(); }), withdrawals_root);
  EXPECT_EQ(fault([](auto& h) { h.blob_gas_used.reset(); }), blob_gas_used);
  EXPECT_EQ(fault([](auto& h) { h.blob_gas_used = 1; }), blob_gas_used);
  EXPECT_EQ(fault([](auto& h) { h.blob_gas_used = 10 * 131072; }), blob_gas_used);
  EXPECT_EQ(fault([](auto& h) { h.excess_blob_gas = 131072; }), excess_blob_gas);
  EXPECT_EQ(fault([](auto& h) { h.parent_beacon_root.reset(); }), parent_beacon_root);
  EXPECT_EQ(fault([](auto& h) { h.requests_hash.reset(); }), requests_hash);
  use(Fork::cancun);
  EXPECT_EQ(fault([](auto& h) { h.requests_hash = Hash256{}; }), requests_hash);
  use(Fork::homestead);
  EXPECT_EQ(fault([](auto& h) { h.difficulty += uint256{1}; }), difficulty);
  EXPECT_EQ(fault([](auto& h) { h.nonce[7] = 1; }), std::nullopt); // a seal's, which is not checked
}

TEST_F(HeaderTest, GasLimitsMoveByLessThanA1024th) {
  const uint64_t step = parent.gas_limit / 1024;
  const auto limit = [&](uint64_t x) { return fault([x](auto& h) { h.gas_limit = x; }); };
  EXPECT_EQ(limit(parent.gas_limit + step - 1), std::nullopt);
  EXPECT_EQ(limit(parent.gas_limit + step), BlockFault::gas_limit);
  EXPECT_EQ(limit(parent.gas_limit - step + 1), std::nullopt);
  EXPECT_EQ(limit(parent.gas_limit - step), BlockFault::gas_limit);
  EXPECT_EQ(limit(uint64_t{1} << 63), BlockFault::gas_limit);
  parent.gas_limit = 5001;
  parent.gas_used = 2500;
  EXPECT_EQ(limit(4999), BlockFault::gas_limit);
  EXPECT_EQ(limit(5000), std::nullopt);
}

TEST_F(HeaderTest, TheFirstBlockOfLondonDoublesTheGasLimit) {
  parent = parent_of(Fork::berlin);
  BlockHeader header = child_of(parent);
  header.base_fee = initial_base_fee;
  EXPECT_EQ(validate_header(header, parent, rules_of(Fork::london))->fault, BlockFault::gas_limit);
  header.gas_limit *= 2;
  EXPECT_EQ(validate_header(header, parent, rules_of(Fork::london)), std::nullopt);
}

TEST_F(HeaderTest, TheDaoForkMarksTenBlocks) {
  use(Fork::homestead);
  BlockRules rules = rules_of(fork);
  const auto with_marker = [&](bool marked) {
    BlockHeader header = child_of(parent);
    if (marked) header.extra_data.assign(dao_extra_data.begin(), dao_extra_data.end());
    const auto invalid = validate_header(header, parent, rules);
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  };
  for (const uint64_t first : {11u, 2u}) { // block 11 is the first or the last of the ten
    rules.dao_fork = first;
    EXPECT_EQ(with_marker(true), std::nullopt);
    EXPECT_EQ(with_marker(false), BlockFault::dao_extra_data);
  }
  for (const uint64_t first : {12u, 1u}) {
    rules.dao_fork = first;
    EXPECT_EQ(with_marker(false), std::nullopt);
  }
}

TEST(Body, IsBoundToTheHeader) {
  Block block;
  block.header = child_of(parent_of(Fork::osaka));
  block.withdrawals.emplace();
  const BlockRules rules = rules_of(Fork::osaka);
  const auto fault = [&](auto&& spoil, size_t size_bytes = 1000) -> std::optional<BlockFault> {
    Block spoiled = block;
    spoil(spoiled);
    const auto invalid = validate_body(spoiled, size_bytes, rules);
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  };
  const auto as_it_is = [](auto&) {};
  EXPECT_EQ(fault(as_it_is), std::nullopt);
  EXPECT_EQ(fault([](auto& b) { b.transactions.resize(1); }), BlockFault::transactions_root);
  EXPECT_EQ(fault([](auto& b) { b.ommers.resize(1); }), BlockFault::ommers_hash);
  EXPECT_EQ(fault([](auto& b) { b.withdrawals->resize(1); }), BlockFault::withdrawals_root);
  EXPECT_EQ(fault([](auto& b) { b.withdrawals.reset(); }), BlockFault::withdrawals_root);
  EXPECT_EQ(fault(as_it_is, 8 * 1024 * 1024), std::nullopt); // EIP-7934
  EXPECT_EQ(fault(as_it_is, 8 * 1024 * 1024 + 1), BlockFault::size);
}

/// Ten blocks, one above the other, and a block to put ommers into.
class OmmerTest : public testing::Test {
protected:
  OmmerTest() {
    headers.push_back(parent_of(Fork::homestead));
    while (headers.size() < 10) headers.push_back(above(headers.back()));
    for (size_t i = headers.size(); i-- > 0;) ancestors.push_back({&headers[i], {}, {}});
    for (Ancestor& ancestor : ancestors) ancestor.hash = header_hash(*ancestor.header);
    block.header = above(headers.back());
  }
  static BlockHeader above(const BlockHeader& parent) {
    BlockHeader h = parent;
    h.parent_hash = header_hash(parent);
    h.number = parent.number + 1;
    h.timestamp = parent.timestamp + 12; // the difficulty stays
    h.gas_used = 0;
    return h;
  }
  /// A sibling of the ancestor `generation` above the block; 1 is the parent.
  BlockHeader sibling(size_t generation) const {
    BlockHeader h = above(*ancestors[generation].header);
    h.coinbase = Address{{0x99}};
    return h;
  }
  std::optional<InvalidBlock> verdict(std::vector<BlockHeader> ommers) {
    block.ommers = std::move(ommers);
    return validate_ommers(block, ancestors, schedule_of(Fork::homestead, {}, 1));
  }
  std::optional<BlockFault> fault(std::vector<BlockHeader> ommers) {
    const auto invalid = verdict(std::move(ommers));
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  }

  std::vector<BlockHeader> headers;
  std::vector<Ancestor> ancestors;
  Block block;
};

TEST_F(OmmerTest, SixGenerationsOfSiblingsAreTaken) {
  for (size_t generation = 1; generation <= 6; ++generation)
    EXPECT_EQ(fault({sibling(generation)}), std::nullopt) << generation;
  EXPECT_EQ(fault({sibling(7)}), BlockFault::ommer_parent);
  EXPECT_EQ(fault({sibling(0)}), BlockFault::ommer_parent); // the block's own sibling
  EXPECT_EQ(fault({sibling(1), sibling(2)}), std::nullopt);
}

TEST_F(OmmerTest, EveryRuleHasItsFault) {
  EXPECT_EQ(fault({sibling(1), sibling(2), sibling(3)}), BlockFault::ommer_count);
  EXPECT_EQ(fault({sibling(1), sibling(1)}), BlockFault::ommer_repeated);
  EXPECT_EQ(fault({headers[8]}), BlockFault::ommer_is_ancestor);
  BlockHeader strange = sibling(2);
  strange.parent_hash = {};
  EXPECT_EQ(fault({strange}), BlockFault::ommer_parent);
  BlockHeader wrong = sibling(2);
  wrong.gas_limit *= 2;
  EXPECT_EQ(fault({wrong}), BlockFault::ommer_header);
  EXPECT_EQ(verdict({wrong})->ommer, BlockFault::gas_limit);
  const std::vector<BlockHeader> included = {sibling(3)};
  ancestors[1].ommers = included;
  EXPECT_EQ(fault({sibling(3)}), BlockFault::ommer_repeated);
}

TEST(ForkSchedule, TheMainNetworkChangesRulesWhereItDid) {
  const ForkSchedule chain = schedule_of(*find_chain(1));
  EXPECT_EQ(chain.at(1'149'999, 0, {}).rules.fork, Fork::frontier);
  EXPECT_EQ(chain.at(1'920'000, 0, {}).dao_fork, 1'920'000u);
  EXPECT_EQ(chain.at(9'199'999, 0, {}).bomb_delay, 5'000'000u);
  EXPECT_EQ(chain.at(9'200'000, 0, {}).bomb_delay, 9'000'000u);
  EXPECT_EQ(chain.at(12'965'000, 0, {}).bomb_delay, 9'700'000u);
  EXPECT_EQ(chain.at(13'773'000, 0, {}).bomb_delay, 10'700'000u);
  EXPECT_EQ(chain.at(15'050'000, 0, {}).bomb_delay, 11'400'000u);
  EXPECT_EQ(chain.at(15'050'000, UINT64_MAX, {}).rules.fork, Fork::london); // no time before Paris
  EXPECT_EQ(chain.at(17'034'870, 1'681'338'455, {}).rules.fork, Fork::shanghai);
}

TEST(ForkSchedule, ParisMayBeginAtATotalDifficulty) {
  ForkSchedule chain = schedule_of(Fork::london, {}, 1);
  chain.by_time = {{50, Fork::shanghai, {}}};
  chain.terminal_total_difficulty = 1000;
  EXPECT_EQ(chain.at(5, 100, 999).rules.fork, Fork::london);
  EXPECT_EQ(chain.at(5, 49, 1000).rules.fork, Fork::paris);
  EXPECT_EQ(chain.at(5, 50, 1000).rules.fork, Fork::shanghai);
}

} // namespace
} // namespace runahead
