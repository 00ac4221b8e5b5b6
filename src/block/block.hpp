// Whole blocks: header and body, their RLP, and the roots that bind the body to the header.
#pragma once

#include "block/header.hpp"
#include "tx/transaction_codec.hpp"

#include <vector>

namespace runahead {

/// A payment from the beacon chain (EIP-4895).
struct Withdrawal {
  uint64_t index = 0;
  uint64_t validator_index = 0;
  Address address;
  uint64_t amount_gwei = 0;

  bool operator==(const Withdrawal&) const = default;
};

struct Block {
  BlockHeader header;
  std::vector<SignedTransaction> transactions;
  std::vector<BlockHeader> ommers;
  std::optional<std::vector<Withdrawal>> withdrawals; ///< since Shanghai
};

/// Reads the next item as a block; a chain file is a plain sequence of them. Senders stay zero.
/// Only the canonical encoding is accepted; errors name the field.
Result<Block> read_block(rlp::Reader& reader);
/// Exactly one block.
Result<Block> decode_block(BytesView encoded);
Bytes encode_block(const Block& block);

/// Of the list's encoding.
Hash256 ommers_hash(std::span<const BlockHeader> ommers);
/// Of the trie from indexes to envelopes.
Hash256 transactions_root(std::span<const SignedTransaction> transactions);
Hash256 withdrawals_root(std::span<const Withdrawal> withdrawals);

/// The root of the trie that maps each index, in RLP, to the item (Yellow Paper 4.3.2).
Hash256 list_root(std::span<const Bytes> items);

} // namespace runahead
