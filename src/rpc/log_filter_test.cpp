#include "base/hex.hpp"
#include "rpc/json_input.hpp"
#include "rpc/log_filter.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

const std::string a1 = "0x" + std::string(39, '0') + "1", a2 = "0x" + std::string(39, '0') + "2";
const std::string t1 = "0x" + std::string(63, '0') + "1", t2 = "0x" + std::string(63, '0') + "2";

Result<LogFilter> parse(const std::string& json) {
  JsonText text;
  const auto root = text.parse(json);
  EXPECT_TRUE(root) << json;
  return read_log_filter(*root);
}

LogFilter filter_of(const std::string& json) {
  auto filter = parse(json);
  EXPECT_TRUE(filter) << json << ": " << filter.error().message;
  return filter ? *filter : LogFilter{};
}

Log log_of(uint64_t address, std::vector<uint64_t> topics) {
  Log log{to_address(address), {}, {}};
  for (const uint64_t topic : topics) log.topics.push_back(to_hash(topic));
  return log;
}

/// Whether the filter takes the log; its bloom must never say otherwise where it does.
bool takes(const LogFilter& filter, const Log& log) {
  const bool matches = filter.matches(log);
  if (matches) EXPECT_TRUE(filter.may_match(bloom_of({&log, 1})));
  return matches;
}

TEST(LogFilter, AnEmptyOneTakesAll) {
  const LogFilter filter = filter_of("{}");
  EXPECT_TRUE(takes(filter, log_of(1, {})));
  EXPECT_TRUE(takes(filter, log_of(2, {1, 2, 3, 4})));
  EXPECT_TRUE(filter.may_match(Bloom{}));
}

TEST(LogFilter, Addresses) {
  const LogFilter one = filter_of(R"({"address": ")" + a1 + R"("})");
  EXPECT_TRUE(takes(one, log_of(1, {})));
  EXPECT_FALSE(takes(one, log_of(2, {})));
  EXPECT_FALSE(one.may_match(Bloom{}));
  const LogFilter two = filter_of(R"({"address": [")" + a1 + R"(", ")" + a2 + R"("]})");
  EXPECT_TRUE(takes(two, log_of(1, {})));
  EXPECT_TRUE(takes(two, log_of(2, {})));
  EXPECT_FALSE(takes(two, log_of(3, {})));
}

TEST(LogFilter, TopicsByPlace) {
  const LogFilter filter =
      filter_of(R"({"topics": [null, [")" + t1 + R"(", ")" + t2 + R"("], ")" + t1 + R"("]})");
  EXPECT_TRUE(takes(filter, log_of(1, {9, 1, 1})));
  EXPECT_TRUE(takes(filter, log_of(1, {9, 2, 1, 7})));
  EXPECT_FALSE(takes(filter, log_of(1, {9, 3, 1})));
  EXPECT_FALSE(takes(filter, log_of(1, {9, 1, 2})));
  EXPECT_FALSE(takes(filter, log_of(1, {9, 1}))) << "a place that the log does not have";
  EXPECT_TRUE(takes(filter_of(R"({"topics": [[], null]})"), log_of(1, {1, 2})));
  EXPECT_FALSE(takes(filter_of(R"({"topics": [[], null]})"), log_of(1, {1})));
}

TEST(LogFilter, ABloomLeavesOutWhatItDoesNotHold) {
  const Log log = log_of(1, {1});
  const Bloom bloom = bloom_of({&log, 1});
  EXPECT_FALSE(filter_of(R"({"topics": [")" + t2 + R"("]})").may_match(bloom));
  EXPECT_FALSE(filter_of(R"({"address": ")" + a2 + R"("})").may_match(bloom));
  EXPECT_TRUE(filter_of(R"({"topics": [[")" + t2 + R"(", ")" + t1 + R"("]]})").may_match(bloom));
}

TEST(LogFilter, RefusesWhatMakesNoSense) {
  const auto refused = [](const std::string& json, std::string_view part) {
    const auto filter = parse(json);
    ASSERT_FALSE(filter) << json;
    EXPECT_NE(filter.error().message.find(part), std::string::npos) << filter.error().message;
  };
  refused("[]", "expected an object");
  refused(R"({"blockHash": ")" + t1 + R"(", "toBlock": "0x1"})", "cannot specify both");
  refused(R"({"fromBlock": "5"})", "fromBlock: hex string without 0x prefix");
  refused(R"({"address": ["0x12"]})", "address: [0]");
  refused(R"({"topics": [null, null, null, null, null]})", "topics: exceed max topics");
  refused(R"({"topics": [7]})", "topics: [0]");
  refused(R"({"topic": []})", "unknown field");
  std::string many = R"({"address": [)";
  for (int i = 0; i < 1001; ++i) many += (i == 0 ? "\"" : ",\"") + a1 + "\"";
  refused(many + "]}", "address: more than 1000 alternatives");
}

} // namespace
} // namespace runahead
