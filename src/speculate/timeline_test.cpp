#include "io/virtual_loop.hpp"
#include "speculate/timeline.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(Timeline, KeepsWhenWhatHappened) {
  VirtualLoop loop;
  const auto key = [](uint64_t slot) { return StateKey::storage({}, slot); };
  Timeline timeline(loop);
  timeline.resumed();
  timeline.issued(key(1), false, nullptr);
  timeline.issued(key(3), true, nullptr);
  timeline.stalled(std::array{key(1)});
  loop.after(20ms, [&] {
    timeline.arrived(std::array{key(1), key(9)});
    const StateKey first = key(1);
    timeline.issued(key(2), true, &first);
    timeline.resumed();
  });
  loop.after(30ms, [&] {
    timeline.predicted({.kind = Prediction::Kind::branch, .key = {}, .right = true});
    timeline.predicted({.kind = Prediction::Kind::branch, .key = {}, .right = false});
    timeline.arrived(std::array{key(2)});
    timeline.finished();
  });
  loop.run_until_idle();
  ASSERT_EQ(timeline.reads().size(), 3u);
  EXPECT_EQ(timeline.reads()[0].arrived, Duration(20ms));
  EXPECT_TRUE(timeline.reads()[1].speculative);
  EXPECT_FALSE(timeline.reads()[1].arrived);
  EXPECT_EQ(timeline.reads()[2].issued, Duration(20ms));
  EXPECT_EQ(timeline.reads()[2].released_by, key(1));
  ASSERT_EQ(timeline.stalls().size(), 1u);
  EXPECT_EQ(timeline.stalls()[0].to, Duration(20ms));
  EXPECT_EQ(timeline.started(), Duration(0));
  EXPECT_EQ(timeline.predictions(Prediction::Kind::branch).right, 1u);
  EXPECT_EQ(timeline.predictions(Prediction::Kind::branch).wrong, 1u);
  EXPECT_EQ(timeline.predictions(Prediction::Kind::value).right, 0u);
}

} // namespace
} // namespace runahead
