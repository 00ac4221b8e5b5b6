// Transactions as blocks and the network write them: RLP with its types in envelopes (EIP-2718),
// their hashes, and the senders that their signatures prove. Pure functions; any thread may call
// them.
#pragma once

#include "base/result.hpp"
#include "base/rlp.hpp"
#include "spec/fork.hpp"
#include "tx/transaction.hpp"

#include <expected>
#include <string>

namespace runahead {

/// A transaction with its signature. `transaction.sender` is not encoded: it is zero until someone
/// sets it to what `recover_sender` gives.
struct SignedTransaction {
  Transaction transaction;
  uint256 v; ///< legacy: 27 or 28, or 35 + 2 * chain id + y parity (EIP-155); else the y parity
  uint256 r, s;
};

/// Reads the envelope: a legacy transaction's list, or a type byte and a list (EIP-2718). Only the
/// canonical encoding is accepted; errors name the field. The network form of a blob transaction,
/// which carries the blobs beside it (EIP-4844), is refused.
Result<SignedTransaction> decode_transaction(BytesView envelope);

/// The envelope: what a transaction's hash, its leaf in the trie and raw transactions are made of.
Bytes encode_transaction(const SignedTransaction& tx);

/// Reads the next item of a block's list: a legacy transaction, or a string with an envelope.
Result<SignedTransaction> read_transaction(rlp::Reader& list);
/// Puts the transaction into a block's list.
void write_transaction(rlp::Writer& list, const SignedTransaction& tx);

/// Keccak-256 of the envelope.
Hash256 transaction_hash(const SignedTransaction& tx);

/// What the sender has signed: of a legacy transaction with a chain id by EIP-155.
Hash256 signing_hash(const Transaction& tx);

enum class SignatureFault : uint8_t {
  recovery_id,  ///< `v` is none that the fork knows, or a y parity above 1
  out_of_range, ///< `r` or `s` is zero or not below the group's order
  high_s,       ///< `s` above half of the order (EIP-2, since Homestead)
  no_key,       ///< no public key belongs to the signature
};

struct InvalidSignature {
  SignatureFault fault;
  std::string message;
};

/// The account that signed. The chain id is not compared with any chain's.
std::expected<Address, InvalidSignature> recover_sender(const SignedTransaction& tx, Fork fork);

/// The y parity that `v` holds; empty if `v` is none of the forms above.
std::optional<uint8_t> y_parity_of(const SignedTransaction& tx);

/// The chain id in a legacy transaction's `v`, if there is one (EIP-155).
std::optional<uint256> legacy_chain_id(const uint256& v);

/// `v` of a legacy transaction's signature: EIP-155's where it has a chain id.
uint256 legacy_v(const std::optional<uint256>& chain_id, uint8_t y_parity);

} // namespace runahead
