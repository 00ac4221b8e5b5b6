#include "base/bytes.hpp"
#include "code/jump_destinations.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

#include <random>

namespace runahead {
namespace {

std::vector<uint64_t> marks_of(Bytes code) {
  const size_t size = code.size();
  code.resize(size + 64);
  return mark_jump_destinations(code.data(), size);
}

/// The rule, one instruction after the other.
std::vector<uint64_t> marks_by_the_book(const Bytes& code) {
  std::vector<uint64_t> marks(code.size() / 64 + 1);
  for (size_t pc = 0; pc < code.size(); ++pc)
    if (code[pc] == OP_JUMPDEST)
      marks[pc / 64] |= uint64_t{1} << pc % 64;
    else
      pc += info(code[pc]).immediate_bytes;
  return marks;
}

TEST(JumpDestinations, OfNoCodeAreNone) { EXPECT_EQ(marks_of({}), std::vector<uint64_t>{0}); }

TEST(JumpDestinations, ImmediatesHideThemAlsoAcrossWords) {
  for (size_t at = 0; at < 200; ++at) {
    Bytes code(at, OP_STOP);
    code.push_back(OP_PUSH32);
    code.insert(code.end(), 40, OP_JUMPDEST);
    EXPECT_EQ(marks_of(code), marks_by_the_book(code)) << "PUSH32 at " << at;
  }
}

TEST(JumpDestinations, FollowTheRuleOnRandomCode) {
  std::mt19937_64 random(7);
  constexpr uint8_t likely[] = {OP_JUMPDEST, OP_JUMPDEST, OP_PUSH1, OP_PUSH2, OP_PUSH32, OP_ADD};
  for (int round = 0; round < 2000; ++round) {
    Bytes code(random() % 300);
    for (uint8_t& byte : code)
      byte =
          random() % 2 == 0 ? likely[random() % std::size(likely)] : static_cast<uint8_t>(random());
    ASSERT_EQ(marks_of(code), marks_by_the_book(code)) << "round " << round;
  }
}

} // namespace
} // namespace runahead
