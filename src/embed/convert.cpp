#include "embed/convert.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "spec/chain.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

// The enumerations of both sides list the same in the same order.
static_assert(static_cast<int>(api::Fork::osaka) == static_cast<int>(Fork::osaka));
static_assert(static_cast<int>(api::Fork::paris) == static_cast<int>(Fork::paris));
static_assert(static_cast<int>(api::Status::precompile_failure) ==
              static_cast<int>(Status::precompile_failure));
static_assert(static_cast<int>(api::Status::static_violation) ==
              static_cast<int>(Status::static_violation));
static_assert(fork_count == static_cast<size_t>(api::Fork::osaka) + 1);

api::Word to_api(const uint256& x) {
  api::Word word;
  store_be(word.bytes.data(), x);
  return word;
}

api::StateKey to_api(const StateKey& key) {
  switch (key.kind) {
  case StateKind::existence:
  case StateKind::balance:
  case StateKind::nonce:
  case StateKind::code_hash:
  case StateKind::has_storage: return {api::KeyKind::account, to_api(key.address), {}};
  case StateKind::code: return {api::KeyKind::code, to_api(key.address), {}};
  case StateKind::storage: return {api::KeyKind::storage, to_api(key.address), to_api(key.slot)};
  case StateKind::block_hash: return {api::KeyKind::block_hash, {}, to_api(key.slot)};
  }
  std::unreachable();
}

api::Status to_api(Status status) {
  // Only a tracer sees this one here: the call ends as `BeyondLimits`.
  if (status == Status::precompile_beyond_limits) return api::Status::precompile_failure;
  return static_cast<api::Status>(status);
}

api::Result to_api(const ExecutionResult& result) {
  api::Result out;
  out.status = to_api(result.status);
  out.gas_used = result.gas_used;
  out.output = result.output;
  for (const Log& log : result.logs) {
    api::Log& to = out.logs.emplace_back();
    to.address = to_api(log.address);
    for (const Hash256& topic : log.topics) to.topics.push_back(to_api(topic));
    to.data = log.data;
  }
  if (result.created) out.created = to_api(*result.created);
  return out;
}

Rules to_own(const api::Rules& rules) {
  const auto fork = static_cast<Fork>(rules.fork);
  Rules own{fork, default_blob_schedule(fork), rules.chain_id};
  if (rules.max_blobs) own.blobs.max = *rules.max_blobs;
  return own;
}

BlockEnv to_own(const api::Block& block) {
  return {block.number,
          block.timestamp,
          block.gas_limit,
          to_own(block.coinbase),
          to_own(block.prev_randao),
          to_own(block.base_fee),
          to_own(block.blob_base_fee)};
}

namespace {

TxType type_of(const api::Call& call, Fork fork) {
  if (!call.blob_hashes.empty()) return TxType::blob;
  const bool has_fee = call.max_fee != api::Word{} || call.max_priority_fee != api::Word{};
  if (has_fee && fork >= Fork::london) return TxType::dynamic_fee;
  return call.access_list.empty() ? TxType::legacy : TxType::access_list;
}

Transaction to_transaction(const api::Call& call, Fork fork) {
  Transaction tx;
  tx.type = type_of(call, fork);
  tx.sender = to_own(call.from);
  if (call.to) tx.to = to_own(*call.to);
  // Gas is counted in 63 bits with a sign; nobody runs out of so much.
  tx.gas_limit = std::min(call.gas, uint64_t{1} << 62);
  tx.value = to_own(call.value);
  tx.data = call.data;
  tx.max_fee = to_own(call.max_fee);
  tx.max_priority_fee = fork < Fork::london ? tx.max_fee : to_own(call.max_priority_fee);
  tx.max_fee_per_blob_gas = to_own(call.max_fee_per_blob_gas);
  for (const api::AccessListEntry& entry : call.access_list) {
    AccessListEntry& to = tx.access_list.emplace_back();
    to.address = to_own(entry.address);
    for (const api::Word& slot : entry.slots) to.slots.push_back(to_own(slot));
  }
  for (const api::Word& hash : call.blob_hashes) tx.blob_hashes.push_back(Hash256{hash.bytes});
  return tx;
}

AccountOverride override_of(const api::AccountOverride& given) {
  AccountOverride own;
  own.address = to_own(given.address);
  if (given.balance) own.balance = to_own(*given.balance);
  own.nonce = given.nonce;
  own.code = given.code;
  std::unordered_map<uint256, uint256> slots;
  for (const auto& [slot, value] : given.storage) slots[to_own(slot)] = to_own(value);
  if (given.clear_storage)
    own.state = std::move(slots);
  else
    own.state_diff = std::move(slots);
  return own;
}

} // namespace

ExecutionInput to_input(const api::Call& call, const BlockEnv& block, const Rules& rules) {
  ExecutionInput input;
  input.transaction = to_transaction(call, rules.fork);
  input.block = block;
  input.rules = rules;
  input.mode = ExecutionMode::call;
  for (const api::AccountOverride& given : call.overrides)
    input.overrides.push_back(override_of(given));
  return input;
}

std::string_view api::name(Status status) {
  return runahead::name(static_cast<runahead::Status>(status));
}

std::string api::to_string(const StateKey& key) {
  const std::string address = to_hex(key.address.bytes);
  switch (key.kind) {
  case KeyKind::account: return "account " + address;
  case KeyKind::code: return "code of " + address;
  case KeyKind::storage: return "storage " + to_hex(key.slot.bytes) + " of " + address;
  case KeyKind::block_hash: return "hash of block " + to_decimal(to_own(key.slot));
  }
  std::unreachable();
}

std::optional<api::Rules> api::rules_at(uint64_t chain_id, uint64_t block_number,
                                        uint64_t timestamp) {
  const ChainConfig* chain = find_chain(chain_id);
  if (chain == nullptr) return std::nullopt;
  const runahead::Rules own = runahead::rules_at(*chain, block_number, timestamp);
  Rules rules(chain_id, static_cast<Fork>(own.fork));
  rules.max_blobs = own.blobs.max;
  return rules;
}

std::optional<api::Address> api::parse_address(std::string_view text) {
  const auto parsed = runahead::parse_address(text);
  return parsed ? std::optional(to_api(*parsed)) : std::nullopt;
}

std::optional<api::Word> api::parse_word(std::string_view text) {
  const auto parsed = parse_hex_quantity(text);
  return parsed ? std::optional(to_api(*parsed)) : std::nullopt;
}

std::optional<api::Bytes> api::parse_bytes(std::string_view text) {
  auto parsed = parse_hex_bytes(text);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::string api::to_hex(BytesView bytes) { return runahead::to_hex(bytes); }

api::Word api::keccak256(BytesView data) { return to_api(runahead::keccak256(data)); }

} // namespace runahead
