// Signatures over secp256k1: recovering the signer (ECRECOVER, transaction senders), and signing
// for tools and tests. A wrapper of libsecp256k1. All functions may be called from any thread.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <optional>

namespace runahead {

/// An ECDSA signature in the form transactions carry it. `y_parity` is 0 or 1 (EIP-2718 envelopes);
/// the legacy `v` is 27 + y_parity, or 35 + 2 * chain id + y_parity (EIP-155).
struct RecoverableSignature {
  uint256 r;
  uint256 s;
  uint8_t y_parity = 0;
};

/// The address whose key signed `digest` (Yellow Paper appendix F: the low 20 bytes of the
/// Keccak-256 of the public key). Empty when there is none: y_parity above 1, r or s zero or not
/// below the group order, r no x coordinate of the curve, or the key at infinity. A high s is
/// accepted: the limit of EIP-2 is for transactions, and their caller's.
std::optional<Address> recover(const Hash256& digest, uint8_t y_parity, const uint256& r,
                               const uint256& s);

/// The address of a secret key; empty when the key is zero or not below the group order.
std::optional<Address> address_of_secret_key(const Hash256& secret_key);

/// A deterministic signature (RFC 6979) with a low s; empty for the keys that have no address.
/// For tools and tests: the secret is neither blinded nor wiped.
std::optional<RecoverableSignature> sign(const Hash256& digest, const Hash256& secret_key);

/// The order of the group, n.
inline constexpr uint256 secp256k1_order{0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe,
                                         0xffffffffffffffff};

} // namespace runahead
