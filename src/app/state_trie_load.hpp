// Accounts of a database on their way into a trie.
#pragma once

#include "sources/memory.hpp"
#include "state/state_trie.hpp"

#include <deque>

namespace runahead {

/// Hands accounts to the trie in portions, so that neither all of them are held twice nor each is
/// put in alone. The trie must outlive it; it is whole after `finish`.
class TrieLoad {
public:
  explicit TrieLoad(StateTrie& trie) : trie_(trie) {}

  void add(const Address& address, const Account& account);
  void finish();

  /// Accounts and slots so far.
  uint64_t values() const { return values_; }

private:
  StateTrie& trie_;
  std::deque<std::vector<std::pair<uint256, uint256>>> storages_; ///< entries point into them
  std::vector<StateTrie::Entry> entries_;
  size_t waiting_ = 0; ///< values
  uint64_t values_ = 0;
};

} // namespace runahead
