// What effects ask of everything around their frame, and what they do to it. A world belongs to
// whoever owns the state: JournaledWorld where that is our own journal, the one of embed/evmc where
// it is a host of EVMC. What opcodes mean and cost is said above this line, in ops/; where values
// come from and who remembers changes, below it.
#pragma once

#include "machine/message.hpp"
#include "spec/block_env.hpp"
#include "spec/gas.hpp"
#include "state/storage_slot.hpp"

#include <optional>
#include <span>

namespace runahead {

/// What code can see of the transaction.
struct TxEnv {
  Address origin;
  uint256 gas_price; ///< effective, wei per gas
  std::vector<Hash256> blob_hashes;
};

/// What a call to an account reaches.
struct Callee {
  CodeRef code;                    ///< null for a precompile, and where somebody else will run it
  std::optional<Address> delegate; ///< whose code it is (EIP-7702), if not the account's own
};

/// Bytes of a memory that may not have grown there yet: `present`, and zeros up to `size`.
struct MemoryRange {
  BytesView present;
  uint64_t size = 0;
};

/// Where a creation leads.
struct CreationSite {
  Address address;
  bool occupied = false; ///< by an account that must not be overwritten (EIP-684, EIP-7610)
};

/// What a store did, and whether the slot had been accessed before.
struct Store {
  StorageStatus status;
  bool warm;
};

/// Answers that are empty: the value has not arrived; nothing was changed, and asking again later
/// will do. Nothing that is returned outlives the effect that asked, unless it is a copy.
class World {
public:
  explicit World(const Rules& chain_rules)
      : rules(chain_rules), gas(gas_schedule(chain_rules.fork)) {}
  virtual ~World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const Rules rules;
  const GasSchedule& gas;
  bool since(Fork fork) const { return rules.fork >= fork; }

  virtual const BlockEnv& block_env() = 0;
  virtual const TxEnv& tx_env() = 0;
  virtual uint256 chain_id() = 0;
  /// REQUIRES: one of the last 256 blocks.
  virtual std::optional<Hash256> block_hash(uint64_t number) = 0;

  // Accounts. To ask whether one is warm may be its access already (EIP-2929); `warm` makes it one.
  virtual bool is_warm(const Address& address) = 0;
  virtual void warm(const Address& address) = 0;
  virtual std::optional<uint256> balance(const Address& address) = 0;
  /// True if the account is not there or, since EIP-161, empty.
  virtual std::optional<bool> is_dead(const Address& address) = 0;
  virtual std::optional<uint64_t> code_size(const Address& address) = 0;
  /// Fills `to` from `offset` on. REQUIRES: inside the size that `code_size` just gave.
  virtual void copy_code(const Address& address, uint64_t offset, std::span<uint8_t> to) = 0;
  /// As EXTCODEHASH shows it: zero for a dead account (EIP-1052).
  virtual std::optional<uint256> code_hash(const Address& address) = 0;

  // Storage of the running account. The slot that `slot` gives is for looking at its warmth and,
  // where it is known or after `load`, at its current value.
  virtual StorageSlot& slot(const Address& self, const uint256& key) = 0;
  virtual bool load(const Address& self, const uint256& key, StorageSlot& slot) = 0;
  virtual void warm(const Address& self, const uint256& key, StorageSlot& slot) = 0;
  virtual std::optional<Store> store(const Address& self, const uint256& key,
                                     const uint256& value) = 0;
  virtual uint256 transient(const Address& self, const uint256& key) = 0;
  virtual void set_transient(const Address& self, const uint256& key, const uint256& value) = 0;

  virtual void log(const Address& self, BytesView data, std::span<const Hash256> topics) = 0;
  virtual void add_refund(int64_t amount) = 0;
  virtual int64_t refund() const = 0; ///< so far

  // Calls and creations; what an answer of these names is about the one that the frame asks next.
  virtual std::optional<Callee> callee(const Address& target) = 0;
  /// The nonce that a creation would use up; 0 where somebody else counts nonces.
  virtual std::optional<uint64_t> nonce(const Address& creator) = 0;
  virtual std::optional<CreationSite> creation_site(CallKind kind, const Address& creator,
                                                    uint64_t nonce, const uint256& salt,
                                                    MemoryRange initcode) = 0;
  /// Uses up the nonce and warms the address, whatever will become of the creation.
  virtual void begin_creation(const Address& creator, const Address& created) = 0;
  /// Moves the balance and marks for deletion what is to be deleted; true if that is new. REQUIRES:
  /// the balance of `self` and the life of `heir` were asked for.
  virtual bool selfdestruct(const Address& self, const Address& heir) = 0;
  /// What the last `selfdestruct` moved, for tracers; 0 where somebody else keeps balances.
  virtual uint256 last_inheritance() const { return {}; }
};

/// Size of code that delegates: 0xef0100 and an address (EIP-7702).
inline constexpr size_t delegation_bytes = 23;

/// The account that `code` delegates to, if it does.
inline std::optional<Address> delegation_of(BytesView code) {
  if (code.size() != delegation_bytes || code[0] != 0xef || code[1] != 0x01 || code[2] != 0x00)
    return std::nullopt;
  Address target;
  std::memcpy(target.bytes.data(), code.data() + 3, 20);
  return target;
}

} // namespace runahead
