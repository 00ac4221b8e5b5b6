// One small blockchain fixture, put together by hand, for the tests of this folder: a genesis block
// and one above it with a transfer, at Paris.
#pragma once

#include "base/hex.hpp"
#include "block/block_execution.hpp"
#include "block/fee_market.hpp"
#include "crypto/secp256k1.hpp"
#include "statetest/tiny_fixture.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace runahead::tiny_chain {

inline constexpr std::string_view receiver = "0x0000000000000000000000000000000000001234";
inline constexpr uint64_t value = 5, gas_price = 1'000'000'000, wealth = 1'000'000'000'000'000;

inline BlockHeader genesis() {
  BlockHeader h;
  AccountMap accounts;
  accounts[*parse_address(tiny_fixture::sender)].balance = wealth;
  h.state_root = PreState(accounts).root();
  h.transactions_root = h.receipts_root = list_root({});
  h.gas_limit = 30'000'000;
  h.base_fee = initial_base_fee;
  return h;
}

inline AccountMap accounts_before() {
  AccountMap accounts;
  accounts[*parse_address(tiny_fixture::sender)].balance = wealth;
  return accounts;
}

/// 21000 gas at the base fee, all of which is burnt; it fell by an eighth behind the empty genesis.
inline AccountMap accounts_after() {
  AccountMap accounts = accounts_before();
  Account& sender = accounts[*parse_address(tiny_fixture::sender)];
  sender.balance = wealth - 21'000 * (gas_price / 8 * 7) - value;
  sender.nonce = 1;
  accounts[*parse_address(receiver)].balance = value;
  return accounts;
}

inline SignedTransaction transfer() {
  SignedTransaction signed_tx;
  Transaction& tx = signed_tx.transaction;
  tx.to = *parse_address(receiver);
  tx.gas_limit = 21'000;
  tx.value = value;
  tx.max_fee = tx.max_priority_fee = gas_price / 8 * 7;
  tx.chain_id = 1;
  const auto signature = *sign(signing_hash(tx), *parse_hash(tiny_fixture::secret_key));
  signed_tx.v = legacy_v(tx.chain_id, signature.y_parity);
  signed_tx.r = signature.r;
  signed_tx.s = signature.s;
  return signed_tx;
}

inline Block block() {
  Block block;
  BlockHeader& h = block.header;
  h = genesis();
  h.parent_hash = header_hash(genesis());
  h.number = 1;
  h.timestamp = 12;
  h.base_fee = gas_price / 8 * 7;
  h.gas_used = 21'000;
  block.transactions = {transfer()};
  h.transactions_root = transactions_root(block.transactions);
  Receipt receipt;
  receipt.success = true;
  receipt.cumulative_gas_used = 21'000;
  h.receipts_root = receipts_root({&receipt, 1});
  h.state_root = PreState(accounts_after()).root();
  return block;
}

inline nlohmann::json to_json(const BlockHeader& h) {
  return {{"parentHash", to_hex(h.parent_hash)},
          {"uncleHash", to_hex(h.ommers_hash)},
          {"coinbase", to_hex(h.coinbase)},
          {"stateRoot", to_hex(h.state_root)},
          {"transactionsTrie", to_hex(h.transactions_root)},
          {"receiptTrie", to_hex(h.receipts_root)},
          {"bloom", to_hex(h.logs_bloom)},
          {"difficulty", "0x00"},
          {"number", to_hex(uint256{h.number})},
          {"gasLimit", to_hex(uint256{h.gas_limit})},
          {"gasUsed", to_hex(uint256{h.gas_used})},
          {"timestamp", to_hex(uint256{h.timestamp})},
          {"extraData", "0x"},
          {"mixHash", to_hex(h.mix_hash)},
          {"nonce", to_hex(h.nonce)},
          {"baseFeePerGas", to_hex(*h.base_fee)},
          {"hash", to_hex(header_hash(h))}};
}

/// One file with one test, `tiny`, of one valid block.
inline nlohmann::json file() {
  nlohmann::json test;
  test["network"] = "Paris";
  test["sealEngine"] = "NoProof";
  test["genesisBlockHeader"] = to_json(genesis());
  test["pre"] = tiny_fixture::to_json(accounts_before());
  test["postState"] = tiny_fixture::to_json(accounts_after());
  test["lastblockhash"] = to_hex(header_hash(block().header));
  test["blocks"] = {
      {{"rlp", to_hex(encode_block(block()))}, {"blockHeader", to_json(block().header)}}};
  return {{"tiny", test}};
}

} // namespace runahead::tiny_chain
