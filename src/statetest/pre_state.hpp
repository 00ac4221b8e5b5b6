// The state before a test's transactions, with its trie kept in parts, so that the root after each
// of them costs only what the transaction changed.
#pragma once

#include "sources/memory.hpp"
#include "state/journal.hpp"
#include "state/trie.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace runahead {

class PreState {
public:
  /// `accounts` must outlive it unchanged.
  explicit PreState(const AccountMap& accounts);

  const Hash256& root() const { return root_; }
  /// The state's root once these changes are made.
  Hash256 root_after(std::span<const AccountChange> changes) const;

  /// The whole state once the changes are made.
  AccountMap accounts_after(std::span<const AccountChange> changes) const;

private:
  using StorageLeaves = std::vector<std::pair<Hash256, Bytes>>; ///< ascending by hashed slot

  struct Leaf {
    Hash256 key; ///< the address, hashed
    StorageLeaves storage;
    Hash256 storage_root;
    Bytes encoded; ///< the account's RLP
  };

  static Leaf make_leaf(const Address& address, const Account& account);
  const Account* find(const Address& address) const;
  std::optional<Bytes> encode_changed(const AccountChange& change) const;
  Hash256 changed_storage_root(const AccountChange& change, const Leaf* before) const;

  const AccountMap& accounts_;
  std::unordered_map<Address, Leaf> leaves_;
  Hash256 root_;
};

/// One line for each difference of `got` from `expected`, by address, at most `most_lines`; a last
/// line says how many more there are.
std::vector<std::string> describe_difference(const AccountMap& expected, const AccountMap& got,
                                             size_t most_lines);

} // namespace runahead
