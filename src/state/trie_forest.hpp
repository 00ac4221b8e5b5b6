// Merkle-Patricia tries that share one arena; each is known by the reference to its root node. What
// a change makes out of date is marked on the way from the root, so that hashing (trie_hash.hpp)
// visits nothing else. Belongs to one thread at a time.
#pragma once

#include "state/trie_node.hpp"

#include <span>

namespace runahead {

/// One item of a trie. Both views belong to the caller. The key is the trie's own, so for a secured
/// trie it is hashed already.
struct TrieItem {
  BytesView key;
  BytesView value;  ///< not empty: an item without a value is not in the trie
  uint32_t tag = 0; ///< kept with the leaf for the trie's owner, not part of the trie
};

/// Puts items in the order in which TrieForest::build takes them.
void sort_items(std::span<TrieItem> items);

class TrieForest {
public:
  /// The trie after a change.
  struct Edited {
    NodeRef root = NodeRef::none;
    bool changed = false; ///< the root's hash is out of date
  };

  /// The leaf with this key, or null. Valid until the next change.
  const LeafNode* find(NodeRef root, BytesView key) const;

  /// Gives the key a value and a tag; the views may not lie in the forest. A leaf that has the
  /// value already only takes the tag, which is not a change. REQUIRES: key.size() <=
  /// limits::trie_key_bytes; the value is not empty and has less than 4 GiB.
  Edited put(NodeRef root, const TrieItem& item);

  /// Removes the key, if it is there.
  Edited erase(NodeRef root, BytesView key);

  /// A new trie of these items, faster than by `put`. REQUIRES: keys ascending and distinct,
  /// otherwise as for `put`.
  NodeRef build(std::span<const TrieItem> items);

  /// Releases all nodes of a trie.
  void drop(NodeRef root);

  // In the order of keys, as byte strings; null where there is none. Valid until the next change.
  const LeafNode* first(NodeRef root) const;
  const LeafNode* last(NodeRef root) const;
  /// The first leaf whose key is greater.
  const LeafNode* after(NodeRef root, BytesView key) const;
  /// The last leaf whose key is less.
  const LeafNode* before(NodeRef root, BytesView key) const;

  TrieArena& arena() { return arena_; }
  const TrieArena& arena() const { return arena_; }

private:
  /// One `put` on its way down.
  struct Put {
    TrieItem item;
    bool changed = false;
  };
  /// A child of a branch that is being made.
  struct NibbleLink {
    unsigned nibble = 0;
    ChildLink link;
  };

  NodeRef put_below(NodeRef node, size_t depth, Put& put);
  NodeRef put_at_leaf(NodeRef node, size_t depth, Put& put);
  NodeRef put_at_extension(NodeRef node, size_t depth, Put& put);
  NodeRef put_at_branch(NodeRef node, size_t depth, Put& put);
  NodeRef replace_value(NodeRef node, Put& put);
  NodeRef split_extension(NodeRef node, size_t depth, size_t shared, Put& put);

  NodeRef erase_below(NodeRef node, size_t depth, BytesView key);
  NodeRef erase_at_branch(NodeRef node, size_t depth, BytesView key);
  NodeRef collapse(NodeRef branch);
  NodeRef prepend(NibbleView path, const ChildLink& child);

  NodeRef new_leaf(const TrieItem& item);
  NodeRef new_extension(NibbleView path, const ChildLink& child);
  NodeRef new_branch(std::span<const NibbleLink> children, NodeRef value);
  NodeRef with_child(NodeRef branch, unsigned nibble, NodeRef child);
  NodeRef without_child(NodeRef branch, unsigned nibble);
  void release(NodeRef node);

  NodeRef build_below(std::span<const TrieItem> items, size_t depth);
  NodeRef build_branch(std::span<const TrieItem> items, size_t depth);

  TrieArena arena_;
};

} // namespace runahead
