#include "code/code.hpp"
#include "code/code_cache.hpp"
#include "crypto/keccak.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Code, JumpDestinationsInsideImmediatesDoNotCount) {
  const Code code(Bytes{0x60, 0x5b, 0x5b, 0x7f, 0x5b}); // PUSH1 5b JUMPDEST PUSH32 5b<cut off>
  EXPECT_FALSE(code.is_jump_destination(1));
  EXPECT_TRUE(code.is_jump_destination(2));
  EXPECT_FALSE(code.is_jump_destination(4));
  EXPECT_FALSE(code.is_jump_destination(5));
  EXPECT_FALSE(code.is_jump_destination(~uint64_t{0}));
}

TEST(Code, IsPaddedWithZeros) {
  const Code code(Bytes{0x7f});
  for (int i = 1; i < 34; ++i) EXPECT_EQ(code.padded()[i], 0);
  EXPECT_EQ(Code(Bytes{}).padded()[0], 0);
}

TEST(CodeCache, KeepsTheMostRecentWithinItsBytes) {
  const Bytes a(1000, 0x5b), b(1000, 0x00);
  CodeCache cache((Code(a).footprint() + 12 * a.size()) * 3 / 2);
  const CodeRef first = cache.get(keccak256(a), a, Fork::osaka);
  EXPECT_EQ(cache.get(keccak256(a), a, Fork::osaka), first);
  cache.get(keccak256(b), b, Fork::osaka);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_NE(cache.get(keccak256(a), a, Fork::osaka), first);
  EXPECT_TRUE(first->is_jump_destination(999));
}

} // namespace runahead
