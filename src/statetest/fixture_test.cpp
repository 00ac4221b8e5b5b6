#include "statetest/fixture.hpp"
#include "statetest/tiny_fixture.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using nlohmann::json;

/// What is wrong with the test, or with its first case.
std::string problem_of(const json& file) {
  const FixtureTest test = tiny_fixture::parse_one(file);
  return test.problem.empty() ? test.cases.front().problem : test.problem;
}

TEST(Fixture, ReadsEverything) {
  json file = tiny_fixture::file();
  file["tiny"]["post"]["Cancun"][0]["state"] =
      tiny_fixture::to_json(tiny_fixture::accounts_after());
  file["tiny"]["post"]["Cancun"][0]["expectException"] = "TR_NoFunds";
  const FixtureTest test = tiny_fixture::parse_one(file);
  ASSERT_EQ(test.problem, "");
  EXPECT_EQ(test.name, "tiny");
  EXPECT_EQ(test.env.number, 16u);
  EXPECT_EQ(test.env.gas_limit, 1'000'000u);
  EXPECT_EQ(test.env.prev_randao, uint256(0x20000));
  EXPECT_EQ(test.env.excess_blob_gas, 0u);
  EXPECT_EQ(tiny_fixture::root_of(test.pre),
            tiny_fixture::root_of(tiny_fixture::accounts_before()));
  EXPECT_EQ(test.transaction.sender, *parse_address(tiny_fixture::sender));
  EXPECT_EQ(test.transaction.gas_price, uint256(10));
  EXPECT_EQ(test.chain_id, 1u);
  ASSERT_EQ(test.cases.size(), 1u);
  const FixtureCase& item = test.cases.front();
  EXPECT_EQ(label(item), "[Cancun 0/0/0]");
  EXPECT_EQ(item.exception, "TR_NoFunds");
  EXPECT_EQ(to_hex(item.state_root), tiny_fixture::root_of(*item.state));
}

TEST(Fixture, ConfigDecidesChainAndBlobs) {
  json file = tiny_fixture::file();
  file["tiny"]["config"]["chainid"] = "0x05";
  file["tiny"]["config"]["blobSchedule"]["Prague"] = {
      {"target", "0x06"}, {"max", "0x09"}, {"baseFeeUpdateFraction", "0x4c6964"}};
  const FixtureTest test = tiny_fixture::parse_one(file);
  ASSERT_EQ(test.problem, "");
  EXPECT_EQ(test.chain_id, 5u);
  EXPECT_EQ(test.blob_schedules.at("Prague"), (BlobSchedule{6, 9, 5007716}));
}

TEST(Fixture, ZerosInStorageAreAbsent) {
  json file = tiny_fixture::file();
  file["tiny"]["pre"][std::string(tiny_fixture::contract)]["storage"] = {{"0x01", "0x00"},
                                                                         {"0x02", "0x03"}};
  const FixtureTest test = tiny_fixture::parse_one(file);
  const auto& storage = test.pre.at(*parse_address(tiny_fixture::contract)).storage;
  EXPECT_EQ(storage, (std::unordered_map<uint256, uint256>{{2, 3}}));
}

TEST(Fixture, SenderComesFromTheSecretKeyWhereItIsNotNamed) {
  json file = tiny_fixture::file();
  json& tx = file["tiny"]["transaction"];
  tx.erase("sender");
  EXPECT_EQ(problem_of(file), "transaction.secretKey: is missing");
  tx["secretKey"] = tiny_fixture::secret_key;
  EXPECT_EQ(tiny_fixture::parse_one(file).transaction.sender, *parse_address(tiny_fixture::sender));
  tx["secretKey"] = "0x" + std::string(64, '0');
  EXPECT_EQ(problem_of(file), "transaction.secretKey: is no key of secp256k1");
}

/// Replaces the value at a JSON pointer, or removes it if the new value is discarded.
json with(std::string_view pointer, const json& value) {
  json file = tiny_fixture::file();
  const json::json_pointer at{std::string(pointer)};
  if (value.is_discarded())
    file.at(at.parent_pointer()).erase(at.back());
  else
    file[at] = value;
  return file;
}

