#include "machine/frame_pool.hpp"
#include "machine/frame_store.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

class FrameStoreTest : public testing::Test {
protected:
  /// A frame with `items` on its stack, each of which tells where it is.
  Frame& push(unsigned items) {
    Frame& frame = store.push(pool);
    for (unsigned i = 0; i < items; ++i) frame.push({store.depth(), i, 0, 0});
    return frame;
  }
  void expect_intact() const {
    for (size_t depth = 0; depth < store.depth(); ++depth) {
      const Frame& frame = *store.frames()[depth];
      for (size_t i = 0; i < frame.height(); ++i)
        ASSERT_EQ(frame.bottom[i], uint256(depth + 1, i, 0, 0));
    }
  }

  FramePool pool;
  FrameStore store;
};

TEST_F(FrameStoreTest, StacksStandOneBehindAnother) {
  const Frame& outer = push(60);
  const Frame& inner = push(3);
  EXPECT_EQ(inner.bottom, outer.sp);
  EXPECT_EQ(inner.height(), 3u);
  store.pop();
  EXPECT_EQ(push(0).bottom, outer.sp);
  expect_intact();
}

TEST_F(FrameStoreTest, EveryFrameHasRoomForAWholeStack) {
  for (unsigned depth = 0; depth < 200; ++depth)
    push(depth % 7 == 0 ? limits::stack_height : depth % 5);
  expect_intact();
  // Frames without items stand where a segment begins too; popping one must not lose the others.
  while (store.depth() > 1) {
    store.pop();
    push(limits::stack_height);
    expect_intact();
    store.pop();
  }
}

TEST_F(FrameStoreTest, AParkedStoreHoldsWhatItsStacksHold) {
  push(60);
  push(40);
  const size_t running = store.footprint();
  store.park(pool);
  expect_intact();
  EXPECT_EQ(store.footprint(), running - StackSegment::bytes + 100 * sizeof(uint256));
  EXPECT_EQ(pool.bytes(), StackSegment::bytes);
  store.park(pool); // again: nothing more
  store.unpark(pool);
  EXPECT_EQ(pool.bytes(), 0u);
  expect_intact();
  push(limits::stack_height);
  expect_intact();
}

TEST_F(FrameStoreTest, ParksTheTopmostSegmentOnly) {
  for (unsigned depth = 0; depth < 300; ++depth) push(20);
  const size_t running = store.footprint();
  store.park(pool);
  expect_intact();
  EXPECT_LT(store.footprint(), running);
  EXPECT_GE(store.footprint(), 300 * 20 * sizeof(uint256));
  store.pop();
  expect_intact();
  store.clear(); // a call that is cancelled while it waits
  push(1000);
  expect_intact();
}

TEST_F(FrameStoreTest, PopForgetsCodeAndMemory) {
  const auto code = std::make_shared<const Code>(Bytes{1});
  Frame& frame = push(1);
  frame.code = frame.message.code = frame.request.code = code;
  frame.memory.grow(0, 100);
  frame.memory.data()[7] = 1;
  store.pop();
  EXPECT_EQ(code.use_count(), 1);
  Frame& next = push(0);
  EXPECT_EQ(next.memory.size(), 0u);
  next.memory.grow(0, 100);
  EXPECT_EQ(next.memory.data()[7], 0);
}

TEST(FramePool, GivesBackWhatItWasGiven) {
  FramePool pool;
  FrameStore store = pool.take();
  const Frame* frame = &store.push(pool);
  pool.give(std::move(store));
  EXPECT_GT(pool.bytes(), StackSegment::bytes);
  store = pool.take();
  EXPECT_EQ(pool.bytes(), 0u);
  EXPECT_EQ(&store.push(pool), frame);
}

TEST(FramePool, KeepsToItsBounds) {
  FramePool pool(3 * limits::pooled_store_bytes);
  std::vector<FrameStore> stores(8);
  for (FrameStore& store : stores)
    for (int depth = 0; depth < 100; ++depth) store.push(pool).memory.grow(0, 32 * limits::kib);
  for (FrameStore& store : stores) {
    pool.give(std::move(store));
    EXPECT_LE(pool.bytes(), 3 * limits::pooled_store_bytes);
  }
  EXPECT_GT(pool.bytes(), 2 * limits::pooled_store_bytes);
  for (int i = 0; i < 100; ++i) pool.give(StackSegment());
  EXPECT_LE(pool.bytes(), 3 * limits::pooled_store_bytes);
}

} // namespace
} // namespace runahead
