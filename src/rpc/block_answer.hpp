// Blocks, transactions, receipts and logs as JSON, the way execution-apis has them.
#pragma once

#include "block/block.hpp"
#include "block/receipt.hpp"
#include "io/json_writer.hpp"

#include <optional>
#include <span>

namespace runahead {

/// What is told of a block beside everything in it.
struct BlockFacts {
  const Block& block;
  Hash256 hash;
  size_t size_bytes = 0; ///< of its RLP
};

/// One transaction of a block; its sender is set.
struct TransactionFacts {
  const BlockHeader& header; ///< of its block
  Hash256 block_hash;
  const SignedTransaction& transaction;
  Hash256 hash;
  size_t index = 0;
};

/// How a transaction ended: its receipt, and what of the block came before it.
struct ReceiptFacts {
  const Receipt& receipt;
  uint64_t gas_used = 0;
  size_t first_log = 0;   ///< its logs' number in the block
  uint256 blob_gas_price; ///< wei per gas, of the block
};

/// Wei per gas that the transaction pays: its price, or what EIP-1559 makes of its limits.
uint256 effective_gas_price(const Transaction& tx, const std::optional<uint256>& base_fee);

/// An access list as an array of objects.
void write_access_list(JsonWriter& json, std::span<const AccessListEntry> list);

void write_transaction(JsonWriter& json, const TransactionFacts& facts);
void write_receipt(JsonWriter& json, const TransactionFacts& facts, const ReceiptFacts& receipt);
/// `number` is the log's in its block.
void write_log(JsonWriter& json, const Log& log, const TransactionFacts& facts, size_t number);

/// All fields of a block inside an object that the caller begins and ends; its transactions whole,
/// or their hashes.
void write_block_fields(JsonWriter& json, const BlockFacts& facts, std::span<const Hash256> hashes,
                        bool whole_transactions);
/// The fields that a header alone has, its hash among them, likewise.
void write_header_fields(JsonWriter& json, const BlockHeader& header, const Hash256& hash);

} // namespace runahead