TEST(Fixture, EveryFieldThatIsWrongIsNamed) {
  const json missing(json::value_t::discarded);
  const struct {
    std::string_view pointer;
    json value;
    std::string_view problem;
  } wrong[] = {
      {"/tiny", 7, "test: an object expected"},
      {"/tiny/env", missing, "env: is missing"},
      {"/tiny/env", 1, "env: an object expected"},
      {"/tiny/env/currentNumber", missing, "env.currentNumber: is missing"},
      {"/tiny/env/currentCoinbase", "0x12", "env.currentCoinbase: "},
      {"/tiny/env/currentBaseFee", 7, "env.currentBaseFee: text expected"},
      {"/tiny/pre", json::array(), "pre: an object expected"},
      {"/tiny/pre/0x12", json::object(), "pre.0x12: "},
      {"/tiny/transaction", missing, "transaction: is missing"},
      {"/tiny/transaction/gasPrice", missing, "transaction.gasPrice: is missing, and"},
      {"/tiny/transaction/nonce", "0x10000000000000000", "transaction.nonce: "},
      {"/tiny/transaction/to", "0xabc", "transaction.to: "},
      {"/tiny/transaction/data", "0x", "transaction.data: a list expected"},
      {"/tiny/transaction/data/0", "0xabc", "transaction.data: "},
      {"/tiny/transaction/value/0", "1", "transaction.value: "},
      {"/tiny/transaction/value/0", "0x:bigint 12", "transaction.value: a hex number expected"},
      {"/tiny/transaction/accessLists", json::array({1}),
       "transaction.accessLists: a list expected"},
      {"/tiny/transaction/blobVersionedHashes", json::array({"0x01"}),
       "transaction.blobVersionedHashes: "},
      {"/tiny/transaction/authorizationList", json::array({json::object()}),
       "transaction.authorizationList.chainId: is missing"},
      {"/tiny/config",
       {{"blobSchedule", {{"Cancun", {{"target", "0x1"}}}}}},
       "config.Cancun.max: is missing"},
      {"/tiny/post", missing, "post: is missing"},
      {"/tiny/post", json::object(), "post: expects nothing of any fork"},
      {"/tiny/post/Cancun", 3, "post.Cancun: a list expected"},
      {"/tiny/post/Cancun/0", 3, "post.Cancun.case: an object expected"},
      {"/tiny/post/Cancun/0/indexes", missing, "post.Cancun.indexes: is missing"},
      {"/tiny/post/Cancun/0/indexes/gas", 1,
       "post.Cancun.indexes.gas: 1 where the transaction has 1"},
      {"/tiny/post/Cancun/0/indexes/data", -1, "post.Cancun.indexes.data: an index expected"},
      {"/tiny/post/Cancun/0/hash", "0x00", "post.Cancun.hash: "},
      {"/tiny/post/Cancun/0/logs", missing, "post.Cancun.logs: is missing"},
      {"/tiny/post/Cancun/0/expectException", 1, "post.Cancun.expectException: text expected"},
  };
  for (const auto& [pointer, value, problem] : wrong) {
    const std::string found = problem_of(with(pointer, value));
    EXPECT_TRUE(found.starts_with(problem)) << pointer << " gave: " << found;
  }
}

TEST(Fixture, OnePartOfAFileThatIsWrongLeavesTheOthers) {
  json file = tiny_fixture::file();
  file["broken"] = 1;
  json& cases = file["tiny"]["post"]["Cancun"];
  cases.push_back(cases[0]);
  cases[0].erase("hash");
  FixtureReader reader;
  const auto tests = reader.parse(file.dump());
  ASSERT_TRUE(tests);
  ASSERT_EQ(tests->size(), 2u);
  EXPECT_NE((*tests)[0].problem, "");
  EXPECT_EQ((*tests)[1].problem, "");
  EXPECT_NE((*tests)[1].cases[0].problem, "");
  EXPECT_EQ((*tests)[1].cases[1].problem, "");
}

TEST(Fixture, WhatIsNoObjectOfTestsIsAnError) {
  FixtureReader reader;
  for (const char* text : {"", "[1]", "7", "{\"a\":", "{\"a\":1}}", "\xff"})
    EXPECT_FALSE(reader.parse(text)) << text;
  EXPECT_FALSE(reader.read("/nowhere/at/all.json"));
}

TEST(Fixture, FieldsDecideTheTypeOfTheTransaction) {
  json file = tiny_fixture::file();
  json& tx = file["tiny"]["transaction"];
  const auto variant = [&] {
    const FixtureTest test = tiny_fixture::parse_one(file);
    EXPECT_EQ(test.problem, "");
    return variant_of(test, test.cases.front()).value();
  };
  EXPECT_EQ(variant().type, TxType::legacy);
  EXPECT_EQ(variant().max_priority_fee, uint256(10));
  EXPECT_FALSE(variant().chain_id);
  tx["accessLists"] = json::array({nullptr});
  EXPECT_EQ(variant().type, TxType::legacy);
  tx["accessLists"] = json::parse(
      R"([[{"address":"0x000000000000000000000000000000000000c0de","storageKeys":["0x01"]}]])");
  EXPECT_EQ(variant().type, TxType::access_list);
  EXPECT_EQ(variant().access_list.at(0).slots, std::vector<uint256>{1});
  EXPECT_EQ(variant().chain_id, uint256(1));
  tx.erase("gasPrice");
  tx["maxFeePerGas"] = "0x20";
  tx["maxPriorityFeePerGas"] = "0x03";
  EXPECT_EQ(variant().type, TxType::dynamic_fee);
  EXPECT_EQ(variant().max_fee, uint256(32));
  EXPECT_EQ(variant().max_priority_fee, uint256(3));
  tx["authorizationList"] = json::array();
  EXPECT_EQ(variant().type, TxType::set_code);
  tx["blobVersionedHashes"] = json::array();
  EXPECT_EQ(variant().type, TxType::blob);
}

