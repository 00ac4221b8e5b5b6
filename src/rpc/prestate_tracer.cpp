#include "rpc/prestate_tracer.hpp"

#include "base/hex.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// An account as it is told: what is empty is left out.
struct ToldAccount {
  std::optional<uint256> balance;
  uint64_t nonce = 0;
  BytecodeRef code;
  std::vector<std::pair<uint256, uint256>> slots;

  bool empty() const {
    return balance.value_or(uint256{}).is_zero() && nonce == 0 &&
           (code == nullptr || code->bytes.empty()) && slots.empty();
  }
};

void write_account(JsonWriter& json, const Address& address, const ToldAccount& account,
                   const TraceOptions& options) {
  json.key(to_hex(address)).begin_object();
  if (account.balance) json.key("balance").quantity(*account.balance);
  if (account.nonce != 0) json.key("nonce").number(account.nonce);
  if (options.with_code && account.code && !account.code->bytes.empty()) {
    json.key("code").hex(account.code->bytes);
    json.key("codeHash").hex(account.code->hash);
  }
  if (options.with_storage && !account.slots.empty()) {
    json.key("storage").begin_object();
    for (const auto& [slot, value] : account.slots) json.key(to_hex32(slot)).word(value);
    json.end_object();
  }
  json.end_object();
}

/// REQUIRES: its values are there.
ToldAccount account_before(const StateView& before, const Address& address) {
  const auto value = [&](StateKind kind) { return *before.find(StateKey::of(kind, address)); };
  return {value(StateKind::balance).word,
          value(StateKind::nonce).word.w[0],
          value(StateKind::code).code,
          {}};
}

uint256 slot_before(const StateView& before, const Address& address, const uint256& slot) {
  return before.find(StateKey::storage(address, slot))->word;
}

/// What a change leaves of an account that was `before`; nothing where nothing is another.
std::optional<ToldAccount> difference(const ToldAccount& before, const AccountChange& change) {
  ToldAccount after;
  if (change.balance && change.balance != before.balance) after.balance = change.balance;
  if (change.nonce && *change.nonce != before.nonce) after.nonce = *change.nonce;
  if (change.code && change.code->hash != before.code->hash) after.code = change.code;
  if (!after.balance && after.nonce == 0 && !after.code) return std::nullopt;
  return after;
}

} // namespace

void PrestateTracer::enter(const Message& message) {
  access_.touch(message.sender);
  access_.touch(message.recipient);
  access_.touch(message.code_address);
}

void PrestateTracer::step(const Frame& frame, const World& world, uint8_t opcode) {
  access_.step(frame, world, opcode);
}

std::vector<AccessListEntry> PrestateTracer::touched(const TracedEnd& end) const {
  AccessTracer all({});
  all.touch(end.transaction.sender);
  if (end.transaction.to) all.touch(*end.transaction.to);
  all.touch(end.block.coinbase);
  all.add(access_.list());
  for (const AccountChange& change : end.changes) {
    all.touch(change.address);
    for (const auto& [slot, value] : change.slots) all.touch(change.address, slot);
  }
  return all.list();
}

std::vector<StateKey> PrestateTracer::needs(const TracedEnd& end) const {
  std::vector<StateKey> keys;
  for (const AccessListEntry& entry : touched(end)) {
    for (const StateKind kind : {StateKind::balance, StateKind::nonce, StateKind::code})
      keys.push_back(StateKey::of(kind, entry.address));
    for (const uint256& slot : entry.slots) keys.push_back(StateKey::storage(entry.address, slot));
  }
  return keys;
}

void PrestateTracer::write_before(JsonWriter& json, const TracedEnd& end) const {
  json.begin_object();
  for (const AccessListEntry& entry : touched(end)) {
    ToldAccount account = account_before(end.before, entry.address);
    for (const uint256& slot : entry.slots)
      account.slots.emplace_back(slot, slot_before(end.before, entry.address, slot));
    std::ranges::sort(account.slots);
    const bool made_by_it =
        account.nonce == 0 && account.balance->is_zero() && account.code->bytes.empty();
    if (options_.include_empty || !made_by_it)
      write_account(json, entry.address, account, options_);
  }
  json.end_object();
}

/// `pre` has whole accounts, but of their storage only what changed; `post` only what changed.
void PrestateTracer::write_difference(JsonWriter& json, const TracedEnd& end) const {
  JsonWriter pre, post;
  pre.begin_object();
  post.begin_object();
  for (const AccountChange& change : end.changes) {
    ToldAccount before = account_before(end.before, change.address);
    const bool existed = !before.empty();
    auto after = difference(before, change);
    std::vector<std::pair<uint256, uint256>> left;
    for (const auto& [slot, value] : change.slots) {
      const uint256 old = slot_before(end.before, change.address, slot);
      if (old == value) continue;
      if (!old.is_zero()) before.slots.emplace_back(slot, old);
      if (!value.is_zero()) left.emplace_back(slot, value);
      if (!after) after.emplace();
    }
    if (!after && !change.deleted) continue;
    std::ranges::sort(before.slots);
    std::ranges::sort(left);
    if (existed || options_.include_empty) write_account(pre, change.address, before, options_);
    if (change.deleted) continue;
    after->slots = std::move(left);
    write_account(post, change.address, *after, options_);
  }
  json.begin_object().key("pre").raw(pre.end_object().str());
  json.key("post").raw(post.end_object().str()).end_object();
}

std::string PrestateTracer::result(const TracedEnd& end) {
  JsonWriter json;
  if (options_.diff_mode)
    write_difference(json, end);
  else
    write_before(json, end);
  return json.take();
}

} // namespace runahead
