#include "base/random.hpp"
#include "state/known_values.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace runahead {
namespace {

StateKey slot(uint64_t number) { return StateKey::storage(Address{{0xc0}}, number); }

TEST(KnownValues, FindsWhatWasAdded) {
  KnownValues known;
  EXPECT_EQ(known.find(slot(1)), nullptr);
  known.add(slot(1), {7, nullptr});
  known.add(StateKey::of(StateKind::code, Address{{0xc0}}), {{}, make_bytecode({0x5f})});
  ASSERT_NE(known.find(slot(1)), nullptr);
  EXPECT_EQ(known.find(slot(1))->word, uint256{7});
  EXPECT_EQ(known.find(slot(2)), nullptr);
  EXPECT_EQ(known.find(StateKey::storage(Address{{0xc1}}, 1)), nullptr);
  EXPECT_EQ(known.find(StateKey::of(StateKind::balance, Address{{0xc0}})), nullptr);
  EXPECT_EQ(known.find(StateKey::of(StateKind::code, Address{{0xc0}}))->code->bytes, Bytes{0x5f});
  EXPECT_EQ(known.size(), 2u);
}

TEST(KnownValues, TheFirstValueStays) {
  KnownValues known;
  known.add(slot(1), {7, nullptr});
  const StateValue* before = known.find(slot(1));
  known.add(slot(1), {8, nullptr});
  EXPECT_EQ(known.find(slot(1)), before);
  EXPECT_EQ(before->word, uint256{7});
  EXPECT_EQ(known.size(), 1u);
}

TEST(KnownValues, PointersOutliveItsGrowing) {
  KnownValues known;
  known.add(slot(0), {0, nullptr});
  const StateValue* first = known.find(slot(0));
  for (uint64_t i = 0; i < 10'000; ++i) known.add(slot(i), {i, nullptr});
  EXPECT_EQ(known.find(slot(0)), first);
  for (uint64_t i = 0; i < 10'000; ++i) ASSERT_EQ(known.find(slot(i))->word, uint256{i});
  EXPECT_EQ(known.find(slot(10'000)), nullptr);
}

// What a reader finds is whole, and what it found once it finds again, while another thread adds.
TEST(KnownValues, IsReadWhileItGrows) {
  constexpr uint64_t count = 20'000;
  KnownValues known;
  const auto read = [&known](uint64_t seed, uint64_t& wrong) {
    Random random(seed);
    for (uint64_t newest = 0; newest < count;) {
      if (known.find(slot(newest)) != nullptr) ++newest;
      const uint64_t old = newest == 0 ? 0 : random.below(newest);
      const StateValue* value = known.find(slot(old));
      if (newest != 0 && (value == nullptr || value->word != uint256{old} * uint256{old})) ++wrong;
    }
  };
  std::array<uint64_t, 2> wrong{};
  std::thread one(read, 1, std::ref(wrong[0])), two(read, 2, std::ref(wrong[1]));
  for (uint64_t i = 0; i < count; ++i) known.add(slot(i), {uint256{i} * uint256{i}, nullptr});
  one.join();
  two.join();
  EXPECT_EQ(wrong, (std::array<uint64_t, 2>{}));
}

} // namespace
} // namespace runahead
