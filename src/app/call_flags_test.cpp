#include "app/call_flags.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace runahead {
namespace {

constexpr const char* someone = "0x00000000000000000000000000000000000000aa";

CallFlags good() {
  CallFlags flags;
  flags.to = someone;
  flags.data = "0x0102";
  return flags;
}

Result<CallRequest> request_of(const CallFlags& flags) {
  const auto texts = to_texts(flags);
  if (!texts) return std::unexpected(texts.error());
  return to_request(*texts, flags.block);
}

void expect_refused(const CallFlags& flags, std::string_view start) {
  const auto request = request_of(flags);
  ASSERT_FALSE(request) << start;
  EXPECT_TRUE(request.error().message.starts_with(start)) << request.error().message;
}

TEST(CallFlags, SingleFlags) {
  CallFlags flags = good();
  flags.from = someone;
  flags.value = "1000000000000000000"; // decimal
  flags.gas = "0x5208";
  flags.max_fee = "7";
  flags.block = "97";
  const auto request = request_of(flags);
  ASSERT_TRUE(request) << request.error().message;
  const Transaction& tx = request->transaction;
  EXPECT_EQ(tx.sender, tx.to);
  EXPECT_EQ(tx.value, uint256{1'000'000'000'000'000'000});
  EXPECT_EQ(tx.gas_limit, 21'000u);
  EXPECT_EQ(tx.max_fee, uint256{7});
  EXPECT_EQ(tx.data, (Bytes{1, 2}));
  EXPECT_EQ(request->block, BlockRef::of(97));
}

TEST(CallFlags, GasCap) {
  CallFlags flags = good();
  EXPECT_EQ(request_of(flags)->transaction.gas_limit, 50'000'000u);
  flags.gas_cap = 1000;
  EXPECT_EQ(request_of(flags)->transaction.gas_limit, 1000u);
}

TEST(CallFlags, Json) {
  CallFlags flags;
  flags.call = R"([{"to": null, "gas": "0x10"}, "0x61"])";
  flags.overrides = std::string(R"({")") + someone + R"(": {"balance": "0x5"}})";
  flags.block_overrides = R"({"time": "0x6"})";
  auto request = request_of(flags);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->transaction.gas_limit, 16u);
  EXPECT_EQ(request->block, BlockRef::of(97));
  EXPECT_EQ(request->overrides.size(), 1u);
  EXPECT_EQ(request->block_overrides.time, 6u);
  flags.block = "latest"; // goes before what the JSON says
  EXPECT_EQ(request_of(flags)->block, BlockRef{});
}

TEST(CallFlags, JsonFromAFile) {
  const std::string path = testing::TempDir() + "runahead-call-flags.json";
  std::ofstream(path) << R"({"gas": "0x10"})";
  CallFlags flags;
  flags.call = "@" + path;
  const auto request = request_of(flags);
  std::remove(path.c_str());
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->transaction.gas_limit, 16u);
  expect_refused(flags, "--call: " + path);
}

TEST(CallFlags, RefusesWhatIsWrong) {
  const auto with = [](std::string CallFlags::* field, const char* value) {
    CallFlags flags = good();
    flags.*field = value;
    return flags;
  };
  expect_refused({}, "no call is given");
  expect_refused(with(&CallFlags::to, "0x12"), "--to: ");
  expect_refused(with(&CallFlags::data, "0x123"), "--data: ");
  expect_refused(with(&CallFlags::gas, "plenty"), "--gas: ");
  expect_refused(with(&CallFlags::gas, "-1"), "--gas: ");
  expect_refused(with(&CallFlags::gas, "18446744073709551616"), "--gas: ");
  expect_refused(with(&CallFlags::block, "yesterday"), "--block: ");
  expect_refused(with(&CallFlags::overrides, "{"), "--overrides: not JSON");
  expect_refused(with(&CallFlags::block_overrides, R"({"height": "0x1"})"), "--block-overrides: ");
  expect_refused(with(&CallFlags::call, "{}"), "--call and --to cannot be given together");
  CallFlags prices = good();
  prices.gas_price = "1";
  prices.max_fee = "1";
  expect_refused(prices, "call: gasPrice: both");
}

} // namespace
} // namespace runahead
