#include "state/journal.hpp"

#include <gtest/gtest.h>

#include <unordered_map>

namespace runahead {
namespace {

/// A view that has just what a test put there.
class FakeView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    const auto it = values.find(key);
    return it != values.end() ? &it->second : nullptr;
  }
  void put(StateKind kind, const Address& a, const uint256& word) {
    values[StateKey::of(kind, a)] = {word, nullptr};
  }
  std::unordered_map<StateKey, StateValue> values;
};

class JournalTest : public testing::Test {
protected:
  FakeView view;
  Journal journal{view, Fork::cancun};
  Address a{{1}}, b{{2}};
};

TEST_F(JournalTest, MissingKeysAreNamedAndReadLater) {
  EXPECT_EQ(journal.slot(a, 5), nullptr);
  ASSERT_EQ(journal.missing().size(), 1u);
  EXPECT_EQ(journal.missing()[0], StateKey::storage(a, 5));
  view.values[StateKey::storage(a, 5)] = {9, nullptr};
  journal.clear_missing();
  ASSERT_NE(journal.slot(a, 5), nullptr);
  EXPECT_EQ(journal.slot(a, 5)->current, uint256{9});
  EXPECT_TRUE(journal.missing().empty());
}

TEST_F(JournalTest, ABalanceChangedBeforeItWasReadReadsNothing) {
  const auto start = journal.checkpoint();
  journal.add_balance(a, 5);
  journal.subtract_balance(a, 2);
  EXPECT_TRUE(journal.missing().empty());
  const auto middle = journal.checkpoint();
  journal.add_balance(a, 100);
  view.put(StateKind::balance, a, 1000);
  EXPECT_EQ(*journal.balance(a), uint256{1103});
  journal.revert(middle);
  EXPECT_EQ(*journal.balance(a), uint256{1003});
  journal.revert(start);
  EXPECT_EQ(*journal.balance(a), uint256{1000});
}

TEST_F(JournalTest, RevertUndoesEverything) {
  view.values[StateKey::storage(a, 1)] = {7, nullptr};
  view.put(StateKind::nonce, a, 3);
  view.values[StateKey::of(StateKind::code, a)] = {{}, make_bytecode({})};
  ASSERT_NE(journal.slot(a, 1), nullptr);
  ASSERT_NE(journal.code(a), nullptr);
  const auto checkpoint = journal.checkpoint();
  journal.set_slot(a, 1, 8);
  journal.set_transient(a, 2, 3);
  journal.increment_nonce(a);
  journal.set_code(a, make_bytecode(Bytes{1}));
  journal.warm(a);
  journal.warm(a, 1);
  journal.mark_created(a);
  journal.mark_destructed(a);
  journal.add_log({a, {}, {}});
  journal.add_refund(10);
  journal.revert(checkpoint);
  EXPECT_EQ(journal.slot(a, 1)->current, uint256{7});
  EXPECT_EQ(journal.transient(a, 2), uint256{});
  EXPECT_EQ(journal.nonce(a), 3u);
  EXPECT_TRUE((*journal.code(a))->bytes.empty());
  EXPECT_FALSE(journal.is_warm(a));
  EXPECT_FALSE(journal.is_warm(a, 1));
  EXPECT_FALSE(journal.was_created(a));
  EXPECT_FALSE(journal.peek(a)->destructed);
  EXPECT_TRUE(journal.logs().empty());
  EXPECT_EQ(journal.refund(), 0);
}

TEST_F(JournalTest, SomeAccountsAreWarmForGood) {
  const Address nine = to_address(9), large = to_address(511), other = to_address(10);
  const Address high = to_address((uint256{1} << 64) + 9);
  EXPECT_FALSE(journal.is_warm(nine));
  journal.touch(nine); // it has an entry already
  Journal::AddressNumbers numbers;
  numbers.set(9).set(511);
  journal.warm_for_good(numbers);
  const auto checkpoint = journal.checkpoint();
  for (const bool read : {false, true}) {
    for (const Address& address : {nine, large}) EXPECT_TRUE(journal.is_warm(address));
    for (const Address& address : {other, high, to_address(512), Address{}})
      EXPECT_FALSE(journal.is_warm(address));
    for (const Address& address : {nine, large, other, high}) journal.touch(address);
    EXPECT_EQ(journal.peek(large)->warm, true) << read;
    journal.warm(large);
    journal.revert(checkpoint);
  }
}

