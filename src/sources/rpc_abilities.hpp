// What one node was found to be able to do. Probed when it is connected to, and taken back where
// its answers show otherwise.
#pragma once

#include "base/limits.hpp"

#include <cstddef>

namespace runahead {

struct RpcAbilities {
  bool storage_values = false;  ///< eth_getStorageValues: many slots in one call
  bool account_info = false;    ///< eth_getAccountInfo: balance, nonce and code in one call
  bool programs = false;        ///< eth_call with code overrides: see rpc_programs.hpp
  bool programs_proven = false; ///< a word that is not zero was the same when read plainly
  size_t most_slots = limits::batch_keys; ///< that one call may read
  size_t most_accounts = 64; ///< that one call may tell of; codes are up to 24 KiB each
};

} // namespace runahead
