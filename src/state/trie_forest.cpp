#include "state/trie_forest.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace runahead {

namespace {

/// A path taken out of the arena, which then may move.
class PathCopy {
public:
  explicit PathCopy(NibbleView path) : size_(path.size()) {
    assert(path.packed_bytes() <= bytes_.size());
    path.pack(bytes_.data());
  }
  operator NibbleView() const { return {bytes_.data(), size_}; }

private:
  std::array<uint8_t, limits::trie_key_bytes + 1> bytes_;
  size_t size_;
};

} // namespace

// Nodes
// ---------------------------------------------------------------------------------------------

NodeRef TrieForest::new_leaf(const TrieItem& item) {
  const NodeRef node = arena_.allocate(LeafNode::size_bytes(item.key.size(), item.value.size()));
  auto* const leaf =
      new (arena_.at(node)) LeafNode{NodeKind::leaf, static_cast<uint8_t>(item.key.size()),
                                     static_cast<uint32_t>(item.value.size()), item.tag};
  std::ranges::copy(item.key, leaf->payload());
  std::ranges::copy(item.value, leaf->payload() + item.key.size());
  return node;
}

NodeRef TrieForest::new_extension(NibbleView path, const ChildLink& child) {
  const NodeRef node = arena_.allocate(ExtensionNode::size_bytes(path.size()));
  auto* const extension = new (arena_.at(node)) ExtensionNode{};
  extension->kind = NodeKind::extension;
  extension->nibbles = static_cast<uint16_t>(path.size());
  extension->set_link(child);
  path.pack(extension->packed());
  return node;
}

NodeRef TrieForest::new_branch(std::span<const NibbleLink> children, NodeRef value) {
  const NodeRef node = arena_.allocate(BranchNode::size_bytes(children.size()));
  auto* const branch = new (arena_.at(node)) BranchNode{NodeKind::branch, 0, 0, 0, value};
  for (const auto& [nibble, link] : children)
    branch->children = static_cast<uint16_t>(branch->children | 1u << nibble);
  for (const auto& [nibble, link] : children) branch->set_link(nibble, link);
  return node;
}

/// The branch with a child more, in a record of its own.
NodeRef TrieForest::with_child(NodeRef node, unsigned nibble, NodeRef child) {
  const size_t count = branch_at(arena_, node).count();
  const NodeRef grown = arena_.allocate(BranchNode::size_bytes(count + 1));
  const BranchNode& from = branch_at(arena_, node);
  auto* const to = new (arena_.at(grown)) BranchNode(from);
  to->children = static_cast<uint16_t>(from.children | 1u << nibble);
  const size_t at = from.position(nibble);
  std::copy_n(from.nodes(), at, to->nodes());
  std::copy_n(from.nodes() + at, count - at, to->nodes() + at + 1);
  std::copy_n(from.references(), at, to->references());
  std::copy_n(from.references() + at, count - at, to->references() + at + 1);
  to->set_link(nibble, {child});
  release(node);
  return grown;
}

/// The branch with a child less.
NodeRef TrieForest::without_child(NodeRef node, unsigned nibble) {
  const size_t count = branch_at(arena_, node).count();
  const NodeRef shrunk = arena_.allocate(BranchNode::size_bytes(count - 1));
  const BranchNode& from = branch_at(arena_, node);
  auto* const to = new (arena_.at(shrunk)) BranchNode(from);
  const auto others = static_cast<uint16_t>(~(1u << nibble));
  to->children &= others;
  to->dirty &= others;
  to->embedded &= others;
  const size_t at = from.position(nibble);
  std::copy_n(from.nodes(), at, to->nodes());
  std::copy_n(from.nodes() + at + 1, count - 1 - at, to->nodes() + at);
  std::copy_n(from.references(), at, to->references());
  std::copy_n(from.references() + at + 1, count - 1 - at, to->references() + at);
  release(node);
  return shrunk;
}

