#include "sources/rpc_pace.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(RpcPace, WithoutABudgetNothingWaits) {
  RpcPace pace({});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(pace.wait(5s, 100), 0s);
    pace.take(5s, 100);
  }
}

TEST(RpcPace, SavesUpOneSecondAtMost) {
  RpcPace pace({.requests_per_second = 10});
  int at_once = 0;
  for (; pace.wait(100s, 0) == 0s; ++at_once) pace.take(100s, 0);
  EXPECT_EQ(at_once, 10);
  EXPECT_NEAR(std::chrono::duration<double>(pace.wait(100s, 0)).count(), 0.1, 1e-6);
  pace.take(100s, 0); // goes in 100 ms
  EXPECT_NEAR(std::chrono::duration<double>(pace.wait(100s, 0)).count(), 0.2, 1e-6);
  EXPECT_EQ(pace.wait(101s, 0), 0s);
}

TEST(RpcPace, TheScarcestBudgetDecides) {
  RpcPace pace({.requests_per_second = 100, .credits_per_second = 50});
  pace.take(10s, 50);
  EXPECT_NEAR(std::chrono::duration<double>(pace.wait(10s, 25)).count(), 0.5, 1e-6);
}

TEST(RpcPace, WaitsAsLongAsItIsTold) {
  RpcPace pace({});
  EXPECT_EQ(pace.refused(1s, 3s), 3s);
  EXPECT_EQ(pace.wait(2s, 1), 2s);
  EXPECT_EQ(pace.wait(4s, 1), 0s);
}

TEST(RpcPace, WaitsGrowWhereNobodyTells) {
  RpcPace pace({});
  EXPECT_EQ(pace.refused(1s, std::nullopt), 100ms);
  EXPECT_EQ(pace.refused(1s, std::nullopt), 200ms);
  for (int i = 0; i < 20; ++i) pace.refused(1s, std::nullopt);
  EXPECT_EQ(pace.refused(1s, std::nullopt), 6400ms) << "but not for ever";
  pace.accepted();
  EXPECT_EQ(pace.refused(1s, std::nullopt), 100ms);
}

} // namespace
} // namespace runahead