TEST(Fixture, IndexesChooseTheVariant) {
  json file = tiny_fixture::file();
  json& tx = file["tiny"]["transaction"];
  tx["data"] = {"0x01", "0x02"};
  tx["gasLimit"] = {"0x1", "0x2", "0x3"};
  tx["value"] = {"0x0", "0x0", "0x0", "0x9"};
  file["tiny"]["post"]["Cancun"][0]["indexes"] = {{"data", 1}, {"gas", 2}, {"value", 3}};
  const FixtureTest test = tiny_fixture::parse_one(file);
  ASSERT_EQ(test.problem, "");
  EXPECT_EQ(label(test.cases.front()), "[Cancun 1/2/3]");
  const Transaction chosen = variant_of(test, test.cases.front()).value();
  EXPECT_EQ(chosen.data, Bytes{2});
  EXPECT_EQ(chosen.gas_limit, 3u);
  EXPECT_EQ(chosen.value, uint256(9));
}

TEST(Fixture, ValuesWiderThan256BitsFitNoTransaction) {
  json file = tiny_fixture::file();
  json& value = file["tiny"]["transaction"]["value"][0];
  const auto variant = [&] {
    const FixtureTest test = tiny_fixture::parse_one(file);
    EXPECT_EQ(test.problem, "");
    return variant_of(test, test.cases.front());
  };
  value = "0x:bigint 0x" + std::string(64, 'f');
  EXPECT_EQ(variant().value().value, uint256::max());
  value = "0x:bigint 0x01" + std::string(64, '0');
  EXPECT_FALSE(variant());
}

TEST(Fixture, IdsOfCasesDiffer) {
  const FixtureTest test = tiny_fixture::parse_one(tiny_fixture::file());
  FixtureTest renamed = test;
  renamed.name = "other";
  FixtureCase other = test.cases.front();
  other.gas_index = 1;
  EXPECT_EQ(case_id(test, test.cases.front()), case_id(test, test.cases.front()));
  EXPECT_NE(case_id(test, test.cases.front()), case_id(test, other));
  EXPECT_NE(case_id(test, test.cases.front()), case_id(renamed, test.cases.front()));
}

/// The tests of a benchmark file; the problem of the one that has one.
std::vector<FixtureTest> benchmarks_of(const json& file) {
  auto tests = FixtureReader(FixtureForm::benchmark).parse(file.dump());
  return tests ? std::move(*tests) : std::vector<FixtureTest>();
}

/// The tiny test as revmc writes benchmarks: transactions without variants, nothing expected.
json listed_file(size_t transactions) {
  json test = tiny_fixture::file()["tiny"];
  json transaction = test["transaction"];
  for (const char* field : {"data", "gasLimit", "value"})
    transaction[field] = json(transaction[field][0]);
  test["transaction"] = json::array();
  for (size_t i = 0; i < transactions; ++i) test["transaction"].push_back(transaction);
  test.erase("post");
  return {{"tiny", test}};
}

TEST(Fixture, BenchmarksMayHaveLabelsAndExpectNothing) {
  json file = tiny_fixture::file();
  file["tiny"]["_info"]["labels"] = {{"0", "empty"}};
  auto tests = benchmarks_of(file);
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].problem, "");
  EXPECT_EQ(tests[0].data_labels, (std::map<size_t, std::string>{{0, "empty"}}));
  EXPECT_EQ(tests[0].cases.size(), 1u);
  file["tiny"].erase("post");
  tests = benchmarks_of(file);
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].problem, "");
  EXPECT_TRUE(tests[0].cases.empty());
  EXPECT_EQ(tiny_fixture::parse_one(file).problem, "post: is missing"); // in a state test
}

TEST(Fixture, AListOfTransactionsMakesATestOfEach) {
  auto tests = benchmarks_of(listed_file(1));
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0].problem, "");
  EXPECT_EQ(tests[0].name, "tiny");
  EXPECT_EQ(tests[0].transaction.gas_limits, std::vector<uint64_t>{0x186a0});
  tests = benchmarks_of(listed_file(2));
  ASSERT_EQ(tests.size(), 2u);
  EXPECT_EQ(tests[1].name, "tiny/1");
  EXPECT_EQ(tests[1].pre.size(), tests[0].pre.size());
  EXPECT_EQ(tiny_fixture::parse_one(listed_file(1)).problem, "transaction: an object expected");
}

TEST(Fixture, WhatIsWrongInABenchmarkIsNamed) {
  const auto problem = [](const json& file) { return benchmarks_of(file).at(0).problem; };
  json file = listed_file(2);
  file["tiny"]["transaction"][1].erase("data");
  EXPECT_EQ(problem(file), "transaction[1].data: is missing");
  EXPECT_EQ(problem(listed_file(0)), "transaction: is empty");
  file = listed_file(1);
  file["tiny"]["post"] = json::object();
  EXPECT_EQ(problem(file), "post: cannot go with a list of transactions");
  file = tiny_fixture::file();
  file["tiny"]["_info"]["labels"] = {{"first", "empty"}};
  EXPECT_EQ(problem(file), "_info.labels.first: is no index of data");
}

} // namespace
} // namespace runahead
