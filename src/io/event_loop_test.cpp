#include "io/event_loop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, RunsTimersInOrderOfTime) {
  EventLoop loop;
  std::string order;
  const Duration start = loop.now();
  loop.after(20ms, [&] { order += 'c'; });
  loop.after(5ms, [&] { order += 'b'; });
  loop.post([&] { order += 'a'; });
  EXPECT_TRUE(loop.run_until([&] { return order.size() == 3; }));
  EXPECT_EQ(order, "abc");
  EXPECT_GE(loop.now() - start, 20ms);
}

TEST(EventLoop, NeverRunsATaskInsidePost) {
  EventLoop loop;
  bool inside = false, ran = false;
  loop.post([&] {
    inside = true;
    loop.post([&] {
      EXPECT_FALSE(inside);
      ran = true;
    });
    inside = false;
  });
  EXPECT_TRUE(loop.run_until([&] { return ran; }));
}

TEST(EventLoop, StopEndsRunAndALaterRunGoesOn) {
  EventLoop loop;
  int rounds = 0;
  loop.post([&] {
    ++rounds;
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(rounds, 1);
  loop.post([&] {
    ++rounds;
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(rounds, 2);
}

TEST(EventLoop, StopBeforeRunIsNotLost) {
  EventLoop loop;
  loop.stop();
  EXPECT_FALSE(loop.run_until([] { return false; }));
  loop.stop();
  loop.run();
}

TEST(EventLoop, TakesTasksOfOtherThreads) {
  EventLoop loop;
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&] { ++count; });
  });
  EXPECT_TRUE(loop.run_until([&] { return count == 1000; }));
  other.join();
}

TEST(EventLoop, DestroysWhatNeverRan) {
  auto token = std::make_shared<int>();
  {
    EventLoop loop;
    loop.post([token] {});
    loop.after(1h, [token] {});
    EXPECT_EQ(token.use_count(), 3);
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(EventLoop, TerminationSignalsReachTheHandler) {
  EventLoop loop;
  std::string seen;
  loop.on_termination_signal([&](int number) { seen += number == SIGTERM ? 't' : 'i'; });
  std::raise(SIGTERM);
  EXPECT_TRUE(loop.run_until([&] { return seen == "t"; }));
  std::raise(SIGINT);
  EXPECT_TRUE(loop.run_until([&] { return seen == "ti"; }));
  loop.on_termination_signal([&](int) { seen += '!'; });
  std::raise(SIGINT);
  EXPECT_TRUE(loop.run_until([&] { return seen == "ti!"; }));
}

TEST(EventLoop, RunsWhatIsReadyAndWaitsForNothing) {
  EventLoop loop;
  int ran = 0;
  loop.post([&] {
    ++ran;
    loop.post([&] { ++ran; });
  });
  loop.after(std::chrono::hours(1), [&] { ran += 100; });
  loop.run_ready();
  EXPECT_EQ(ran, 2);
  loop.post([&] { ++ran; });
  loop.run_ready();
  EXPECT_EQ(ran, 3);
}

} // namespace
} // namespace runahead
