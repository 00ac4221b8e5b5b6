// Programs that a node runs for us inside eth_call, put in the place of accounts' code by state
// overrides: so one call reads many slots, or many accounts. State overrides are no standard, but
// most nodes know them: the third parameter of eth_call, a map from addresses to `{"code": …}`; an
// account that has only its code replaced keeps its storage.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "state/key.hpp"

#include <span>
#include <string>
#include <vector>

namespace runahead {

/// Where the programs that are called stand. Nobody has a key for it and nothing is deployed there.
extern const Address rpc_program_address;

/// True if programs must not read the account: it is theirs, or so low that a precompile may stand
/// there, which no override replaces everywhere.
bool rpc_program_avoids(const Address& address);

/// What eth_call takes: the first parameter and the overrides, as JSON.
struct RpcProgramCall {
  std::string transaction;
  std::string overrides;
};

/// A call that returns the words of `keys`, 32 bytes each, in their order. REQUIRES: storage keys,
/// those of one account side by side; none that programs avoid.
RpcProgramCall slots_program(std::span<const StateKey> keys);

/// What the other program tells of an account.
struct RpcAccount {
  uint256 balance;
  uint256 code_hash; ///< as EXTCODEHASH has it: zero for an account that is empty (EIP-1052)
  uint256 code_size;
  Bytes code; ///< if it was asked
};

/// A call that tells of accounts: of each key of kind `code` with the code, else without. REQUIRES:
/// none that programs avoid.
RpcProgramCall accounts_program(std::span<const StateKey> keys);

/// What that call returned.
Result<std::vector<RpcAccount>> accounts_answer(std::span<const StateKey> keys, BytesView returned);

} // namespace runahead
