#include "interp/stepping.hpp"
#include "statetest/replay.hpp"
#include "statetest/tiny_chain.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// The tiny chain's block as a node gives it.
json block_json() {
  const Block block = tiny_chain::block();
  const BlockHeader& h = block.header;
  const SignedTransaction& tx = block.transactions[0];
  json out = tiny_chain::to_json(h);
  for (const auto& [ours, theirs] :
       {std::pair("uncleHash", "sha3Uncles"), std::pair("coinbase", "miner"),
        std::pair("transactionsTrie", "transactionsRoot"), std::pair("receiptTrie", "receiptsRoot"),
        std::pair("bloom", "logsBloom")}) {
    out[theirs] = out[ours];
    out.erase(ours);
  }
  out["uncles"] = json::array();
  out["transactions"] = {{{"type", "0x0"},
                          {"hash", to_hex(transaction_hash(tx))},
                          {"from", tiny_fixture::sender},
                          {"to", tiny_chain::receiver},
                          {"nonce", "0x0"},
                          {"gas", "0x5208"},
                          {"gasPrice", to_hex(tx.transaction.max_fee)},
                          {"value", "0x5"},
                          {"input", "0x"},
                          {"chainId", "0x1"},
                          {"v", to_hex(tx.v)},
                          {"r", to_hex(tx.r)},
                          {"s", to_hex(tx.s)}}};
  return out;
}

class ReplayTest : public testing::Test {
protected:
  ReplayTest() {
    std::string pattern = (fs::temp_directory_path() / "replay-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    state = {
        {tiny_fixture::sender, {{"balance", to_hex(uint256{tiny_chain::wealth})}, {"nonce", 0}}},
        {tiny_chain::receiver, {{"balance", "0x0"}, {"nonce", 0}, {"storage", json::object()}}},
        {to_hex(Address{}), {{"balance", "0x0"}, {"nonce", 0}}}};
  }
  ~ReplayTest() override { fs::remove_all(folder); }

  void write(const std::string& name, const json& content) const {
    std::ofstream(folder / name) << content.dump();
  }
  Result<ReplayCase> read() const {
    write("block.json", block);
    write("pre_state.json", state);
    write("codes.json", codes_json);
    return read_replay_case(folder.string());
  }
  ReplayOutcome run() {
    const auto replay_case = read();
    EXPECT_TRUE(replay_case) << replay_case.error().message;
    return replay(*replay_case, schedule_of(Fork::paris, {}, 1), engine, caches, 2);
  }
  std::string error() const {
    const auto replay_case = read();
    return replay_case ? "" : replay_case.error().message.substr(folder.string().size() + 1);
  }

  fs::path folder;
  json block = block_json(), state, codes_json = json::object();
  SteppingEngine engine;
  Caches caches;
};

TEST_F(ReplayTest, TheTinyBlockIsRight) {
  const ReplayOutcome outcome = run();
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.gas_used, 21'000u);
  EXPECT_TRUE(outcome.receipts_checked);
  EXPECT_EQ(outcome.unlisted_reads, std::vector<std::string>{});
}

TEST_F(ReplayTest, ReadsThatAreNotListedAreTold) {
  state.erase(std::string(tiny_chain::receiver));
  const ReplayOutcome outcome = run();
  EXPECT_EQ(outcome.faults, std::vector<std::string>{});
  EXPECT_EQ(outcome.unlisted_accounts, 1u);
  EXPECT_FALSE(outcome.unlisted_reads.empty());
}

TEST_F(ReplayTest, WhatTheJsonSaysMustFit) {
  const auto fault = [&](auto&& spoil) {
    block = block_json();
    spoil(block);
    const ReplayOutcome outcome = run();
    return outcome.faults.empty() ? "" : outcome.faults.front();
  };
  EXPECT_TRUE(fault([](json& b) {
                b["transactions"][0]["value"] = "0x6";
              }).starts_with("transactionsRoot: have"));
  EXPECT_TRUE(fault([](json& b) {
                b["transactions"][0]["from"] = tiny_chain::receiver;
              }).starts_with("transactions[0].from: have"));
  EXPECT_TRUE(fault([](json& b) { b["extraData"] = "0x01"; }).starts_with("hash: have"));
  EXPECT_TRUE(fault([](json& b) {
                b["gasUsed"] = "0x5209";
                b["hash"] = to_hex(header_hash([&] {
                  BlockHeader h = tiny_chain::block().header;
                  h.gas_used = 21'001;
                  return h;
                }()));
              }).starts_with("gasUsed: have 21001, want 21000"));
}

TEST_F(ReplayTest, ProblemsNameFileAndField) {
  block.erase("gasLimit");
  EXPECT_EQ(error(), "block.json: gasLimit: is missing");
  block = block_json();
  block["transactions"][0]["nonce"] = 1;
  EXPECT_EQ(error(), "block.json: transactions[0]: nonce: text expected");
  block = block_json();
  codes_json[to_hex(Hash256{{1}})] = "0x00";
  EXPECT_TRUE(error().starts_with("codes.json: 0x01")) << error();
  codes_json = json::object();
  state[std::string(tiny_chain::receiver)]["code_hash"] = to_hex(Hash256{{1}});
  EXPECT_TRUE(error().starts_with("pre_state.json: ")) << error();
  EXPECT_NE(error().find("code_hash"), std::string::npos);
}

TEST_F(ReplayTest, FoldersAreFoundInTheOrderOfTheirNumbers) {
  for (const char* name : {"100", "20", "x"}) {
    fs::create_directories(folder / "all" / name);
    std::ofstream(folder / "all" / name / "block.json") << "{}";
  }
  const auto found = find_replay_folders({(folder / "all").string()});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3u);
  EXPECT_TRUE(found->at(0).ends_with("/20"));
  EXPECT_TRUE(found->at(2).ends_with("/x"));
  fs::create_directories(folder / "none");
  EXPECT_FALSE(find_replay_folders({(folder / "none").string()}));
  EXPECT_FALSE(find_replay_folders({(folder / "missing").string()}));
}

} // namespace
} // namespace runahead
