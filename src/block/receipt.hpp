// Receipts of transactions (Yellow Paper 4.3.1; EIP-658, EIP-2718).
#pragma once

#include "block/block.hpp"
#include "block/bloom.hpp"

#include <optional>

namespace runahead {

struct Receipt {
  TxType type = TxType::legacy;
  bool success = false;
  /// Before Byzantium in place of `success`: the state's root after the transaction.
  std::optional<Hash256> state_root;
  uint64_t cumulative_gas_used = 0; ///< of the block up to and including this transaction
  Bloom bloom;
  std::vector<Log> logs;
};

/// The envelope: type byte, if any, and list.
Bytes encode_receipt(const Receipt& receipt);
/// Exactly one receipt's envelope, canonical; errors name the field. The bloom must be that of the
/// logs.
Result<Receipt> decode_receipt(BytesView envelope);

Hash256 receipts_root(std::span<const Receipt> receipts);

} // namespace runahead
