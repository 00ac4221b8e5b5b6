// The journal: what a transaction has done to the state so far, with cheap checkpoints, over a view
// of what the state was before. Reads that the view cannot answer yet give null; the key then
// stands in `missing()`, and whoever ran into it suspends and does the same read again later.
#pragma once

#include "spec/fork.hpp"
#include "state/log_record.hpp"
#include "state/storage_slot.hpp"
#include "state/view.hpp"

#include <bitset>
#include <optional>
#include <unordered_map>
#include <vector>

namespace runahead {

class Code;

/// What is known and changed of one account. A balance or nonce that was changed before it was read
/// is kept as the sum of its changes (modulo 2^256), so a transfer reads nothing of the receiver.
struct JournalAccount {
  uint256 balance;    ///< the balance if `balance_known`, else what was added to it
  uint64_t nonce = 0; ///< likewise
  bool balance_known = false;
  bool nonce_known = false;
  bool warm = false;
  bool touched = false;
  bool created = false;       ///< by this transaction
  bool storage_empty = false; ///< slots not in `slots` are zero, whatever the view says
  bool destructed = false;
  bool code_changed = false;
  BytecodeRef code;                     ///< null until read or set
  std::shared_ptr<const Code> prepared; ///< see Journal::prepared
  std::unordered_map<uint256, StorageSlot> slots;
};

/// One account's changes by a finished transaction, for whoever keeps the state. The account exists
/// afterwards unless it was deleted, even if it is empty (before EIP-161).
struct AccountChange {
  Address address;
  bool deleted = false;
  bool storage_cleared = false;   ///< created by the transaction: earlier slots do not count
  std::optional<uint256> balance; ///< empty if unchanged
  std::optional<uint64_t> nonce;  ///< likewise
  BytecodeRef code;               ///< null if unchanged
  std::vector<std::pair<uint256, uint256>> slots; ///< final values of changed slots
};

class Journal {
public:
  /// Position to return to; later checkpoints die with it.
  struct Checkpoint {
    size_t undo = 0;
    size_t logs = 0;
    int64_t refund = 0;
  };

  /// The fork decides what becomes of empty accounts. `view` must outlive it.
  Journal(const StateView& view, Fork fork)
      : view_(&view), removes_empty_(fork >= Fork::spurious_dragon) {}
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Reads. Null or empty: the value has not arrived and its key was added to `missing()`.
  const uint256* balance(const Address& address);
  std::optional<uint64_t> nonce(const Address& address);
  /// Never a null reference inside: an account without code has the shared empty code.
  const BytecodeRef* code(const Address& address);
  /// A place to keep what was prepared of the account's code; null again whenever that changes.
  std::shared_ptr<const Code>& prepared(const Address& address) {
    return account(address).prepared;
  }
  /// The code's hash, of the empty string for an account without code.
  std::optional<Hash256> code_hash(const Address& address);
  const StorageSlot* slot(const Address& address, const uint256& key);
  /// The slot's entry, which may not be known yet; for looking at its warmth and loading it without
  /// searching twice. Valid until the journal ends.
  StorageSlot& entry(const Address& address, const uint256& key) {
    return account(address).slots[key];
  }
  /// False: it has not arrived. REQUIRES: `entry` is that of the slot.
  bool load(const Address& address, const uint256& key, StorageSlot& entry);
  /// True if the account is not there or, since EIP-161, empty: no nonce, no balance, no code.
  std::optional<bool> is_dead(const Address& address);
  /// True if a contract must not be created there (EIP-684, EIP-7610).
  std::optional<bool> is_occupied(const Address& address);
  std::optional<Hash256> block_hash(uint64_t number);
  uint256 transient(const Address& address, const uint256& key) const;

  /// Keys that reads ran into since `clear_missing`.
  const std::vector<StateKey>& missing() const { return missing_; }
  void clear_missing() { missing_.clear(); }

