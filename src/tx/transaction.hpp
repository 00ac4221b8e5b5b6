// A transaction, or a call that is executed as one.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <optional>
#include <vector>

namespace runahead {

enum class TxType : uint8_t {
  legacy = 0,
  access_list = 1, ///< EIP-2930
  dynamic_fee = 2, ///< EIP-1559
  blob = 3,        ///< EIP-4844
  set_code = 4,    ///< EIP-7702
};

/// An entry of an access list (EIP-2930).
struct AccessListEntry {
  Address address;
  std::vector<uint256> slots;
};

/// A signed permission to delegate an account's code (EIP-7702). Numbers are as wide as the
/// encoding lets them be; what is out of range makes the one authorization void, not the
/// transaction.
struct Authorization {
  uint256 chain_id;
  Address address;
  uint64_t nonce = 0;
  uint256 y_parity, r, s;
};

/// Fees are in wei per gas. For legacy and access-list transactions `max_fee` and
/// `max_priority_fee` both hold the gas price.
struct Transaction {
  TxType type = TxType::legacy;
  Address sender;
  std::optional<Address> to; ///< empty: creates a contract
  uint64_t nonce = 0;
  uint64_t gas_limit = 0;
  uint256 value;
  Bytes data;
  uint256 max_fee;
  uint256 max_priority_fee;
  uint256 max_fee_per_blob_gas;
  std::optional<uint256> chain_id;
  std::vector<AccessListEntry> access_list;
  std::vector<Hash256> blob_hashes;
  std::vector<Authorization> authorizations;
};

} // namespace runahead
