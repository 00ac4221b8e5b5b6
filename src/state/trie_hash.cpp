#include "state/trie_hash.hpp"

#include "crypto/keccak_batch.hpp"

#include <algorithm>
#include <cstring>

namespace runahead {
namespace {

constexpr size_t embedded_bytes = 32; ///< a shorter node stands in its parent in place of its hash

/// Nodes hashed together, and about how many bytes of them: what stays in the cache.
constexpr size_t batch_nodes = 256;
constexpr size_t batch_bytes = 192 * 1024;

/// Bytes of the longest RLP header, for which room is left in front.
constexpr size_t header_bytes = 9;

/// Capacity in entries above which memory is not kept for the next use.
constexpr size_t kept_stale = 65'536;

/// In a large trie nodes come from memory, one waiting for the other: so they are asked for before
/// they are needed, by this many.
constexpr size_t ahead = 8;

void prefetch(const TrieArena& arena, NodeRef node) {
  const auto* const bytes = static_cast<const uint8_t*>(arena.at(node));
  __builtin_prefetch(bytes);
  __builtin_prefetch(bytes + 64);
  __builtin_prefetch(bytes + 128);
}

// RLP (Yellow Paper, appendix B), written forwards into memory that is large enough. rlp::Writer
// would allocate for each node.

uint8_t* put_header(uint8_t* out, uint8_t base, size_t size) {
  if (size <= 55) {
    *out++ = static_cast<uint8_t>(base + size);
    return out;
  }
  const size_t width = (static_cast<size_t>(std::bit_width(size)) + 7) / 8;
  *out++ = static_cast<uint8_t>(base + 55 + width);
  for (size_t i = width; i-- > 0;) *out++ = static_cast<uint8_t>(size >> 8 * i);
  return out;
}

uint8_t* put_bytes(uint8_t* out, BytesView bytes) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

uint8_t* put_string(uint8_t* out, BytesView bytes) {
  if (bytes.size() != 1 || bytes[0] >= 0x80) out = put_header(out, 0x80, bytes.size());
  return put_bytes(out, bytes);
}

uint8_t* put_path(uint8_t* out, const NibbleView& path, bool is_leaf) {
  const size_t size = path.hex_prefix_bytes();
  if (size > 1) out = put_header(out, 0x80, size); // one byte alone is below 0x80
  path.hex_prefix(out, is_leaf);
  return out + size;
}

uint8_t* put_reference(uint8_t* out, const Reference& reference, bool embedded) {
  if (embedded) return put_bytes(out, BytesView(reference).first(reference[0] - 0xc0u + 1));
  *out++ = 0x80 + 32;
  std::memcpy(out, reference.data(), 32);
  return out + 32;
}

uint8_t* put_branch(uint8_t* out, const TrieArena& arena, const BranchNode& branch) {
  const Reference* reference = branch.references();
  for (unsigned nibble = 0; nibble < BranchNode::width; ++nibble) {
    if (branch.has(nibble))
      out = put_reference(out, *reference++, branch.is_embedded(nibble));
    else
      *out++ = 0x80;
  }
  if (branch.value == NodeRef::none) {
    *out++ = 0x80;
    return out;
  }
  return put_string(out, leaf_at(arena, branch.value).value());
}

} // namespace

size_t encoded_node_bound(const TrieArena& arena, NodeRef node) {
  constexpr size_t reference_bytes = 33;
  switch (kind_of(arena, node)) {
  case NodeKind::leaf: {
    const LeafNode& leaf = leaf_at(arena, node);
    return 3 * header_bytes + 1 + leaf.key_bytes + leaf.value_bytes;
  }
  case NodeKind::extension:
    return 2 * header_bytes + 1 + extension_at(arena, node).nibbles / 2 + reference_bytes;
  case NodeKind::branch: break;
  }
  const NodeRef value = branch_at(arena, node).value;
  const size_t value_bytes = value != NodeRef::none ? leaf_at(arena, value).value_bytes : 0;
  return 2 * header_bytes + BranchNode::width * reference_bytes + value_bytes;
}

BytesView encode_node(const TrieArena& arena, NodeRef node, size_t depth, uint8_t* out) {
  uint8_t* const payload = out + header_bytes;
  uint8_t* end = payload;
  switch (kind_of(arena, node)) {
  case NodeKind::leaf: {
    const LeafNode& leaf = leaf_at(arena, node);
    end = put_string(put_path(end, leaf.path(depth), true), leaf.value());
    break;
  }
  case NodeKind::extension: {
    const ExtensionNode& extension = extension_at(arena, node);
    end = put_path(end, extension.path(), false);
    end = put_reference(end, extension.reference, extension.child_embedded);
    break;
  }
  case NodeKind::branch: end = put_branch(end, arena, branch_at(arena, node)); break;
  }
  const auto payload_bytes = static_cast<size_t>(end - payload);
  uint8_t header[header_bytes];
  const auto size = static_cast<size_t>(put_header(header, 0xc0, payload_bytes) - header);
  std::memcpy(payload - size, header, size);
  return {payload - size, size + payload_bytes};
}

void TrieHasher::set_reference(TrieArena& arena, const Stale& stale, BytesView reference,
                               bool embedded) {
  ChildLink link{stale.node, false, embedded};
  std::memcpy(link.reference.data(), reference.data(), reference.size());
  if (kind_of(arena, stale.parent) == NodeKind::branch)
    branch_at(arena, stale.parent).set_link(stale.place, link);
  else
    extension_at(arena, stale.parent).set_link(link);
}

/// Puts the node and what is out of date below it into levels_. Returns its height. Recursion is as
/// deep as a key has nibbles.
size_t TrieHasher::collect(const TrieArena& arena, const Stale& stale) {
  size_t height = 0;
  const auto visit = [&](NodeRef child, uint32_t place, size_t nibbles) {
    const auto depth = static_cast<uint32_t>(stale.depth + nibbles);
    height = std::max(height, 1 + collect(arena, {child, stale.node, place, depth}));
  };
  if (kind_of(arena, stale.node) == NodeKind::extension) {
    const ExtensionNode& extension = extension_at(arena, stale.node);
    if (extension.child_dirty) visit(extension.child, 0, extension.nibbles);
  } else if (kind_of(arena, stale.node) == NodeKind::branch) {
    const BranchNode& branch = branch_at(arena, stale.node);
    for (unsigned dirty = branch.dirty; dirty != 0; dirty &= dirty - 1)
      prefetch(arena, branch.child(static_cast<unsigned>(std::countr_zero(dirty))));
    for (unsigned dirty = branch.dirty; dirty != 0; dirty &= dirty - 1) {
      const auto nibble = static_cast<unsigned>(std::countr_zero(dirty));
      visit(branch.child(nibble), nibble, 1);
    }
  }
  if (levels_.size() <= height) levels_.resize(height + 1);
  levels_[height].push_back(stale);
  return height;
}

void TrieHasher::hash(TrieArena& arena, std::span<TrieRoot> roots) {
  for (size_t i = 0; i < roots.size(); ++i) {
    if (roots[i].node == NodeRef::none)
      roots[i].hash = empty_trie_root;
    else
      collect(arena, {roots[i].node, NodeRef::none, static_cast<uint32_t>(i), 0});
  }
  for (std::vector<Stale>& level : levels_) {
    hash_level(arena, level, roots);
    level.clear();
    if (level.capacity() > kept_stale) level.shrink_to_fit();
  }
  if (scratch_.size() > 4 * batch_bytes) scratch_ = {};
}

void TrieHasher::hash_level(TrieArena& arena, std::span<const Stale> level,
                            std::span<TrieRoot> roots) {
  size_t used = 0;
  for (size_t i = 0; i < level.size(); ++i) {
    const Stale& stale = level[i];
    if (i + ahead < level.size()) prefetch(arena, level[i + ahead].node);
    const size_t bound = encoded_node_bound(arena, stale.node);
    if (encodings_.size() == batch_nodes || (used > 0 && used + bound > batch_bytes)) {
      flush(arena, level, roots);
      used = 0;
    }
    if (used + bound > scratch_.size())
      scratch_.resize(std::max(used + bound, 2 * scratch_.size()));
    const BytesView encoded = encode_node(arena, stale.node, stale.depth, scratch_.data() + used);
    if (encoded.size() < embedded_bytes && stale.parent != NodeRef::none) {
      set_reference(arena, stale, encoded, true);
      continue;
    }
    encodings_.push_back(
        {i, static_cast<size_t>(encoded.data() - scratch_.data()), encoded.size()});
    used += bound;
  }
  flush(arena, level, roots);
}

void TrieHasher::flush(TrieArena& arena, std::span<const Stale> level, std::span<TrieRoot> roots) {
  inputs_.clear();
  for (const Encoding& encoding : encodings_)
    inputs_.push_back(BytesView(scratch_).subspan(encoding.from, encoding.size_bytes));
  hashes_.resize(inputs_.size());
  keccak256_batch(inputs_, hashes_);
  for (size_t i = 0; i < encodings_.size(); ++i) {
    const Stale& stale = level[encodings_[i].stale];
    if (i + ahead < encodings_.size()) prefetch(arena, level[encodings_[i + ahead].stale].parent);
    if (stale.parent != NodeRef::none)
      set_reference(arena, stale, hashes_[i], false);
    else
      roots[stale.place].hash = hashes_[i];
  }
  encodings_.clear();
}

} // namespace runahead
