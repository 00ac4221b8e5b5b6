#include "block/changed_view.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runahead {
namespace {

constexpr Address a{{0xaa}}, b{{0xbb}};

/// A memory source as a view that says what it has not got.
class BaseView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    if (hidden) return nullptr;
    return &(values_[key] = *memory.value(key));
  }
  MemorySource memory;
  bool hidden = false; ///< nothing has arrived

private:
  mutable std::unordered_map<StateKey, StateValue> values_;
};

AccountChange change(const Address& address, auto&& set) {
  AccountChange result;
  result.address = address;
  set(result);
  return result;
}

class ChangedViewTest : public testing::Test {
protected:
  ChangedViewTest() {
    Account& account = base.memory.accounts()[a];
    account.balance = 100;
    account.nonce = 1;
    account.storage = {{1, 11}, {2, 22}};
    account.code = make_bytecode({0x5b});
  }

  uint256 word(StateKind kind, const Address& address) const {
    return view.find(StateKey::of(kind, address))->word;
  }
  uint256 slot(uint64_t key) const { return view.find(StateKey::storage(a, key))->word; }
  void apply(const AccountChange& one) { view.apply({&one, 1}); }
  AccountChange only_change() const {
    const auto changes = view.changes();
    EXPECT_EQ(changes.size(), 1u);
    return changes.at(0);
  }

  BaseView base;
  ChangedView view{base};
};

TEST_F(ChangedViewTest, WhatDidNotChangeComesFromBelow) {
  apply(change(a, [](auto& c) {
    c.balance = 7;
    c.slots = {{1, 0}};
  }));
  EXPECT_EQ(word(StateKind::balance, a), uint256{7});
  EXPECT_EQ(word(StateKind::nonce, a), uint256{1});
  EXPECT_EQ(slot(1), uint256{});
  EXPECT_EQ(slot(2), uint256{22});
  EXPECT_EQ(word(StateKind::existence, b), uint256{existence::none});
  base.hidden = true;
  EXPECT_EQ(view.find(StateKey::of(StateKind::nonce, a)), nullptr);
  EXPECT_EQ(word(StateKind::balance, a), uint256{7});
}

TEST_F(ChangedViewTest, ADeletedAccountIsNothing) {
  apply(change(a, [](auto& c) { c.deleted = true; }));
  for (const StateKind kind :
       {StateKind::existence, StateKind::balance, StateKind::nonce, StateKind::has_storage})
    EXPECT_EQ(word(kind, a), uint256{}) << name(kind);
  EXPECT_TRUE(view.find(StateKey::of(StateKind::code, a))->code->bytes.empty());
  EXPECT_EQ(word(StateKind::code_hash, a), from(make_bytecode({})->hash));
  EXPECT_EQ(slot(2), uint256{});
  EXPECT_TRUE(only_change().deleted);
}

TEST_F(ChangedViewTest, AnAccountMadeAgainHasNothingOfTheOldOne) {
  apply(change(a, [](auto& c) { c.deleted = true; }));
  apply(change(a, [](auto& c) {
    c.balance = 3;
    c.slots = {{5, 55}};
  }));
  EXPECT_EQ(word(StateKind::existence, a), uint256{existence::alive});
  EXPECT_EQ(word(StateKind::nonce, a), uint256{});
  EXPECT_EQ(slot(2), uint256{});
  EXPECT_EQ(slot(5), uint256{55});
  const AccountChange c = only_change();
  EXPECT_FALSE(c.deleted);
  EXPECT_TRUE(c.storage_cleared);
  EXPECT_EQ(c.balance, uint256{3});
  EXPECT_EQ(c.nonce, 0u);
  ASSERT_NE(c.code, nullptr);
  EXPECT_TRUE(c.code->bytes.empty());
  EXPECT_EQ(c.slots, (std::vector<std::pair<uint256, uint256>>{{5, 55}}));
}

TEST_F(ChangedViewTest, ClearedStorageForgetsEarlierSlotsToo) {
  apply(change(a, [](auto& c) { c.slots = {{7, 77}}; }));
  EXPECT_EQ(word(StateKind::has_storage, a), uint256{1});
  apply(change(a, [](auto& c) {
    c.storage_cleared = true;
    c.slots = {{8, 88}};
  }));
  EXPECT_EQ(slot(7), uint256{});
  EXPECT_EQ(slot(1), uint256{});
  EXPECT_EQ(slot(8), uint256{88});
  EXPECT_EQ(only_change().slots, (std::vector<std::pair<uint256, uint256>>{{8, 88}}));
}

TEST_F(ChangedViewTest, ASlotSetToZeroStaysInTheChanges) {
  apply(change(a, [](auto& c) { c.slots = {{1, 5}}; }));
  apply(change(a, [](auto& c) { c.slots = {{1, 0}}; }));
  EXPECT_EQ(only_change().slots, (std::vector<std::pair<uint256, uint256>>{{1, 0}}));
}

TEST_F(ChangedViewTest, AnEmptyAccountIsToldFromNone) {
  apply(change(b, [](auto& c) {
    c.balance = 0;
    c.nonce = 0;
    c.code = make_bytecode({});
  }));
  EXPECT_EQ(word(StateKind::existence, b), uint256{existence::empty});
  apply(change(b, [](auto& c) { c.balance = 1; }));
  EXPECT_EQ(word(StateKind::existence, b), uint256{existence::alive});
  // What is unknown of an account that was not there is zero.
  ChangedView other(base);
  const AccountChange touched = change(b, [](auto& c) { c.balance = 0; });
  other.apply({&touched, 1});
  EXPECT_EQ(other.find(StateKey::of(StateKind::existence, b))->word, uint256{existence::empty});
  base.hidden = true;
  EXPECT_EQ(other.find(StateKey::of(StateKind::existence, b)), nullptr);
}

TEST_F(ChangedViewTest, ValuesStayWhereTheyAre) {
  apply(change(a, [](auto& c) {
    c.balance = 7;
    c.slots = {{1, 5}};
  }));
  const StateValue* balance = view.find(StateKey::of(StateKind::balance, a));
  const StateValue* first = view.find(StateKey::storage(a, 1));
  for (uint64_t i = 0; i < 1000; ++i) {
    apply(change(to_address(uint256{i}), [](auto& c) { c.balance = 1; }));
    apply(change(a, [&](auto& c) { c.slots = {{i + 10, 1}}; }));
  }
  EXPECT_EQ(view.find(StateKey::of(StateKind::balance, a)), balance);
  EXPECT_EQ(view.find(StateKey::storage(a, 1)), first);
  EXPECT_EQ(first->word, uint256{5});
}

} // namespace
} // namespace runahead
