#include "base/hex.hpp"
#include "base/limits.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

const Address alice = to_address(0xa11ce), bob = to_address(0xb0b), nobody = to_address(0xdead);

MemorySource example() {
  AccountMap accounts;
  Account& a = accounts[alice];
  a.balance = 5;
  a.nonce = 7;
  a.code = make_bytecode({0x60, 0x00});
  a.storage[1] = 42;
  accounts[bob].storage[9] = 1; // empty by EIP-161, though it has storage
  return MemorySource(std::move(accounts));
}

uint256 word(const MemorySource& source, const StateKey& key) {
  const auto value = source.value(key);
  EXPECT_TRUE(value) << to_string(key);
  return value ? value->word : uint256::max();
}

TEST(MemorySource, AnswersEveryKind) {
  const MemorySource source = example();
  EXPECT_EQ(word(source, StateKey::of(StateKind::existence, alice)), uint256(1));
  EXPECT_EQ(word(source, StateKey::of(StateKind::balance, alice)), uint256(5));
  EXPECT_EQ(word(source, StateKey::of(StateKind::nonce, alice)), uint256(7));
  EXPECT_EQ(word(source, StateKey::of(StateKind::code_hash, alice)),
            from(make_bytecode({0x60, 0x00})->hash));
  EXPECT_EQ(source.value(StateKey::of(StateKind::code, alice))->code->bytes, (Bytes{0x60, 0x00}));
  EXPECT_EQ(word(source, StateKey::of(StateKind::has_storage, alice)), uint256(1));
  EXPECT_EQ(word(source, StateKey::storage(alice, 1)), uint256(42));
  EXPECT_EQ(word(source, StateKey::storage(alice, 2)), uint256(0));
}

TEST(MemorySource, EmptyAccountsAreToldFromNone) {
  const MemorySource source = example();
  EXPECT_EQ(word(source, StateKey::of(StateKind::existence, bob)), uint256(existence::empty));
  EXPECT_EQ(word(source, StateKey::of(StateKind::has_storage, bob)), uint256(1));
  EXPECT_EQ(word(source, StateKey::of(StateKind::existence, nobody)), uint256(existence::none));
  EXPECT_EQ(word(source, StateKey::of(StateKind::has_storage, nobody)), uint256(0));
  EXPECT_EQ(to_hex32(word(source, StateKey::of(StateKind::code_hash, nobody))),
            "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_TRUE(source.value(StateKey::of(StateKind::code, nobody))->code->bytes.empty());
}

TEST(MemorySource, ZeroSlotsAreNoStorage) {
  AccountMap accounts;
  accounts[alice].storage[3] = 0;
  const MemorySource source(std::move(accounts));
  EXPECT_EQ(word(source, StateKey::of(StateKind::has_storage, alice)), uint256(0));
}

TEST(MemorySource, IncompleteRefusesWhatIsAbsent) {
  MemorySource source = example();
  source.set_complete(false);
  EXPECT_FALSE(source.complete());
  EXPECT_EQ(word(source, StateKey::of(StateKind::balance, alice)), uint256(5));
  EXPECT_EQ(word(source, StateKey::storage(alice, 1)), uint256(42));
  for (const StateKey& key :
       {StateKey::storage(alice, 2), StateKey::of(StateKind::balance, nobody),
        StateKey::of(StateKind::code, nobody), StateKey::of(StateKind::existence, nobody)}) {
    const auto value = source.value(key);
    ASSERT_FALSE(value) << to_string(key);
    EXPECT_FALSE(value.error().transient);
    EXPECT_NE(value.error().cause.find(to_string(key)), std::string::npos);
  }
}

TEST(MemorySource, BlockHashesAreNeverZeroByDefault) {
  MemorySource source = example();
  source.set_block_hash(12, to_hash(99));
  EXPECT_EQ(word(source, StateKey::block_hash(12)), uint256(99));
  EXPECT_FALSE(source.value(StateKey::block_hash(13)));
}

TEST(MemorySource, ReadAnswersAllKeysAtOnce) {
  MemorySource source = example();
  EXPECT_EQ(source.batch_limit(), limits::batch_keys);
  std::vector<Answer> got;
  source.read({StateKey::storage(alice, 1), StateKey::of(StateKind::nonce, alice)},
              [&](std::vector<Answer> answers) { got = std::move(answers); });
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].key, StateKey::storage(alice, 1));
  EXPECT_EQ(got[0].value->word, uint256(42));
  EXPECT_EQ(got[1].value->word, uint256(7));
}

} // namespace
} // namespace runahead
