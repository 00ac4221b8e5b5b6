#include "base/random.hpp"
#include "crypto/keccak.hpp"
#include "state/trie.hpp"
#include "statetest/pre_state.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

Address address(uint64_t n) { return to_address(n); }

AccountMap some_accounts(Random& random) {
  AccountMap accounts;
  for (uint64_t i = 0; i < 8; ++i) {
    Account& account = accounts[address(i)];
    account.balance = random.below(3);
    account.nonce = random.below(2);
    if (random.chance(0.5)) account.code = make_bytecode(random.bytes(random.below(40)));
    for (uint64_t slots = random.below(6); slots > 0; --slots)
      account.storage[random.below(8)] = random.between(1, 5);
  }
  return accounts;
}

AccountChange some_change(uint64_t at, Random& random) {
  AccountChange change{.address = address(at), .balance = {}, .nonce = {}, .code = {}, .slots = {}};
  change.deleted = random.chance(0.2);
  change.storage_cleared = random.chance(0.2);
  if (random.chance(0.5)) change.balance = random.below(3);
  if (random.chance(0.5)) change.nonce = random.below(3);
  if (random.chance(0.3)) change.code = make_bytecode(random.bytes(random.below(40)));
  for (uint64_t slot = 0; slot < 8; ++slot)
    if (random.chance(0.3)) change.slots.emplace_back(slot, random.below(3));
  return change;
}

TEST(PreState, RootIsThatOfItsAccounts) {
  AccountMap accounts;
  accounts[address(1)].balance = 5;
  accounts[address(2)].storage = {{1, 2}, {3, 4}};
  accounts[address(2)].code = make_bytecode({0x60, 0x00});
  const Hash256 no_code = keccak256(Bytes{}), code = keccak256(Bytes{0x60, 0x00});
  const std::vector<std::pair<Address, TrieAccount>> leaves = {
      {address(1), {0, 5, empty_trie_root, no_code}},
      {address(2), {0, 0, storage_root({{1, 2}, {3, 4}}), code}}};
  EXPECT_EQ(PreState(accounts).root(), state_root(leaves));
  EXPECT_EQ(PreState({}).root(), empty_trie_root);
}

TEST(PreState, RootAfterChangesIsThatOfTheAccountsAfterThem) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    const AccountMap before = some_accounts(random);
    const PreState state(before);
    std::vector<AccountChange> changes;
    for (uint64_t at = 0; at < 12; ++at)
      if (random.chance(0.5)) changes.push_back(some_change(at, random));
    const AccountMap after = state.accounts_after(changes);
    ASSERT_EQ(state.root_after(changes), PreState(after).root()) << "round " << round;
    ASSERT_EQ(state.root_after({}), PreState(before).root());
  }
}

TEST(PreState, ChangesAreMade) {
  AccountMap before;
  before[address(1)].balance = 5;
  before[address(1)].storage = {{1, 1}, {2, 2}};
  before[address(2)].nonce = 1;
  const PreState state(before);
  AccountChange one{.address = address(1), .balance = {}, .nonce = {}, .code = {}, .slots = {}};
  one.nonce = 9;
  one.slots = {{1, 0}, {3, 3}};
  AccountChange two{.address = address(2), .balance = {}, .nonce = {}, .code = {}, .slots = {}};
  two.deleted = true;
  const std::vector<AccountChange> changes = {one, two};
  AccountMap after = state.accounts_after(changes);
  EXPECT_EQ(after.size(), 1u);
  EXPECT_EQ(after[address(1)].balance, uint256(5));
  EXPECT_EQ(after[address(1)].nonce, 9u);
  EXPECT_EQ(after[address(1)].storage, (std::unordered_map<uint256, uint256>{{2, 2}, {3, 3}}));

  std::vector<AccountChange> created = {one};
  created.front().storage_cleared = true;
  EXPECT_EQ(state.accounts_after(created)[address(1)].storage,
            (std::unordered_map<uint256, uint256>{{3, 3}}));
}

/// Before EIP-161 a touch makes an account, even an empty one; since then it shows as `deleted`.
TEST(PreState, AnEmptyAccountIsThereUnlessDeleted) {
  AccountChange touch{.address = address(1), .balance = {}, .nonce = {}, .code = {}, .slots = {}};
  touch.balance = 0;
  touch.nonce = 0;
  AccountMap before;
  before[address(1)];
  EXPECT_EQ(PreState({}).root_after({&touch, 1}), PreState(before).root());
  touch.deleted = true;
  EXPECT_EQ(PreState({}).root_after({&touch, 1}), empty_trie_root);
  EXPECT_EQ(PreState(before).root_after({&touch, 1}), empty_trie_root);
}

TEST(PreState, DifferencesAreDescribed) {
  AccountMap expected, got;
  expected[address(1)].balance = 5;
  got[address(1)].balance = 6;
  got[address(1)].nonce = 1;
  expected[address(2)].storage = {{1, 1}, {2, 2}};
  got[address(2)].storage = {{2, 3}};
  got[address(2)].code = make_bytecode({0xfe});
  expected[address(3)].balance = 1;
  got[address(4)].balance = 1;
  const std::string zeros = "0x" + std::string(39, '0');
  const std::vector<std::string> all = {
      zeros + "1 balance: expected 5 got 6",      zeros + "1 nonce: expected 0 got 1",
      zeros + "2 code: expected 0x got 0xfe",     zeros + "2 slot 0x1: expected 0x1 got 0x0",
      zeros + "2 slot 0x2: expected 0x2 got 0x3", zeros + "3: expected an account, there is none",
      zeros + "4: expected no account",
  };
  EXPECT_EQ(describe_difference(expected, got, 10), all);
  const auto shortened = describe_difference(expected, got, 2);
  ASSERT_EQ(shortened.size(), 3u);
  EXPECT_EQ(shortened.back(), "and 5 differences more");
  EXPECT_TRUE(describe_difference(got, got, 10).empty());
}

} // namespace
} // namespace runahead
