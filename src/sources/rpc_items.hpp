// From state keys to JSON-RPC calls and back: which calls read a set of keys from a node that has
// these abilities, and what their results say. For the rpc_* sources of this folder only: the
// header brings the JSON parser with it.
#pragma once

#include "sources/rpc_abilities.hpp"
#include "sources/rpc_channel.hpp"
#include "state/key.hpp"
#include "state/value.hpp"

#include <expected>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace runahead {

enum class RpcForm : uint8_t {
  plain,            ///< one key by the method of its kind
  storage_values,   ///< eth_getStorageValues of storage keys
  slots_program,    ///< eth_call that returns storage keys
  account_info,     ///< eth_getAccountInfo of the account of the one key
  accounts_program, ///< eth_call that tells of accounts: with code for a key of that kind
};

/// One JSON-RPC call. Storage keys of one account stand side by side.
struct RpcItem {
  RpcForm form = RpcForm::plain;
  std::vector<StateKey> keys;
};

/// Of what the code is known from before, so that asking for its hash may do.
using CodeIsKnown = std::function<bool(const Address&)>;

/// The calls that read `keys` (distinct), as few as the abilities allow. What keys share is asked
/// once: existence is read as balance, nonce and code, a code hash as code, where no program tells
/// them. Code that is known is asked for by its hash where a program tells that.
std::vector<RpcItem> plan_items(std::span<const StateKey> keys, const RpcAbilities& can,
                                const CodeIsKnown& code_is_known);

/// `block`: the parameter that names the block, as JSON.
RpcCall to_call(const RpcItem& item, std::string_view block);

using KeyedValues = std::vector<std::pair<StateKey, StateValue>>;

/// What a reply tells, also of keys that are not the item's: a code tells its hash, an account
/// whether it exists (EIP-161). Each of the item's keys is among them.
std::expected<KeyedValues, RpcFailure> values_of(const RpcItem& item, const RpcReply& reply);

/// True if the node could not read a parameter (-32602, or an error of its parser).
bool refuses_parameter(const RpcReply& reply);

/// The method of a key's kind that reads it alone. REQUIRES: neither existence nor code hash.
std::string_view plain_method(StateKind kind);

} // namespace runahead
