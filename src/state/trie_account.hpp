// What the leaves of state and storage tries hold (Yellow Paper 4.1). Pure functions; any thread
// may call them.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "state/trie_hash.hpp"

#include <array>
#include <cstdint>

namespace runahead {

/// Keccak-256 of the empty string: the code hash of an account without code.
inline constexpr Hash256 empty_code_hash{{0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c,
                                          0x92, 0x7e, 0x7d, 0xb2, 0xdc, 0xc7, 0x03, 0xc0,
                                          0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82, 0x27, 0x3b,
                                          0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70}};

/// What the state trie keeps of an account.
struct TrieAccount {
  uint64_t nonce = 0;
  uint256 balance; ///< wei
  Hash256 storage_root = empty_trie_root;
  Hash256 code_hash = empty_code_hash;
};

/// RLP of bounded size, without an allocation.
template <size_t capacity>
struct BoundedRlp {
  std::array<uint8_t, capacity> bytes;
  size_t size = 0;

  operator BytesView() const { return {bytes.data(), size}; }
  operator Bytes() const { return {bytes.begin(), bytes.begin() + size}; }
};

using AccountRlp = BoundedRlp<2 + 9 + 33 + 33 + 33>;
using StorageRlp = BoundedRlp<33>;

/// The account as the state trie's leaf has it.
AccountRlp encode_account(const TrieAccount& account);

/// The account in a state trie's leaf. Refuses anything but the one encoding.
Result<TrieAccount> decode_account(BytesView encoded);

/// A storage word as the storage trie's leaf has it. REQUIRES: value != 0.
StorageRlp encode_storage_value(const uint256& value);

/// The word in a storage trie's leaf. Refuses anything but the one encoding, and zero.
Result<uint256> decode_storage_value(BytesView encoded);

} // namespace runahead