void TrieForest::release(NodeRef node) {
  switch (kind_of(arena_, node)) {
  case NodeKind::leaf: return arena_.release(node, leaf_at(arena_, node).size_bytes());
  case NodeKind::extension: return arena_.release(node, extension_at(arena_, node).size_bytes());
  case NodeKind::branch: return arena_.release(node, branch_at(arena_, node).size_bytes());
  }
}

void TrieForest::drop(NodeRef root) {
  if (root == NodeRef::none) return;
  if (kind_of(arena_, root) == NodeKind::extension) {
    drop(extension_at(arena_, root).child);
  } else if (kind_of(arena_, root) == NodeKind::branch) {
    const BranchNode& branch = branch_at(arena_, root);
    drop(branch.value);
    for (size_t i = 0; i < branch.count(); ++i) drop(branch.nodes()[i]);
  }
  release(root);
}

// Putting
// -------------------------------------------------------------------------------------------

TrieForest::Edited TrieForest::put(NodeRef root, const TrieItem& item) {
  assert(item.key.size() <= limits::trie_key_bytes && !item.value.empty());
  assert(item.value.size() <= UINT32_MAX);
  Put put{item};
  const NodeRef after = put_below(root, 0, put);
  return {after, put.changed};
}

/// The node that stands in this one's place once the item is in. `depth`: nibbles above it.
NodeRef TrieForest::put_below(NodeRef node, size_t depth, Put& put) {
  if (node == NodeRef::none) {
    put.changed = true;
    return new_leaf(put.item);
  }
  switch (kind_of(arena_, node)) {
  case NodeKind::leaf: return put_at_leaf(node, depth, put);
  case NodeKind::extension: return put_at_extension(node, depth, put);
  case NodeKind::branch: break;
  }
  return put_at_branch(node, depth, put);
}

NodeRef TrieForest::replace_value(NodeRef node, Put& put) {
  LeafNode& leaf = leaf_at(arena_, node);
  leaf.tag = put.item.tag;
  if (equal(leaf.value(), put.item.value)) return node;
  put.changed = true;
  if (leaf.value_bytes == put.item.value.size()) {
    std::ranges::copy(put.item.value, leaf.payload() + leaf.key_bytes);
    return node;
  }
  release(node);
  return new_leaf(put.item);
}

NodeRef TrieForest::put_at_leaf(NodeRef node, size_t depth, Put& put) {
  if (equal(leaf_at(arena_, node).key(), put.item.key)) return replace_value(node, put);
  put.changed = true;
  const NodeRef fresh = new_leaf(put.item);
  const NibbleView old_path = leaf_at(arena_, node).path(depth);
  const NibbleView new_path = NibbleView(put.item.key).without_first(depth);
  const size_t shared = old_path.common_prefix(new_path);
  NodeRef value = NodeRef::none;
  std::array<NibbleLink, 2> children;
  size_t count = 0;
  const auto add = [&](NibbleView path, NodeRef leaf) {
    if (path.size() == shared)
      value = leaf;
    else
      children[count++] = {path[shared], {leaf}};
  };
  add(old_path, node);
  add(new_path, fresh);
  const NodeRef branch = new_branch(std::span(children).first(count), value);
  return shared == 0 ? branch : new_extension(new_path.first(shared), {branch});
}

NodeRef TrieForest::put_at_extension(NodeRef node, size_t depth, Put& put) {
  const NibbleView path = extension_at(arena_, node).path();
  const size_t shared = path.common_prefix(NibbleView(put.item.key).without_first(depth));
  if (shared < path.size()) return split_extension(node, depth, shared, put);
  const NodeRef child = put_below(extension_at(arena_, node).child, depth + shared, put);
  ExtensionNode& extension = extension_at(arena_, node);
  extension.child = child;
  extension.child_dirty |= put.changed;
  return node;
}

