// Between the values of the public API and the engine's own.
#pragma once

#include "runahead/evm.hpp"
#include "spec/block_env.hpp"
#include "spec/fork.hpp"
#include "speculate/evaluation.hpp"
#include "state/key.hpp"
#include "tx/execution.hpp"

namespace runahead {

inline Address to_own(const api::Address& address) { return {address.bytes}; }
inline api::Address to_api(const Address& address) { return {address.bytes}; }
inline uint256 to_own(const api::Word& word) { return load_be(word.bytes.data()); }
api::Word to_api(const uint256& x);
inline api::Word to_api(const Hash256& hash) {
  api::Word word;
  word.bytes = hash.bytes;
  return word;
}

/// The key that a user's source is asked for; an account's fields are one.
api::StateKey to_api(const StateKey& key);

api::Status to_api(Status status);
api::Result to_api(const ExecutionResult& result);

Rules to_own(const api::Rules& rules);
BlockEnv to_own(const api::Block& block);
ExecutionInput to_input(const api::Call& call, const BlockEnv& block, const Rules& rules);

} // namespace runahead
