#include "io/virtual_loop.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(VirtualLoop, RunsByTimeThenBySequence) {
  VirtualLoop loop;
  std::string order;
  loop.after(20ms, [&] { order += 'd'; });
  loop.after(10ms, [&] { order += 'b'; });
  loop.after(10ms, [&] { order += 'c'; });
  loop.post([&] { order += 'a'; });
  loop.run_until_idle();
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(loop.now(), 20ms);
  EXPECT_EQ(loop.tasks_run(), 4u);
}

TEST(VirtualLoop, PostAndZeroDelayKeepTheOrderOfCalls) {
  VirtualLoop loop;
  std::string order;
  loop.post([&] { order += '1'; });
  loop.after(0ms, [&] { order += '2'; });
  loop.post([&] { order += '3'; });
  loop.after(-5ms, [&] { order += '4'; });
  loop.run_until_idle();
  EXPECT_EQ(order, "1234");
  EXPECT_EQ(loop.now(), 0ms);
}

TEST(VirtualLoop, RunUntilStopsBetweenTasks) {
  VirtualLoop loop;
  int count = 0;
  for (int i = 1; i <= 3; ++i) loop.after(i * 1ms, [&] { ++count; });
  EXPECT_TRUE(loop.run_until([&] { return count == 2; }));
  EXPECT_EQ(loop.now(), 2ms);
  EXPECT_FALSE(loop.run_until([&] { return count == 9; }));
  EXPECT_EQ(count, 3);
}

TEST(VirtualLoop, TasksMayAddTasks) {
  VirtualLoop loop;
  Duration inner{};
  loop.after(5ms, [&] { loop.after(7ms, [&] { inner = loop.now(); }); });
  loop.run_until_idle();
  EXPECT_EQ(inner, 12ms);
}

TEST(VirtualLoop, TakesTasksOfOtherThreads) {
  VirtualLoop loop;
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&] { ++count; });
  });
  other.join();
  loop.run_until_idle();
  EXPECT_EQ(count, 1000);
}

} // namespace
} // namespace runahead
