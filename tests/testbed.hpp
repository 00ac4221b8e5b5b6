// The testbed's calls and its account file, for tests.
#pragma once

#include "base/hex.hpp"
#include "sources/alloc_file.hpp"
#include "testbed_folder.hpp"
#include "tx/execution.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace runahead {

/// Skips its tests where there is no testbed.
class TestbedTest : public testing::Test {
protected:
  static nlohmann::json read_json(const char* name) {
    nlohmann::json json;
    std::ifstream(testbed_folder() / name) >> json;
    return json;
  }

  void SetUp() override {
    if (!std::filesystem::exists(testbed_folder() / "scenarios.json"))
      GTEST_SKIP() << "no testbed in " << testbed_folder();
    scenarios = read_json("scenarios.json").at("scenarios");
    auto loaded = load_alloc((testbed_folder() / "alloc.json.xz").string());
    ASSERT_TRUE(loaded) << loaded.error().message;
    file = std::move(*loaded);
  }

  ExecutionInput input_of(const nlohmann::json& scenario) const {
    ExecutionInput input;
    input.mode = ExecutionMode::call;
    input.block = file.block;
    input.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), *file.chain_id};
    const nlohmann::json& tx = scenario.at("tx");
    input.transaction.to = *parse_address(tx.at("to").get<std::string>());
    if (tx.contains("from"))
      input.transaction.sender = *parse_address(tx["from"].get<std::string>());
    input.transaction.data = *parse_hex_bytes(tx.at("data").get<std::string>());
    input.transaction.gas_limit = *parse_hex_u64(tx.at("gas").get<std::string>());
    return input;
  }

  nlohmann::json scenarios; ///< by name
  AllocFile file;
};

} // namespace runahead
