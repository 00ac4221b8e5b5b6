#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "statetest/logs_hash.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(LogsHash, OfNoLogs) {
  EXPECT_EQ(to_hex(logs_hash({})),
            "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

/// Put together by hand: a list of 60 bytes with a list of 58: address, list of one topic, data.
TEST(LogsHash, OfOneLog) {
  const Log log{to_address(0xc0de), {to_hash(7)}, {0xaa, 0xbb}};
  const Bytes encoded =
      *parse_hex_bytes("0xf83c"
                       "f83a"
                       "94000000000000000000000000000000000000c0de"
                       "e1"
                       "a0000000000000000000000000000000000000000000000000000000000"
                       "0000007"
                       "82aabb");
  EXPECT_EQ(encoded.size(), 62u);
  EXPECT_EQ(logs_hash({&log, 1}), keccak256(encoded));
}

TEST(LogsHash, OrderCounts) {
  const Log one{to_address(1), {}, {}}, two{to_address(2), {}, {}};
  const Log forth[] = {one, two}, back[] = {two, one};
  EXPECT_NE(logs_hash(forth), logs_hash(back));
}

} // namespace
} // namespace runahead
