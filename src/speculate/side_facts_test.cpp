#include "base/hex.hpp"
#include "base/limits.hpp"
#include "speculate/side_facts.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

SideFacts explore(std::string_view hex, uint64_t pc = 0, JumpStack stack = {}) {
  uint64_t steps = 0;
  return explore_side(Code(*parse_hex_bytes(hex)), pc, std::move(stack), steps);
}

bool aborts(std::string_view hex, uint64_t pc = 0, JumpStack stack = {}) {
  uint64_t steps = 0;
  return only_aborts(Code(*parse_hex_bytes(hex)), pc, std::move(stack), steps);
}

TEST(SideFacts, EndsAreToldApart) {
  EXPECT_TRUE(aborts("0x60006000fd")); // REVERT
  EXPECT_TRUE(aborts("0xfe"));         // INVALID
  EXPECT_TRUE(aborts("0x0c"));         // undefined
  EXPECT_TRUE(aborts("0x01"));         // stack underflow
  EXPECT_FALSE(aborts("0x00"));        // STOP
  EXPECT_FALSE(aborts("0x5f5ff3"));    // RETURN
  EXPECT_FALSE(aborts("0x5f"));        // runs off the end
}

TEST(SideFacts, BothSidesOfABranchCount) {
  // CALLVALUE PUSH1 5 JUMPI, then INVALID or STOP; the jump goes to a REVERT.
  EXPECT_TRUE(aborts("0x34600557fe5b5f5ffd"));
  EXPECT_FALSE(aborts("0x34600557005b5f5ffd"));
  EXPECT_EQ(explore("0x34600557fe5b5f5ffd").branches, (std::vector<uint32_t>{3}));
}

TEST(SideFacts, ReturnAddressesAreFollowed) {
  // A shared function at 3 jumps to what the stack holds: 5 reverts, 9 stops.
  const std::string code = "0xfefefe5b565b5f5ffd5b00";
  EXPECT_TRUE(aborts(code, 3, {5}));
  EXPECT_FALSE(aborts(code, 3, {9}));
  EXPECT_FALSE(aborts(code, 3, {unknown_item}));
}

TEST(SideFacts, ALoopThatOnlyLeavesByRevertingAborts) {
  // 0: JUMPDEST CALLVALUE PUSH1 0 JUMPI REVERT
  EXPECT_TRUE(aborts("0x5b345f575f5ffd"));
}

TEST(SideFacts, ReadsAreListed) {
  const SideFacts one = explore("0x5f5400"), none = explore("0x5f00");
  EXPECT_EQ(one.reads, (std::vector<uint32_t>{1}));
  EXPECT_TRUE(one.reads_more_than(none));
  EXPECT_FALSE(none.reads_more_than(one));
}

TEST(SideFacts, HostileCodeIsBounded) {
  // Every block pushes and branches: the states never repeat.
  Bytes code;
  for (int i = 0; i < 6000; ++i) code.insert(code.end(), {0x5b, 0x34, 0x5f, 0x57});
  uint64_t steps = 0;
  EXPECT_FALSE(only_aborts(Code(code), 0, {}, steps));
  EXPECT_LE(steps, limits::side_explore_steps + 1);
  EXPECT_LE(explore_side(Code(code), 0, {}, steps).branches.size(), limits::side_explore_steps);
}

TEST(SideFactsCache, GivesTheSameFacts) {
  SideFactsCache cache;
  const auto code = std::make_shared<const Code>(*parse_hex_bytes("0xfefefe5b565b5f5ffd5b00"));
  EXPECT_TRUE(cache.only_aborts(code, 3, {5}));
  EXPECT_FALSE(cache.only_aborts(code, 3, {9}));
  EXPECT_TRUE(cache.only_aborts(code, 3, {5}));
}

} // namespace
} // namespace runahead