/// The key leaves the extension's path behind `shared` nibbles.
NodeRef TrieForest::split_extension(NodeRef node, size_t depth, size_t shared, Put& put) {
  put.changed = true;
  const PathCopy copy(extension_at(arena_, node).path());
  const NibbleView path = copy;
  ChildLink below = extension_at(arena_, node).link();
  release(node);
  const NibbleView rest = path.without_first(shared + 1);
  if (!rest.empty()) below = {new_extension(rest, below)};

  const NibbleView new_path = NibbleView(put.item.key).without_first(depth + shared);
  const NodeRef fresh = new_leaf(put.item);
  std::array<NibbleLink, 2> children{NibbleLink{path[shared], below}};
  if (!new_path.empty()) children[1] = {new_path.front(), {fresh}};
  const NodeRef branch = new_branch(std::span(children).first(new_path.empty() ? 1 : 2),
                                    new_path.empty() ? fresh : NodeRef::none);
  return shared == 0 ? branch : new_extension(path.first(shared), {branch});
}

NodeRef TrieForest::put_at_branch(NodeRef node, size_t depth, Put& put) {
  const NibbleView path = NibbleView(put.item.key).without_first(depth);
  if (path.empty()) {
    const NodeRef old = branch_at(arena_, node).value;
    const NodeRef value = put_below(old, depth, put);
    branch_at(arena_, node).value = value;
    return node;
  }
  const unsigned nibble = path.front();
  if (!branch_at(arena_, node).has(nibble)) {
    put.changed = true;
    return with_child(node, nibble, new_leaf(put.item));
  }
  const NodeRef child = put_below(branch_at(arena_, node).child(nibble), depth + 1, put);
  BranchNode& branch = branch_at(arena_, node);
  branch.nodes()[branch.position(nibble)] = child;
  branch.dirty = static_cast<uint16_t>(branch.dirty | unsigned{put.changed} << nibble);
  return node;
}

// Erasing
// -------------------------------------------------------------------------------------------

TrieForest::Edited TrieForest::erase(NodeRef root, BytesView key) {
  if (find(root, key) == nullptr) return {root, false};
  return {erase_below(root, 0, key), true};
}

/// The node that stands in this one's place without the key, which is below it.
NodeRef TrieForest::erase_below(NodeRef node, size_t depth, BytesView key) {
  switch (kind_of(arena_, node)) {
  case NodeKind::leaf: release(node); return NodeRef::none;
  case NodeKind::branch: return erase_at_branch(node, depth, key);
  case NodeKind::extension: break;
  }
  const size_t nibbles = extension_at(arena_, node).nibbles;
  const NodeRef child = erase_below(extension_at(arena_, node).child, depth + nibbles, key);
  if (kind_of(arena_, child) == NodeKind::branch) {
    ExtensionNode& extension = extension_at(arena_, node);
    extension.child = child;
    extension.child_dirty = true;
    return node;
  }
  // Its branch became a single child, whose path goes on from here.
  const PathCopy path(extension_at(arena_, node).path());
  release(node);
  return prepend(path, {child});
}

NodeRef TrieForest::erase_at_branch(NodeRef node, size_t depth, BytesView key) {
  const NibbleView path = NibbleView(key).without_first(depth);
  if (path.empty()) {
    release(branch_at(arena_, node).value);
    branch_at(arena_, node).value = NodeRef::none;
    return collapse(node);
  }
  const unsigned nibble = path.front();
  const NodeRef child = erase_below(branch_at(arena_, node).child(nibble), depth + 1, key);
  if (child == NodeRef::none) return collapse(without_child(node, nibble));
  branch_at(arena_, node).set_link(nibble, {child});
  return node;
}

/// What a branch becomes if only its value or a single child is left; else itself.
NodeRef TrieForest::collapse(NodeRef node) {
  const BranchNode& branch = branch_at(arena_, node);
  const bool has_value = branch.value != NodeRef::none;
  const size_t count = branch.count();
  if (count + (has_value ? 1 : 0) > 1) return node;
  if (has_value) {
    const NodeRef value = branch.value;
    release(node);
    return value;
  }
  const auto nibble = static_cast<unsigned>(std::countr_zero(branch.children));
  const ChildLink child = branch.link(nibble);
  release(node);
  const auto packed = static_cast<uint8_t>(nibble << 4);
  return prepend(NibbleView(&packed, 1), child);
}

