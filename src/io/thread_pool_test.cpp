#include "io/event_loop.hpp"
#include "io/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(ThreadPool, ResultsComeBackOnTheLoop) {
  EventLoop loop;
  ThreadPool pool(loop, 3);
  const auto loop_thread = std::this_thread::get_id();
  int sum = 0, done = 0;
  for (int i = 1; i <= 100; ++i)
    pool.run([&, i]() -> Executor::Task {
      EXPECT_NE(std::this_thread::get_id(), loop_thread);
      return [&, i] {
        EXPECT_EQ(std::this_thread::get_id(), loop_thread);
        sum += i;
        ++done;
      };
    });
  EXPECT_TRUE(loop.run_until([&] { return done == 100; }));
  EXPECT_EQ(sum, 5050);
}

TEST(ThreadPool, OneThreadKeepsTheOrder) {
  EventLoop loop;
  ThreadPool pool(loop, 0); // at least one is started
  std::vector<int> order;
  for (int i = 0; i < 50; ++i)
    pool.run([&, i]() -> Executor::Task { return [&, i] { order.push_back(i); }; });
  EXPECT_TRUE(loop.run_until([&] { return order.size() == 50; }));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(ThreadPool, DropsWaitingJobsWhenDestroyed) {
  EventLoop loop;
  std::atomic<int> ran = 0;
  std::atomic<bool> started = false;
  {
    ThreadPool pool(loop, 1);
    pool.run([&]() -> Executor::Task {
      started = true;
      std::this_thread::sleep_for(50ms);
      ++ran;
      return [] {};
    });
    for (int i = 0; i < 100; ++i)
      pool.run([&]() -> Executor::Task {
        ++ran;
        return [] {};
      });
    while (!started) std::this_thread::yield();
  }
  EXPECT_EQ(ran, 1);
}

} // namespace
} // namespace runahead
