// The world of a transaction that we execute ourselves: its state is the journal's, its callees are
// prepared here and run on the call stack.
#pragma once

#include "machine/caches.hpp"
#include "machine/precompiles.hpp"
#include "machine/world.hpp"
#include "state/journal.hpp"

#include <unordered_map>

namespace runahead {

struct JournaledWorld final : World {
  JournaledWorld(const StateView& view, const BlockEnv& block_env, TxEnv tx_env,
                 const Rules& chain_rules, Caches& shared_caches)
      : World(chain_rules), journal(view, chain_rules.fork), block(block_env),
        tx(std::move(tx_env)), caches(shared_caches) {}

  Journal journal;
  BlockEnv block;
  TxEnv tx;
  Caches& caches;
  /// Precompiles that a state override moved: new address to original one; the original address of
  /// a moved one maps to nothing.
  std::unordered_map<Address, std::optional<Address>> moved_precompiles;

  /// The precompile that a call to `address` runs, by its original address.
  std::optional<Address> precompile_at(const Address& address) const {
    if (!moved_precompiles.empty())
      if (const auto it = moved_precompiles.find(address); it != moved_precompiles.end())
        return it->second;
    if (is_precompile(address, rules.fork)) return address;
    return std::nullopt;
  }

  CodeRef prepare(const Bytecode& code) const {
    return caches.codes.get(code.hash, code.bytes, rules.fork);
  }
  /// The code of an account, prepared; looked up in the cache once a transaction. REQUIRES: the
  /// journal has the code.
  const CodeRef& prepared_code(const Address& address) {
    CodeRef& prepared = journal.prepared(address);
    if (prepared == nullptr) prepared = prepare(**journal.code(address));
    return prepared;
  }

  // What effects ask and do.
  const BlockEnv& block_env() override { return block; }
  const TxEnv& tx_env() override { return tx; }
  uint256 chain_id() override { return uint256{rules.chain_id}; }
  std::optional<Hash256> block_hash(uint64_t n) override { return journal.block_hash(n); }

  bool is_warm(const Address& address) override { return journal.is_warm(address); }
  void warm(const Address& address) override { journal.warm(address); }
  std::optional<uint256> balance(const Address& address) override;
  std::optional<bool> is_dead(const Address& address) override { return journal.is_dead(address); }
  std::optional<uint64_t> code_size(const Address& address) override;
  void copy_code(const Address& address, uint64_t offset, std::span<uint8_t> to) override;
  std::optional<uint256> code_hash(const Address& address) override;

  StorageSlot& slot(const Address& self, const uint256& key) override {
    return journal.entry(self, key);
  }
  bool load(const Address& self, const uint256& key, StorageSlot& slot) override {
    return journal.load(self, key, slot);
  }
  void warm(const Address& self, const uint256& key, StorageSlot& slot) override {
    journal.warm(self, key, slot);
  }
  std::optional<Store> store(const Address& self, const uint256& key,
                             const uint256& value) override;
  uint256 transient(const Address& self, const uint256& key) override {
    return journal.transient(self, key);
  }
  void set_transient(const Address& self, const uint256& key, const uint256& value) override {
    journal.set_transient(self, key, value);
  }

  void log(const Address& self, BytesView data, std::span<const Hash256> topics) override;
  void add_refund(int64_t amount) override { journal.add_refund(amount); }
  int64_t refund() const override { return journal.refund(); }

  std::optional<Callee> callee(const Address& target) override;
  std::optional<uint64_t> nonce(const Address& creator) override { return journal.nonce(creator); }
  std::optional<CreationSite> creation_site(CallKind kind, const Address& creator, uint64_t nonce,
                                            const uint256& salt, MemoryRange initcode) override;
  void begin_creation(const Address& creator, const Address& created) override;
  bool selfdestruct(const Address& self, const Address& heir) override;
  uint256 last_inheritance() const override { return last_inheritance_; }

private:
  uint256 last_inheritance_;
};

} // namespace runahead
