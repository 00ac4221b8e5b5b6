#include "machine/journaled_world.hpp"

#include "crypto/keccak.hpp"
#include "machine/create_address.hpp"

namespace runahead {
namespace {

Hash256 hash_of(MemoryRange range) {
  if (range.present.size() == range.size) return keccak256(range.present);
  Bytes bytes(range.size);
  if (!range.present.empty()) std::memcpy(bytes.data(), range.present.data(), range.present.size());
  return keccak256(bytes);
}

} // namespace

std::optional<uint256> JournaledWorld::balance(const Address& address) {
  const uint256* value = journal.balance(address);
  if (value == nullptr) return std::nullopt;
  return *value;
}

std::optional<uint64_t> JournaledWorld::code_size(const Address& address) {
  const BytecodeRef* code = journal.code(address);
  if (code == nullptr) return std::nullopt;
  return (*code)->bytes.size();
}

void JournaledWorld::copy_code(const Address& address, uint64_t offset, std::span<uint8_t> to) {
  std::memcpy(to.data(), (*journal.code(address))->bytes.data() + offset, to.size());
}

std::optional<uint256> JournaledWorld::code_hash(const Address& address) {
  const std::optional<Hash256> hash = journal.code_hash(address);
  const bool has_code = hash && *hash != make_bytecode({})->hash;
  // An account with code is not empty; for any other its emptiness decides.
  const std::optional<bool> dead = has_code ? false : journal.is_dead(address);
  if (!hash || !dead) return std::nullopt;
  return *dead ? uint256{} : from(*hash);
}

std::optional<Store> JournaledWorld::store(const Address& self, const uint256& key,
                                           const uint256& value) {
  StorageSlot& slot = journal.entry(self, key);
  if (!journal.load(self, key, slot)) return std::nullopt;
  const Store done{status_of_store(slot, value), slot.warm};
  journal.warm(self, key, slot);
  if (slot.current != value) journal.set_slot(self, key, value, slot);
  return done;
}

void JournaledWorld::log(const Address& self, BytesView data, std::span<const Hash256> topics) {
  journal.add_log({self, {topics.begin(), topics.end()}, to_bytes(data)});
}

std::optional<Callee> JournaledWorld::callee(const Address& target) {
  if (precompile_at(target)) return Callee{};
  const BytecodeRef* code = journal.code(target);
  if (code == nullptr) return std::nullopt;
  Callee callee;
  if (since(Fork::prague)) callee.delegate = delegation_of((*code)->bytes);
  if (callee.delegate) code = journal.code(*callee.delegate);
  if (code == nullptr) return std::nullopt;
  callee.code = prepared_code(callee.delegate.value_or(target));
  return callee;
}

std::optional<CreationSite> JournaledWorld::creation_site(CallKind kind, const Address& creator,
                                                          uint64_t nonce, const uint256& salt,
                                                          MemoryRange initcode) {
  CreationSite site;
  site.address = kind == CallKind::create ? create_address(creator, nonce)
                                          : create2_address(creator, salt, hash_of(initcode));
  const std::optional<bool> occupied = journal.is_occupied(site.address);
  if (!occupied) return std::nullopt;
  site.occupied = *occupied;
  return site;
}

void JournaledWorld::begin_creation(const Address& creator, const Address& created) {
  journal.warm(created);
  journal.increment_nonce(creator);
}

bool JournaledWorld::selfdestruct(const Address& self, const Address& heir) {
  const uint256 amount = last_inheritance_ = *journal.balance(self);
  journal.warm(heir);
  journal.touch(heir);
  journal.touch(self);
  journal.subtract_balance(self, amount);
  journal.add_balance(heir, amount);
  if (since(Fork::cancun) && !journal.was_created(self)) return false; // EIP-6780
  const bool is_new = !journal.was_destructed(self);
  journal.mark_destructed(self);
  const uint256 left = *journal.balance(self); // not zero if it was its own heir
  journal.subtract_balance(self, left);
  return is_new;
}

} // namespace runahead
