#include "rpc/transfer_tracer.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

Message message_of(uint64_t from_whom, uint64_t to_whom, uint64_t wei,
                   CallKind kind = CallKind::call) {
  Message message;
  message.kind = kind;
  message.sender = to_address(from_whom);
  message.recipient = to_address(to_whom);
  message.value = wei;
  return message;
}

/// The amounts of all transfers, in order.
std::vector<uint256> amounts(TransferTracer& tracer) {
  std::vector<uint256> all;
  for (const auto& [log, number] : tracer.take_logs({})) {
    EXPECT_EQ(log.topics.size(), 3u);
    all.push_back(from_be(log.data));
  }
  return all;
}

TEST(TransferTracer, TellsWhoPaidWhom) {
  TransferTracer tracer;
  tracer.enter(message_of(1, 2, 3));
  tracer.leave({}, {});
  const auto logs = tracer.take_logs({});
  ASSERT_EQ(logs.size(), 1u);
  EXPECT_EQ(logs[0].log.topics[1], to_hash(1));
  EXPECT_EQ(logs[0].log.topics[2], to_hash(2));
  EXPECT_EQ(from_be(logs[0].log.data), uint256(3));
  EXPECT_TRUE(tracer.take_logs({}).empty()) << "each is told once";
}

TEST(TransferTracer, FramesThatAreUndoneLeaveNothing) {
  TransferTracer tracer;
  tracer.enter(message_of(1, 2, 10));
  tracer.enter(message_of(2, 3, 20));
  tracer.enter(message_of(3, 4, 30));
  tracer.leave({}, {});
  tracer.leave({}, {Status::revert, 0, {}, {}});
  tracer.enter(message_of(2, 5, 40));
  tracer.leave({}, {});
  tracer.leave({}, {});
  const auto logs = tracer.take_logs({});
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(from_be(logs[0].log.data), uint256(10));
  EXPECT_EQ(from_be(logs[1].log.data), uint256(40));
  EXPECT_EQ(logs[1].number, 3u) << "undone ones count";
}

TEST(TransferTracer, OnlyWhatMovesWei) {
  TransferTracer tracer;
  tracer.enter(message_of(1, 2, 0));
  tracer.enter(message_of(2, 3, 7, CallKind::delegatecall));
  tracer.leave({}, {});
  tracer.enter(message_of(2, 4, 9, CallKind::create));
  tracer.leave({}, {});
  tracer.leave({}, {});
  EXPECT_EQ(amounts(tracer), (std::vector<uint256>{9}));
}

} // namespace
} // namespace runahead