  // Changes; all are undone by `revert`. Those that depend on an old value require that it was
  // read.
  void add_balance(const Address& address, const uint256& amount);
  void subtract_balance(const Address& address, const uint256& amount);
  void increment_nonce(const Address& address);
  void set_code(const Address& address, BytecodeRef code);
  void set_slot(const Address& address, const uint256& key, const uint256& value);
  /// The same through the slot's entry.
  void set_slot(const Address& address, const uint256& key, const uint256& value,
                StorageSlot& entry);
  void set_transient(const Address& address, const uint256& key, const uint256& value);
  /// What happens to an account even by a transfer of nothing: an empty one is removed by it
  /// (EIP-161); before, it comes into existence.
  void touch(const Address& address);
  void mark_created(const Address& address);
  void mark_destructed(const Address& address);
  void add_log(Log log) { logs_.push_back(std::move(log)); }
  void add_refund(int64_t amount) { refund_ += amount; }

  // State overrides: what the account is taken to have had before the transaction. Not undoable.
  void override_balance(const Address& address, const uint256& balance);
  void override_nonce(const Address& address, uint64_t nonce);
  void override_code(const Address& address, BytecodeRef code);
  void override_slot(const Address& address, const uint256& key, const uint256& value);
  /// Every slot not overridden is zero.
  void override_storage_empty(const Address& address);

  // Warmth (EIP-2929).
  bool is_warm(const Address& address) const;
  bool is_warm(const Address& address, const uint256& key) const;
  void warm(const Address& address);
  void warm(const Address& address, const uint256& key);
  /// The accounts whose addresses are these numbers are warm from now on, whatever is reverted: for
  /// precompiles, which are many, and of which a transaction calls few.
  using AddressNumbers = std::bitset<512>;
  void warm_for_good(const AddressNumbers& numbers);
  /// The same through the slot's entry.
  void warm(const Address& address, const uint256& key, StorageSlot& entry);

  Checkpoint checkpoint() const { return {undo_.size(), logs_.size(), refund_}; }
  void revert(const Checkpoint& to);

  const std::vector<Log>& logs() const { return logs_; }
  int64_t refund() const { return refund_; }
  bool was_created(const Address& address) const;
  bool was_destructed(const Address& address) const;

  /// The accounts touched so far, as far as they are known; for the scouts' read-only look.
  const JournalAccount* peek(const Address& address) const;

  /// Ends the transaction: destructed accounts are deleted, touched empty ones too (EIP-161). Only
  /// accounts that may have changed are listed. Empty while something it needs has not arrived. May
  /// be called again.
  std::optional<std::vector<AccountChange>> finish();

private:
  enum class UndoKind : uint8_t {
    balance,
    nonce,
    code,
    slot,
    transient,
    touched,
    created,
    destructed,
    warm_account,
    warm_slot
  };
  struct Undo {
    UndoKind kind;
    bool flag = false;
    Address address;
    uint256 key;
    uint256 value;
    BytecodeRef code;
  };
  struct TransientKey {
    Address address;
    uint256 key;
    friend bool operator==(const TransientKey&, const TransientKey&) = default;
  };
  struct TransientHash {
    size_t operator()(const TransientKey& k) const noexcept {
      return std::hash<Address>{}(k.address) ^ mix64(std::hash<uint256>{}(k.key));
    }
  };

  JournalAccount& account(const Address& address) {
    // The running contract is asked for again and again; entries never move.
    if (recent_ == nullptr || recent_->first != address) {
      const auto [it, is_new] = accounts_.try_emplace(address);
      if (is_new) it->second.warm = is_warm_for_good(address);
      recent_ = &*it;
    }
    return recent_->second;
  }
  bool is_warm_for_good(const Address& address) const;
  const StateValue* read(const StateKey& key);
  bool load_balance(const Address& address, JournalAccount& a);
  bool load_nonce(const Address& address, JournalAccount& a);
  bool load_code(const Address& address, JournalAccount& a);
  void undo(const Undo& entry);
  std::optional<AccountChange> change_of(const Address& address, JournalAccount& a);
  static bool may_have_changed(const JournalAccount& a);

  std::optional<bool> is_empty(const Address& address, JournalAccount& a);

  const StateView* view_;
  bool removes_empty_; ///< EIP-161
  std::unordered_map<Address, JournalAccount> accounts_;
  std::pair<const Address, JournalAccount>* recent_ = nullptr; ///< the one asked for last
  std::unordered_map<TransientKey, uint256, TransientHash> transient_;
  AddressNumbers warm_for_good_;
  std::vector<Undo> undo_;
  std::vector<Log> logs_;
  int64_t refund_ = 0;
  std::vector<StateKey> missing_;
};

} // namespace runahead