/// The child with a path in front of it. `path` may not lie in the arena.
NodeRef TrieForest::prepend(NibbleView path, const ChildLink& child) {
  switch (kind_of(arena_, child.node)) {
  case NodeKind::leaf: return child.node; // its path follows from where it stands
  case NodeKind::branch: return new_extension(path, child);
  case NodeKind::extension: break;
  }
  const PathCopy rest(extension_at(arena_, child.node).path());
  const ChildLink below = extension_at(arena_, child.node).link();
  release(child.node);
  std::array<uint8_t, 2 * (limits::trie_key_bytes + 1)> joined;
  const size_t size = path.size() + NibbleView(rest).size();
  assert(size <= 2 * joined.size());
  for (size_t i = 0; i < size; ++i) {
    const unsigned nibble = i < path.size() ? path[i] : NibbleView(rest)[i - path.size()];
    if (i % 2 == 0)
      joined[i / 2] = static_cast<uint8_t>(nibble << 4);
    else
      joined[i / 2] = static_cast<uint8_t>(joined[i / 2] | nibble);
  }
  return new_extension(NibbleView(joined.data(), size), below);
}

// Building
// ------------------------------------------------------------------------------------------

void sort_items(std::span<TrieItem> items) {
  std::ranges::sort(items, [](const TrieItem& a, const TrieItem& b) {
    const size_t shared = std::min(a.key.size(), b.key.size());
    const int compared = shared == 0 ? 0 : std::memcmp(a.key.data(), b.key.data(), shared);
    return compared != 0 ? compared < 0 : a.key.size() < b.key.size();
  });
}

NodeRef TrieForest::build(std::span<const TrieItem> items) {
  if (items.empty()) return NodeRef::none;
  size_t leaf_bytes = 0;
  for (const TrieItem& item : items) {
    assert(item.key.size() <= limits::trie_key_bytes && !item.value.empty());
    leaf_bytes += LeafNode::size_bytes(item.key.size(), item.value.size()) + 7;
  }
  // Behind the leaves, a child's place in a branch and a share of the branch for each of them.
  arena_.reserve(leaf_bytes + items.size() * (sizeof(NodeRef) + sizeof(Reference) + 24));
  return build_below(items, 0);
}

/// The node over items that share their first `depth` nibbles.
NodeRef TrieForest::build_below(std::span<const TrieItem> items, size_t depth) {
  if (items.size() == 1) return new_leaf(items.front());
  // Sorted, so what the first and the last share, all share.
  const NibbleView path = NibbleView(items.front().key).without_first(depth);
  const size_t shared = path.common_prefix(NibbleView(items.back().key).without_first(depth));
  const NodeRef branch = build_branch(items, depth + shared);
  return shared == 0 ? branch : new_extension(path.first(shared), {branch});
}

NodeRef TrieForest::build_branch(std::span<const TrieItem> items, size_t depth) {
  NodeRef value = NodeRef::none;
  if (2 * items.front().key.size() == depth) {
    value = new_leaf(items.front());
    items = items.subspan(1);
  }
  std::array<NibbleLink, BranchNode::width> children;
  size_t count = 0;
  while (!items.empty()) {
    const unsigned nibble = NibbleView(items.front().key)[depth];
    const auto end = std::ranges::partition_point(
        items, [&](const TrieItem& item) { return NibbleView(item.key)[depth] == nibble; });
    const auto same = static_cast<size_t>(end - items.begin());
    children[count++] = {nibble, {build_below(items.first(same), depth + 1)}};
    items = items.subspan(same);
  }
  return new_branch(std::span(children).first(count), value);
}

} // namespace runahead
