// The nodes of a Merkle-Patricia trie as they lie in an arena (Yellow Paper, appendix D). A leaf
// has its whole key, so that it need not change when it moves up or down; how much of it is the
// leaf's own path follows from the depth at which it is found. What a node's parent knows of it
// (its hash, or the node itself where that is shorter) stands in the parent: writing a branch anew
// then touches none of its other children.
#pragma once

#include "base/bytes.hpp"
#include "state/trie_arena.hpp"
#include "state/trie_path.hpp"

#include <bit>
#include <cassert>

namespace runahead {

enum class NodeKind : uint8_t { leaf, extension, branch };

/// What stands in a parent for a child: Keccak-256 of the child's RLP, or that RLP where it has
/// less than 32 bytes; its first byte then tells its length.
using Reference = std::array<uint8_t, 32>;

/// A child as its parent knows it.
struct ChildLink {
  NodeRef node = NodeRef::none;
  bool dirty = true;     ///< `reference` is out of date
  bool embedded = false; ///< `reference` is the child's RLP, not its hash
  Reference reference{};
};

struct LeafNode {
  NodeKind kind;
  uint8_t key_bytes;
  uint32_t value_bytes;
  uint32_t tag; ///< the trie's owner's, not part of the trie
  // uint8_t key[key_bytes], value[value_bytes]

  static size_t size_bytes(size_t key_bytes, size_t value_bytes) {
    return sizeof(LeafNode) + key_bytes + value_bytes;
  }
  size_t size_bytes() const { return size_bytes(key_bytes, value_bytes); }
  uint8_t* payload() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* payload() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  BytesView key() const { return {payload(), key_bytes}; }
  BytesView value() const { return {payload() + key_bytes, value_bytes}; }
  NibbleView path(size_t depth) const { return NibbleView(key()).without_first(depth); }
};
static_assert(sizeof(LeafNode) == 12);

struct ExtensionNode {
  NodeKind kind;
  bool child_dirty;
  bool child_embedded;
  uint16_t nibbles;
  NodeRef child; ///< a branch
  Reference reference;
  // uint8_t path[(nibbles + 1) / 2], packed

  static size_t size_bytes(size_t nibbles) { return sizeof(ExtensionNode) + (nibbles + 1) / 2; }
  size_t size_bytes() const { return size_bytes(nibbles); }
  uint8_t* packed() { return reinterpret_cast<uint8_t*>(this + 1); }
  NibbleView path() const { return {reinterpret_cast<const uint8_t*>(this + 1), nibbles}; }

  ChildLink link() const { return {child, child_dirty, child_embedded, reference}; }
  void set_link(const ChildLink& link) {
    child = link.node;
    child_dirty = link.dirty;
    child_embedded = link.embedded;
    reference = link.reference;
  }
};
static_assert(sizeof(ExtensionNode) == 44);

struct BranchNode {
  NodeKind kind;
  uint16_t children; ///< bit i: there is a child at nibble i
  uint16_t dirty;    ///< bit i: its reference is out of date
  uint16_t embedded; ///< bit i: its reference is its RLP
  NodeRef value;     ///< a leaf whose key ends here
  // NodeRef nodes[count()]; Reference references[count()]

  static constexpr unsigned width = 16;
  static size_t size_bytes(size_t count) {
    return sizeof(BranchNode) + count * (sizeof(NodeRef) + sizeof(Reference));
  }
  size_t size_bytes() const { return size_bytes(count()); }
  size_t count() const { return static_cast<size_t>(std::popcount(children)); }
  bool has(unsigned nibble) const { return children >> nibble & 1; }
  bool is_dirty(unsigned nibble) const { return dirty >> nibble & 1; }
  bool is_embedded(unsigned nibble) const { return embedded >> nibble & 1; }
  /// How many children stand before this nibble's.
  size_t position(unsigned nibble) const {
    return static_cast<size_t>(std::popcount(children & ((1u << nibble) - 1)));
  }

  NodeRef* nodes() { return reinterpret_cast<NodeRef*>(this + 1); }
  const NodeRef* nodes() const { return reinterpret_cast<const NodeRef*>(this + 1); }
  Reference* references() { return reinterpret_cast<Reference*>(nodes() + count()); }
  const Reference* references() const {
    return reinterpret_cast<const Reference*>(nodes() + count());
  }
  /// REQUIRES: has(nibble).
  NodeRef child(unsigned nibble) const { return nodes()[position(nibble)]; }

  /// REQUIRES: has(nibble).
  ChildLink link(unsigned nibble) const {
    const size_t at = position(nibble);
    return {nodes()[at], is_dirty(nibble), is_embedded(nibble), references()[at]};
  }
  /// REQUIRES: has(nibble).
  void set_link(unsigned nibble, const ChildLink& link) {
    const size_t at = position(nibble);
    const auto bit = static_cast<uint16_t>(1u << nibble);
    nodes()[at] = link.node;
    references()[at] = link.reference;
    dirty = static_cast<uint16_t>(link.dirty ? dirty | bit : dirty & ~bit);
    embedded = static_cast<uint16_t>(link.embedded ? embedded | bit : embedded & ~bit);
  }
};
static_assert(sizeof(BranchNode) == 12);

inline NodeKind kind_of(const TrieArena& arena, NodeRef node) {
  return *static_cast<const NodeKind*>(arena.at(node));
}

// REQUIRES of all of them: a node of that kind. Valid until the arena allocates.
inline LeafNode& leaf_at(TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::leaf);
  return *static_cast<LeafNode*>(arena.at(node));
}
inline const LeafNode& leaf_at(const TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::leaf);
  return *static_cast<const LeafNode*>(arena.at(node));
}
inline ExtensionNode& extension_at(TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::extension);
  return *static_cast<ExtensionNode*>(arena.at(node));
}
inline const ExtensionNode& extension_at(const TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::extension);
  return *static_cast<const ExtensionNode*>(arena.at(node));
}
inline BranchNode& branch_at(TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::branch);
  return *static_cast<BranchNode*>(arena.at(node));
}
inline const BranchNode& branch_at(const TrieArena& arena, NodeRef node) {
  assert(kind_of(arena, node) == NodeKind::branch);
  return *static_cast<const BranchNode*>(arena.at(node));
}

} // namespace runahead