TEST_F(JournalTest, ACreatedContractStartsWithEmptyStorage) {
  view.values[StateKey::storage(a, 1)] = {7, nullptr};
  const auto checkpoint = journal.checkpoint();
  journal.mark_created(a);
  EXPECT_EQ(journal.slot(a, 2)->current, uint256{});
  journal.revert(checkpoint);
  EXPECT_EQ(journal.slot(a, 1)->current, uint256{7});
}

TEST_F(JournalTest, DeathFollowsFromWhatIsKnown) {
  EXPECT_FALSE(journal.is_dead(a).has_value());
  EXPECT_EQ(journal.missing().back(), StateKey::of(StateKind::existence, a));
  view.put(StateKind::existence, a, 0);
  EXPECT_EQ(journal.is_dead(a), true);
  journal.add_balance(a, 1);
  EXPECT_EQ(journal.is_dead(a), false);
  journal.subtract_balance(a, 1);
  EXPECT_EQ(journal.is_dead(a), true);

  view.put(StateKind::existence, b, 1);
  EXPECT_EQ(journal.is_dead(b), false);
  journal.subtract_balance(b, 5);
  view.put(StateKind::balance, b, 5); // now at zero: nonce and code decide
  view.put(StateKind::nonce, b, 0);
  EXPECT_FALSE(journal.is_dead(b).has_value());
  view.values[StateKey::of(StateKind::code, b)] = {{}, make_bytecode({})};
  EXPECT_EQ(journal.is_dead(b), true);
}

TEST_F(JournalTest, OccupiedAddresses) {
  EXPECT_FALSE(journal.is_occupied(a).has_value());
  view.put(StateKind::nonce, a, 0);
  view.put(StateKind::code_hash, a, from(make_bytecode({})->hash));
  EXPECT_FALSE(journal.is_occupied(a).has_value());
  EXPECT_EQ(journal.missing().back(), StateKey::of(StateKind::has_storage, a));
  view.put(StateKind::has_storage, a, 1);
  EXPECT_EQ(journal.is_occupied(a), true); // EIP-7610
  view.put(StateKind::nonce, b, 1);
  EXPECT_EQ(journal.is_occupied(b), true); // whatever the rest
}

TEST_F(JournalTest, FinishCollectsChangesAndDeletesTheEmpty) {
  journal.touch(a);
  EXPECT_FALSE(journal.finish().has_value());
  view.put(StateKind::existence, a, 0);
  view.values[StateKey::storage(b, 1)] = {7, nullptr};
  ASSERT_NE(journal.slot(b, 1), nullptr);
  journal.set_slot(b, 1, 8);
  const auto changes = journal.finish();
  ASSERT_TRUE(changes.has_value());
  ASSERT_EQ(changes->size(), 2u);
  for (const AccountChange& change : *changes) {
    EXPECT_EQ(change.deleted, change.address == a);
    if (change.address == b) EXPECT_EQ(change.slots.size(), 1u);
  }
}

TEST_F(JournalTest, OverridesAreTheOriginalState) {
  journal.override_slot(a, 1, 5);
  journal.override_storage_empty(a);
  journal.override_balance(a, 77);
  EXPECT_EQ(journal.slot(a, 1)->original, uint256{5});
  EXPECT_EQ(journal.slot(a, 2)->original, uint256{});
  EXPECT_EQ(*journal.balance(a), uint256{77});
  EXPECT_TRUE(journal.missing().empty());
}

} // namespace
} // namespace runahead
