#include "speculate/remembered_values.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

StateKey slot(uint64_t i) { return StateKey::storage({}, i); }

TEST(RememberedValues, TheLastValueNotedIsTheOneFound) {
  RememberedValues values(1 << 20);
  EXPECT_EQ(values.find(slot(1)), nullptr);
  values.note(slot(1), {7, nullptr});
  values.note(slot(1), {8, nullptr});
  ASSERT_NE(values.find(slot(1)), nullptr);
  EXPECT_EQ(values.find(slot(1))->word, uint256{8});
  EXPECT_EQ(values.size(), 1u);
}

TEST(RememberedValues, WhatWasNotUsedForLongestGoesFirst) {
  RememberedValues one(1 << 20);
  one.note(slot(0), {});
  RememberedValues values(one.bytes() * 3);
  for (uint64_t i = 0; i < 3; ++i) values.note(slot(i), {i, nullptr});
  EXPECT_NE(values.find(slot(0)), nullptr); // used again
  values.note(slot(3), {3, nullptr});
  EXPECT_EQ(values.find(slot(1)), nullptr);
  for (const uint64_t i : {0u, 2u, 3u}) EXPECT_NE(values.find(slot(i)), nullptr) << i;
}

TEST(RememberedValues, CodeCountsByItsBytes) {
  RememberedValues values(10'000);
  const StateKey code = StateKey::of(StateKind::code, {});
  values.note(slot(1), {1, nullptr});
  values.note(code, {{}, make_bytecode(Bytes(9'000))});
  EXPECT_NE(values.find(slot(1)), nullptr);
  values.note(StateKey::of(StateKind::code, Address{{1}}), {{}, make_bytecode(Bytes(9'000))});
  EXPECT_EQ(values.find(code), nullptr);
  EXPECT_LE(values.bytes(), 10'000u);
}

} // namespace
} // namespace runahead
