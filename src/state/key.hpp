// What can be read of the state: one key names one value.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <string>

namespace runahead {

enum class StateKind : uint8_t {
  existence,   ///< whether there is such an account, as a word of namespace existence
  balance,     ///< wei
  nonce,       ///< transaction count
  code_hash,   ///< Keccak-256 of the code; of the empty string for an account without code
  code,        ///< the bytecode itself
  has_storage, ///< 1 if the account's storage trie is not empty, else 0
  storage,     ///< the word at `slot`
  block_hash,  ///< hash of block number `slot`; `address` is zero
};

/// The words of StateKind::existence. An empty account (EIP-161: no nonce, balance or code) is only
/// found in states that have not left behind what was made before Spurious Dragon.
namespace existence {
inline constexpr uint64_t none = 0, alive = 1, empty = 2;
}

/// Names one value. `slot` is the storage slot or the block number, else zero; `address` is zero
/// for block hashes. Unused parts must be zero: keys compare and hash by all three.
struct StateKey {
  StateKind kind{};
  Address address;
  uint256 slot;

  friend bool operator==(const StateKey&, const StateKey&) = default;

  static StateKey of(StateKind kind, const Address& a) { return {kind, a, {}}; }
  static StateKey storage(const Address& a, const uint256& slot) {
    return {StateKind::storage, a, slot};
  }
  static StateKey block_hash(uint64_t number) { return {StateKind::block_hash, {}, number}; }
};

std::string_view name(StateKind kind);

/// For messages: `storage 0x0000…0001 of 0xabc…`.
std::string to_string(const StateKey& key);

} // namespace runahead

template <>
struct std::hash<runahead::StateKey> {
  size_t operator()(const runahead::StateKey& k) const noexcept {
    const uint64_t slot = k.slot.w[0] ^ runahead::mix64(k.slot.w[1] ^ k.slot.w[2] << 1) ^
                          runahead::mix64(k.slot.w[3] + static_cast<uint64_t>(k.kind));
    return runahead::mix64(std::hash<runahead::Address>{}(k.address) ^ slot);
  }
};
