#include "crypto/keccak.hpp"
#include "spec/opcodes.hpp"
#include "speculate/promise_graph.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

StateKey slot(uint64_t i) { return StateKey::storage({}, i); }

class PromiseGraphTest : public testing::Test {
protected:
  PendingWord promise(uint64_t i) { return {{}, graph.read(slot(i), {}, Trust::blind)}; }
  PendingWord pure(uint8_t op, const PendingWord& a, const PendingWord& b) {
    const std::array operands{a, b};
    return graph.pure(op, {}, operands);
  }
  uint256 value(const PendingWord& word) const {
    const PendingWord settled = graph.settle(word);
    EXPECT_TRUE(settled.known());
    return settled.value;
  }

  PromiseGraph graph;
};

TEST_F(PromiseGraphTest, ArrivalsComputeWhatRestsOnThem) {
  const PendingWord a = promise(1), b = promise(2);
  const PendingWord sum = pure(OP_ADD, a, b), twice = pure(OP_MUL, sum, {2, 0});
  graph.arrive(slot(1), 3);
  EXPECT_EQ(value(a), uint256{3});
  EXPECT_FALSE(graph.settle(sum).known());
  EXPECT_TRUE(graph.waits_for(slot(2)));
  graph.arrive(slot(2), 4);
  EXPECT_EQ(value(twice), uint256{14});
  EXPECT_FALSE(graph.waits_for(slot(2)));
}

TEST_F(PromiseGraphTest, OneOperandTwiceIsWaitedForOnce) {
  const PendingWord a = promise(1), square = pure(OP_MUL, a, a);
  graph.arrive(slot(1), 5);
  EXPECT_EQ(value(square), uint256{25});
}

TEST_F(PromiseGraphTest, BytesThatCannotShowAreKnown) {
  const PendingWord address = pure(OP_AND, promise(1), {uint256{0xffff}, 0});
  EXPECT_EQ(graph.open_bytes(address), 3u);
  EXPECT_TRUE(pure(OP_SHR, {16, 0}, address).known());
  EXPECT_TRUE(pure(OP_AND, address, {~uint256{0xffff}, 0}).known());
  EXPECT_FALSE(pure(OP_SHR, {8, 0}, address).known());
  // Bits that a shift by less than a byte moves out of the next higher byte are open too.
  EXPECT_EQ(graph.open_bytes(pure(OP_SHR, {12, 0}, address)), 1u);
}

TEST_F(PromiseGraphTest, AWordOfMemoryIsPutTogetherOfItsParts) {
  const PendingWord a = promise(1);
  std::array<uint8_t, 32> bytes{};
  std::array<Origin, 32> origins{};
  bytes[0] = 0xaa;
  for (unsigned i = 0; i < 28; ++i) origins[i + 4] = origin_of(a.node, i);
  const PendingWord word = graph.word(bytes.data(), origins.data());
  EXPECT_EQ(graph.open_bytes(word), 0x0fffffffu);
  graph.arrive(slot(1), uint256{0xbb} << 248);
  EXPECT_EQ(value(word), (uint256{0xaa} << 248) + (uint256{0xbb} << 216));
}

TEST_F(PromiseGraphTest, ALoadOfAWholePromiseIsThatPromise) {
  const PendingWord a = promise(1);
  std::array<uint8_t, 32> bytes{};
  std::array<Origin, 32> origins;
  for (unsigned i = 0; i < 32; ++i) origins[i] = origin_of(a.node, i);
  EXPECT_EQ(graph.word(bytes.data(), origins.data()).node, a.node);
}

TEST_F(PromiseGraphTest, HashesWaitForTheirBytes) {
  const PendingWord a = promise(1);
  std::vector<Origin> origins(64);
  for (unsigned i = 0; i < 32; ++i) origins[32 + i] = origin_of(a.node, i);
  const PendingWord hash = graph.hash(PendingBytes(Bytes(64), origins));
  ASSERT_FALSE(hash.known());
  graph.arrive(slot(1), 7);
  Bytes bytes(64);
  bytes[63] = 7;
  EXPECT_EQ(value(hash), from(keccak256(bytes)));
}

TEST_F(PromiseGraphTest, LookupsAreReadyOnceTheirKeyIs) {
  const PendingWord key = pure(OP_ADD, promise(1), {1, 0});
  Lookup lookup;
  lookup.operands[0] = key;
  const PendingWord found = graph.lookup(lookup, {}, Trust::blind);
  const PendingWord next = pure(OP_ADD, found, {1, 0});
  graph.arrive(slot(1), 9);
  ASSERT_EQ(graph.ready(), std::vector{found.node});
  EXPECT_EQ(graph.lookup_of(found.node).operands[0].value, uint256{10});
  graph.become_read(found.node, slot(10));
  graph.arrive(slot(10), 100);
  EXPECT_EQ(value(next), uint256{101});
}

TEST_F(PromiseGraphTest, GoingBackForgetsWhatCameLater) {
  const PendingWord a = promise(1), sum = pure(OP_ADD, a, {1, 0});
  const PromiseGraph::Mark mark = graph.mark();
  pure(OP_ADD, sum, promise(2));
  graph.truncate(mark);
  EXPECT_FALSE(graph.waits_for(slot(2)));
  const PendingWord again = pure(OP_MUL, sum, {3, 0});
  graph.arrive(slot(1), 5);
  EXPECT_EQ(value(again), uint256{18});
}

/// An edge made late, between nodes that stay, stays.
TEST_F(PromiseGraphTest, GoingBackKeepsWhatWasFoundOutMeanwhile) {
  const PendingWord key = promise(1), stored = promise(2);
  Lookup lookup;
  lookup.operands[0] = key;
  const PendingWord found = graph.lookup(lookup, {}, Trust::blind);
  const PromiseGraph::Mark mark = graph.mark();
  pure(OP_ADD, found, promise(3));
  graph.arrive(slot(1), 9);
  graph.ready().clear();
  graph.forward(found.node, stored.node); // what was stored there on the path
  graph.truncate(mark);
  graph.arrive(slot(2), 77);
  EXPECT_EQ(value(found), uint256{77});
}

TEST_F(PromiseGraphTest, TrustIsThatOfTheWorstOperand) {
  const PendingWord remembered{5, graph.read(slot(1), 5, Trust::remembered)};
  EXPECT_EQ(graph.trust(pure(OP_ADD, remembered, {1, 0})), Trust::remembered);
  EXPECT_EQ(graph.trust(pure(OP_ADD, remembered, promise(2))), Trust::blind);
  EXPECT_FALSE(graph.will_be_known(pure(OP_ADD, remembered, graph.unknown({})).node));
}

} // namespace
} // namespace runahead
