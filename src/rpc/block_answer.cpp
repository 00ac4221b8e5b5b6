#include "rpc/block_answer.hpp"

#include "machine/create_address.hpp"
#include "spec/gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

void write_place(JsonWriter& json, const TransactionFacts& facts) {
  json.key("blockHash").hex(facts.block_hash);
  json.key("blockNumber").quantity(facts.header.number);
}

void write_to(JsonWriter& json, const std::optional<Address>& to) {
  json.key("to");
  if (to)
    json.hex(*to);
  else
    json.null();
}

void write_authorizations(JsonWriter& json, std::span<const Authorization> list) {
  json.begin_array();
  for (const Authorization& auth : list) {
    json.begin_object().key("chainId").quantity(auth.chain_id).key("address").hex(auth.address);
    json.key("nonce").quantity(auth.nonce).key("yParity").quantity(auth.y_parity);
    json.key("r").quantity(auth.r).key("s").quantity(auth.s).end_object();
  }
  json.end_array();
}

void write_hashes(JsonWriter& json, std::span<const Hash256> hashes) {
  json.begin_array();
  for (const Hash256& hash : hashes) json.hex(hash);
  json.end_array();
}

/// What a transaction offers to pay.
void write_fees(JsonWriter& json, const Transaction& tx, const std::optional<uint256>& base_fee) {
  json.key("gasPrice").quantity(effective_gas_price(tx, base_fee));
  if (tx.type >= TxType::dynamic_fee) {
    json.key("maxFeePerGas").quantity(tx.max_fee);
    json.key("maxPriorityFeePerGas").quantity(tx.max_priority_fee);
  }
  if (tx.type == TxType::blob) json.key("maxFeePerBlobGas").quantity(tx.max_fee_per_blob_gas);
}

/// What came with the types of transactions.
void write_typed_fields(JsonWriter& json, const SignedTransaction& tx) {
  const Transaction& plain = tx.transaction;
  const auto chain_id =
      plain.type == TxType::legacy ? legacy_chain_id(tx.v) : plain.chain_id.value_or(uint256{});
  if (chain_id) json.key("chainId").quantity(*chain_id);
  if (plain.type == TxType::legacy) return;
  json.key("accessList");
  write_access_list(json, plain.access_list);
  if (plain.type == TxType::blob) {
    json.key("blobVersionedHashes");
    write_hashes(json, plain.blob_hashes);
  }
  if (plain.type == TxType::set_code) {
    json.key("authorizationList");
    write_authorizations(json, plain.authorizations);
  }
  json.key("yParity").quantity(tx.v);
}

void write_withdrawals(JsonWriter& json, std::span<const Withdrawal> withdrawals) {
  json.begin_array();
  for (const Withdrawal& w : withdrawals) {
    json.begin_object().key("index").quantity(w.index);
    json.key("validatorIndex").quantity(w.validator_index).key("address").hex(w.address);
    json.key("amount").quantity(w.amount_gwei).end_object();
  }
  json.end_array();
}

} // namespace

uint256 effective_gas_price(const Transaction& tx, const std::optional<uint256>& base_fee) {
  if (tx.type < TxType::dynamic_fee || !base_fee) return tx.max_fee;
  const uint256 wanted = *base_fee + tx.max_priority_fee;
  return wanted < *base_fee ? tx.max_fee : std::min(tx.max_fee, wanted);
}

void write_access_list(JsonWriter& json, std::span<const AccessListEntry> list) {
  json.begin_array();
  for (const AccessListEntry& entry : list) {
    json.begin_object().key("address").hex(entry.address).key("storageKeys").begin_array();
    for (const uint256& slot : entry.slots) json.word(slot);
    json.end_array().end_object();
  }
  json.end_array();
}

void write_transaction(JsonWriter& json, const TransactionFacts& facts) {
  const SignedTransaction& tx = facts.transaction;
  const Transaction& plain = tx.transaction;
  json.begin_object();
  write_place(json, facts);
  json.key("blockTimestamp").quantity(facts.header.timestamp);
  json.key("from").hex(plain.sender);
  json.key("gas").quantity(plain.gas_limit);
  write_fees(json, plain, facts.header.base_fee);
  json.key("hash").hex(facts.hash);
  json.key("input").hex(plain.data);
  json.key("nonce").quantity(plain.nonce);
  write_to(json, plain.to);
  json.key("transactionIndex").quantity(facts.index);
  json.key("value").quantity(plain.value);
  json.key("type").quantity(static_cast<uint64_t>(plain.type));
  write_typed_fields(json, tx);
  json.key("v").quantity(tx.v).key("r").quantity(tx.r).key("s").quantity(tx.s);
  json.end_object();
}

