// Looking up keys in tries, and their order.
#include "state/trie_forest.hpp"

namespace runahead {

const LeafNode* TrieForest::find(NodeRef root, BytesView key) const {
  NibbleView path(key);
  NodeRef node = root;
  while (node != NodeRef::none) {
    switch (kind_of(arena_, node)) {
    case NodeKind::leaf: {
      const LeafNode& leaf = leaf_at(arena_, node);
      return equal(leaf.key(), key) ? &leaf : nullptr;
    }
    case NodeKind::extension: {
      const ExtensionNode& extension = extension_at(arena_, node);
      if (path.common_prefix(extension.path()) < extension.nibbles) return nullptr;
      path = path.without_first(extension.nibbles);
      node = extension.child;
      break;
    }
    case NodeKind::branch: {
      const BranchNode& branch = branch_at(arena_, node);
      if (path.empty()) {
        node = branch.value;
      } else {
        node = branch.has(path.front()) ? branch.child(path.front()) : NodeRef::none;
        path = path.without_first(1);
      }
      break;
    }
    }
  }
  return nullptr;
}

namespace {

/// Goes down to a leaf; `child_of` says into which child of a branch.
template <class ChildOf>
const LeafNode* descend(const TrieArena& arena, NodeRef node, ChildOf child_of) {
  while (node != NodeRef::none) {
    switch (kind_of(arena, node)) {
    case NodeKind::leaf: return &leaf_at(arena, node);
    case NodeKind::extension: node = extension_at(arena, node).child; break;
    case NodeKind::branch: node = child_of(branch_at(arena, node)); break;
    }
  }
  return nullptr;
}

} // namespace

const LeafNode* TrieForest::first(NodeRef node) const {
  return descend(arena_, node, [](const BranchNode& branch) {
    return branch.value != NodeRef::none ? branch.value : branch.nodes()[0];
  });
}

const LeafNode* TrieForest::last(NodeRef node) const {
  return descend(arena_, node, [](const BranchNode& branch) {
    return branch.count() > 0 ? branch.nodes()[branch.count() - 1] : branch.value;
  });
}

// Both go down towards the key and keep the nearest subtree that lies wholly on the wanted side.

const LeafNode* TrieForest::after(NodeRef root, BytesView key) const {
  NibbleView path(key);
  NodeRef node = root, nearest = NodeRef::none;
  while (node != NodeRef::none) {
    switch (kind_of(arena_, node)) {
    case NodeKind::leaf: {
      const LeafNode& leaf = leaf_at(arena_, node);
      return NibbleView(leaf.key()) > NibbleView(key) ? &leaf : first(nearest);
    }
    case NodeKind::extension: {
      const ExtensionNode& extension = extension_at(arena_, node);
      const size_t shared = path.common_prefix(extension.path());
      if (shared < extension.nibbles) return first(extension.path() > path ? node : nearest);
      path = path.without_first(shared);
      node = extension.child;
      break;
    }
    case NodeKind::branch: {
      const BranchNode& branch = branch_at(arena_, node);
      if (path.empty()) return first(branch.nodes()[0]); // its value's key is the key itself
      const size_t greater = branch.position(path.front()) + (branch.has(path.front()) ? 1 : 0);
      if (greater < branch.count()) nearest = branch.nodes()[greater];
      node = branch.has(path.front()) ? branch.child(path.front()) : NodeRef::none;
      path = path.without_first(1);
      break;
    }
    }
  }
  return first(nearest);
}

const LeafNode* TrieForest::before(NodeRef root, BytesView key) const {
  NibbleView path(key);
  NodeRef node = root, nearest = NodeRef::none;
  while (node != NodeRef::none) {
    switch (kind_of(arena_, node)) {
    case NodeKind::leaf: {
      const LeafNode& leaf = leaf_at(arena_, node);
      return NibbleView(leaf.key()) < NibbleView(key) ? &leaf : last(nearest);
    }
    case NodeKind::extension: {
      const ExtensionNode& extension = extension_at(arena_, node);
      const size_t shared = path.common_prefix(extension.path());
      if (shared < extension.nibbles) return last(extension.path() < path ? node : nearest);
      path = path.without_first(shared);
      node = extension.child;
      break;
    }
    case NodeKind::branch: {
      const BranchNode& branch = branch_at(arena_, node);
      if (path.empty()) return last(nearest);
      const size_t less = branch.position(path.front());
      if (less > 0)
        nearest = branch.nodes()[less - 1];
      else if (branch.value != NodeRef::none)
        nearest = branch.value;
      node = branch.has(path.front()) ? branch.child(path.front()) : NodeRef::none;
      path = path.without_first(1);
      break;
    }
    }
  }
  return last(nearest);
}

} // namespace runahead
