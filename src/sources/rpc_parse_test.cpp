#include "base/hex.hpp"
#include "sources/rpc_parse.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// One parsed text; elements point into it.
class Text {
public:
  explicit Text(const std::string& json) {
    EXPECT_EQ(parser_.parse(json).get(root_), simdjson::SUCCESS);
  }
  const simdjson::dom::element& operator*() const { return root_; }

private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "accepted" : result.error().message;
}

const std::string block = R"({"hash": "0x)" + std::string(63, '0') + R"(1", "parentHash": "0x)" +
                          std::string(63, '0') +
                          R"(2", "number": "0x61", "timestamp": "0x6b012f49",
  "gasLimit": "0x3938700", "miner": "0x00000000000000000000000000000000000000cb",
  "mixHash": "0x)" + std::string(62, '0') +
                          R"(aa", "difficulty": "0x0", "baseFeePerGas": "0xf2c",
  "excessBlobGas": "0x20000", "transactions": ["0x00"]})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(RpcParse, Values) {
  EXPECT_EQ(rpc_quantity(*Text(R"("0x10")")).value(), uint256(16));
  EXPECT_EQ(rpc_quantity(*Text("\"0x" + std::string(64, 'f') + "\"")).value(), uint256::max());
  EXPECT_EQ(rpc_bytes(*Text(R"("0x6000")")).value(), (Bytes{0x60, 0x00}));
  EXPECT_TRUE(rpc_bytes(*Text(R"("0x")"))->empty());
  EXPECT_EQ(refusal(rpc_quantity(*Text("null"))), "expected a hex number, got null");
  EXPECT_EQ(refusal(rpc_quantity(*Text("5"))),
            "expected a hex number, got a number that is not text");
  EXPECT_NE(refusal(rpc_quantity(*Text(R"("0x")"))), "accepted");
  EXPECT_NE(refusal(rpc_quantity(*Text("\"0x" + std::string(65, '1') + "\""))), "accepted");
  EXPECT_NE(refusal(rpc_hash(*Text(R"("0x12")"))), "accepted");
  EXPECT_NE(refusal(rpc_bytes(*Text(R"("0x123")"))), "accepted");
}

TEST(RpcParse, Blocks) {
  const auto head = rpc_block(*Text(block));
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->hash, to_hash(1));
  EXPECT_EQ(head->parent, to_hash(2));
  EXPECT_EQ(head->env.number, 0x61u);
  EXPECT_EQ(head->env.timestamp, 0x6b012f49u);
  EXPECT_EQ(head->env.gas_limit, 60'000'000u);
  EXPECT_EQ(head->env.coinbase, to_address(0xcb));
  EXPECT_EQ(head->env.prev_randao, uint256(0xaa));
  EXPECT_EQ(head->env.base_fee, uint256(0xf2c));
  EXPECT_EQ(head->excess_blob_gas, 0x20000u);
}

TEST(RpcParse, BlocksOfOlderForks) {
  const auto mined =
      rpc_block(*Text(replaced(block, R"("difficulty": "0x0")", R"("difficulty": "0x77")")));
  EXPECT_EQ(mined->env.prev_randao, uint256(0x77));
  const auto early = rpc_block(*Text(replaced(replaced(block, R"("baseFeePerGas": "0xf2c",)", ""),
                                              R"("excessBlobGas": "0x20000",)", "")));
  ASSERT_TRUE(early) << early.error().message;
  EXPECT_EQ(early->env.base_fee, uint256(0));
  EXPECT_EQ(early->excess_blob_gas, 0u);
}

TEST(RpcParse, BlockRefusalsNameTheField) {
  EXPECT_EQ(refusal(rpc_block(*Text("null"))), "expected an object, got null");
  EXPECT_EQ(refusal(rpc_block(*Text(replaced(block, "\"hash\"", "\"hush\"")))), "hash: missing");
  EXPECT_TRUE(refusal(rpc_block(*Text(replaced(block, "\"0x61\"", "97")))).starts_with("number: "));
  EXPECT_EQ(refusal(rpc_block(*Text(replaced(block, "0x3938700", "0x10000000000000000")))),
            "gasLimit: takes more than 64 bits");
}

TEST(RpcParse, Proofs) {
  const auto has_storage = [](const std::string& root) {
    return rpc_has_storage(*Text(R"({"storageHash": "0x)" + root + "\"}"));
  };
  EXPECT_TRUE(has_storage(std::string(64, '1')).value());
  EXPECT_FALSE(has_storage(std::string(64, '0')).value());
  EXPECT_FALSE(
      has_storage("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421").value());
  EXPECT_EQ(refusal(rpc_has_storage(*Text("{}"))), "storageHash: missing");
}

// The shape of EIP-7910's examples.
const std::string config = R"({"current": {"activationTime": 1742999832,
  "blobSchedule": {"baseFeeUpdateFraction": 5007716, "max": 9, "target": 6}, "chainId": "0x88bb0",
  "precompiles": {"ECREC": "0x0000000000000000000000000000000000000001",
                  "0x0000000000000000000000000000000000000002": "SHA256"},
  "systemContracts": {"BEACON_ROOTS_ADDRESS": "0x000f3df6d732807ef1319fb7b8bb8522d0beac02"}},
  "next": null})";

TEST(RpcParse, EthConfig) {
  const auto parsed = rpc_eth_config(*Text(config));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->activation_time, 1742999832u);
  EXPECT_EQ(parsed->chain_id, 560048u);
  EXPECT_EQ(parsed->blobs, (BlobSchedule{6, 9, 5007716}));
  ASSERT_EQ(parsed->precompiles.size(), 2u);
  EXPECT_EQ(parsed->precompiles[0], (std::pair{std::string("ECREC"), to_address(1)}));
  EXPECT_EQ(parsed->precompiles[1], (std::pair{std::string("SHA256"), to_address(2)}));
  EXPECT_EQ(parsed->system_contracts.size(), 1u);
}

TEST(RpcParse, EthConfigRefusals) {
  EXPECT_EQ(refusal(rpc_eth_config(*Text("{}"))), "current: missing");
  EXPECT_EQ(refusal(rpc_eth_config(*Text("null"))), "current: missing");
  EXPECT_EQ(refusal(rpc_eth_config(*Text(R"({"current": null})"))),
            "current: expected an object, got null");
  EXPECT_TRUE(refusal(rpc_eth_config(*Text(replaced(config, "\"ECREC\": \"0x", "\"ECREC\": \""))))
                  .starts_with("current: precompiles: ECREC: "));
  EXPECT_EQ(refusal(rpc_eth_config(*Text(replaced(config, "\"max\": 9", "\"max\": \"9\"")))),
            "current: blobSchedule: max: expected a number, got the text '9'");
}

} // namespace
} // namespace runahead
