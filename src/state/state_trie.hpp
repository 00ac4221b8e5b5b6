// The state trie with the storage tries of all accounts, kept up to date change by change: secured
// tries (keys hashed with Keccak-256) in one forest. Belongs to one thread at a time; the const
// functions may be called by several at once.
#pragma once

#include "state/journal.hpp"
#include "state/trie_account.hpp"
#include "state/trie_forest.hpp"
#include "state/trie_hash.hpp"
#include "state/trie_proof.hpp"

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace runahead {

class StateTrie {
public:
  /// A whole account. What `storage` views belongs to the caller; words that are zero are left out.
  struct Entry {
    Address address;
    uint64_t nonce = 0;
    uint256 balance; ///< wei
    Hash256 code_hash = empty_code_hash;
    std::span<const std::pair<uint256, uint256>> storage; ///< slots and their words
  };

  /// Adds accounts; a state may come in several pieces. REQUIRES: accounts that are not there yet,
  /// each once, and of each slot one word.
  void load(std::span<const Entry> accounts);

  /// Makes changes, in their order. An account that is not there begins as an empty one.
  void apply(std::span<const AccountChange> changes);

  /// The state root. Hashes what changed since the last time.
  const Hash256& root();

  /// The root as it would be after these changes. Costs a copy of the memory, then as apply and
  /// root: for small states.
  Hash256 root_after(std::span<const AccountChange> changes) const;

  /// The account with its storage root; nothing if it is not there.
  std::optional<TrieAccount> account(const Address& address);
  /// The word in a slot; zero where there is none.
  uint256 storage(const Address& address, const uint256& slot) const;

  /// For `verify_account_proof` against `root()`.
  TrieProof prove_account(const Address& address);
  /// For `verify_storage_proof` against the account's storage root; empty without an account.
  TrieProof prove_storage(const Address& address, const uint256& slot);

  // The same of a trie that nobody changes any more. REQUIRES: `root` was called since it changed.
  std::optional<TrieAccount> account(const Address& address) const;
  TrieProof prove_account(const Address& address) const;
  TrieProof prove_storage(const Address& address, const uint256& slot) const;

  size_t account_count() const { return account_count_; }
  /// Bytes that the nodes take; what is held of the system's memory may be half as much again.
  size_t memory_bytes() const { return forest_.arena().used_bytes(); }

private:
  const LeafNode* find(const Address& address) const;
  void put_account(BytesView key, const TrieAccount& account, NodeRef storage);
  void erase_account(BytesView key);
  void apply_change(const AccountChange& change, const Hash256& key,
                    std::span<const Hash256> slots);
  NodeRef apply_slots(NodeRef storage, const AccountChange& change, std::span<const Hash256> slots,
                      bool& changed);
  void load_piece(std::span<const Entry> accounts);
  NodeRef build_storage(const Entry& entry, std::span<const Hash256> slots);
  void hash_storage();

  TrieForest forest_;
  TrieHasher hasher_;
  TrieRoot accounts_; ///< each leaf's tag is the root node of the account's storage trie
  size_t account_count_ = 0;
  bool is_stale_ = false;              ///< accounts_.hash is out of date
  std::vector<Hash256> stale_storage_; ///< accounts whose storage root is out of date, hashed
};

/// The account that the state with this root has at the address, or nothing if it has none, as the
/// proof shows. Refuses what verify_proof refuses, and a leaf that is no account.
Result<std::optional<TrieAccount>> verify_account_proof(const Hash256& state_root,
                                                        const Address& address,
                                                        std::span<const Bytes> proof);

/// The word that the storage with this root has in the slot, zero for none, as the proof shows.
Result<uint256> verify_storage_proof(const Hash256& storage_root, const uint256& slot,
                                     std::span<const Bytes> proof);

} // namespace runahead