void write_log(JsonWriter& json, const Log& log, const TransactionFacts& facts, size_t number) {
  json.begin_object().key("address").hex(log.address).key("topics");
  write_hashes(json, log.topics);
  json.key("data").hex(log.data);
  write_place(json, facts);
  json.key("blockTimestamp").quantity(facts.header.timestamp);
  json.key("transactionHash").hex(facts.hash);
  json.key("transactionIndex").quantity(facts.index);
  json.key("logIndex").quantity(number);
  json.key("removed").boolean(false).end_object();
}

void write_receipt(JsonWriter& json, const TransactionFacts& facts, const ReceiptFacts& told) {
  const Transaction& tx = facts.transaction.transaction;
  const Receipt& receipt = told.receipt;
  json.begin_object();
  write_place(json, facts);
  json.key("transactionHash").hex(facts.hash);
  json.key("transactionIndex").quantity(facts.index);
  json.key("type").quantity(static_cast<uint64_t>(tx.type));
  json.key("from").hex(tx.sender);
  write_to(json, tx.to);
  json.key("contractAddress");
  if (tx.to)
    json.null();
  else
    json.hex(create_address(tx.sender, tx.nonce));
  json.key("gasUsed").quantity(told.gas_used);
  json.key("cumulativeGasUsed").quantity(receipt.cumulative_gas_used);
  json.key("effectiveGasPrice").quantity(effective_gas_price(tx, facts.header.base_fee));
  if (tx.type == TxType::blob) {
    json.key("blobGasUsed").quantity(static_cast<uint64_t>(gas::blob) * tx.blob_hashes.size());
    json.key("blobGasPrice").quantity(told.blob_gas_price);
  }
  if (receipt.state_root)
    json.key("root").hex(*receipt.state_root);
  else
    json.key("status").quantity(receipt.success ? 1 : 0);
  json.key("logsBloom").hex(receipt.bloom);
  json.key("logs").begin_array();
  for (size_t i = 0; i < receipt.logs.size(); ++i)
    write_log(json, receipt.logs[i], facts, told.first_log + i);
  json.end_array().end_object();
}

void write_header_fields(JsonWriter& json, const BlockHeader& header, const Hash256& hash) {
  json.key("number").quantity(header.number);
  json.key("hash").hex(hash);
  json.key("parentHash").hex(header.parent_hash);
  json.key("nonce").hex(header.nonce);
  json.key("mixHash").hex(header.mix_hash);
  json.key("sha3Uncles").hex(header.ommers_hash);
  json.key("logsBloom").hex(header.logs_bloom);
  json.key("transactionsRoot").hex(header.transactions_root);
  json.key("stateRoot").hex(header.state_root);
  json.key("receiptsRoot").hex(header.receipts_root);
  json.key("miner").hex(header.coinbase);
  json.key("difficulty").quantity(header.difficulty);
  json.key("extraData").hex(header.extra_data);
  json.key("gasLimit").quantity(header.gas_limit);
  json.key("gasUsed").quantity(header.gas_used);
  json.key("timestamp").quantity(header.timestamp);
  if (header.base_fee) json.key("baseFeePerGas").quantity(*header.base_fee);
  if (header.withdrawals_root) json.key("withdrawalsRoot").hex(*header.withdrawals_root);
  if (header.blob_gas_used) json.key("blobGasUsed").quantity(*header.blob_gas_used);
  if (header.excess_blob_gas) json.key("excessBlobGas").quantity(*header.excess_blob_gas);
  if (header.parent_beacon_root) json.key("parentBeaconBlockRoot").hex(*header.parent_beacon_root);
  if (header.requests_hash) json.key("requestsHash").hex(*header.requests_hash);
}

void write_block_fields(JsonWriter& json, const BlockFacts& facts, std::span<const Hash256> hashes,
                        bool whole_transactions) {
  const Block& block = facts.block;
  write_header_fields(json, block.header, facts.hash);
  json.key("size").quantity(facts.size_bytes);
  json.key("transactions");
  if (whole_transactions) {
    json.begin_array();
    for (size_t i = 0; i < hashes.size(); ++i)
      write_transaction(json, {block.header, facts.hash, block.transactions[i], hashes[i], i});
    json.end_array();
  } else {
    write_hashes(json, hashes);
  }
  json.key("uncles").begin_array();
  for (const BlockHeader& ommer : block.ommers) json.hex(header_hash(ommer));
  json.end_array();
  if (block.withdrawals) {
    json.key("withdrawals");
    write_withdrawals(json, *block.withdrawals);
  }
}

} // namespace runahead
