// The state before a test's transactions, with its trie, so that the root after each of them costs
// only what the transaction changed.
#pragma once

#include "sources/memory.hpp"
#include "state/journal.hpp"
#include "state/state_trie.hpp"

#include <span>
#include <string>
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
  const Account* find(const Address& address) const;

  const AccountMap& accounts_;
  StateTrie trie_;
  Hash256 root_;
};

/// One line for each difference of `got` from `expected`, by address, at most `most_lines`; a last
/// line says how many more there are.
std::vector<std::string> describe_difference(const AccountMap& expected, const AccountMap& got,
                                             size_t most_lines);

} // namespace runahead
