#include "embed/waiting_loop.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(WaitingLoop, RunsTasksInTheOrderOfPosting) {
  WaitingLoop loop;
  std::vector<int> order;
  loop.post([&] { order.push_back(1); });
  loop.post([&] { order.push_back(2); });
  EXPECT_TRUE(loop.run_until([&] { return order.size() == 2; }, std::nullopt));
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(WaitingLoop, RunsTimersWhenTheyAreDue) {
  WaitingLoop loop;
  std::vector<int> order;
  const Duration start = loop.now();
  loop.after(20ms, [&] { order.push_back(2); });
  loop.after(5ms, [&] { order.push_back(1); });
  EXPECT_TRUE(loop.run_until([&] { return order.size() == 2; }, std::nullopt));
  EXPECT_EQ(order, (std::vector{1, 2}));
  EXPECT_GE(loop.now() - start, 20ms);
}

TEST(WaitingLoop, IsWokenFromAnotherThread) {
  WaitingLoop loop;
  bool woken = false;
  std::thread other([&] { loop.post([&] { woken = true; }); });
  EXPECT_TRUE(loop.run_until([&] { return woken; }, loop.now() + 60s));
  other.join();
}

TEST(WaitingLoop, StopsAtTheDeadlineIdleAndBusy) {
  WaitingLoop loop;
  EXPECT_FALSE(loop.run_until([] { return false; }, loop.now() + 5ms));
  std::function<void()> again = [&] { loop.post([&] { again(); }); };
  again();
  EXPECT_FALSE(loop.run_until([] { return false; }, loop.now() + 5ms));
  loop.close();
}

TEST(WaitingLoop, DropsTasksOnceItIsClosed) {
  WaitingLoop loop;
  const auto held = std::make_shared<int>(1);
  loop.post([held] {});
  loop.close();
  loop.post([held] {});
  EXPECT_EQ(held.use_count(), 1);
}

} // namespace
} // namespace runahead
