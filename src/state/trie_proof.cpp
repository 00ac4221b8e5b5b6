#include "state/trie_proof.hpp"

#include "base/limits.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "state/trie_hash.hpp"

#include <string>

namespace runahead {

// Making
// --------------------------------------------------------------------------------------------

TrieProof make_proof(const TrieForest& forest, NodeRef root, BytesView key) {
  const TrieArena& arena = forest.arena();
  TrieProof proof;
  NibbleView path(key);
  NodeRef node = root;
  bool embedded = false;
  while (node != NodeRef::none) {
    if (!embedded) {
      Bytes room(encoded_node_bound(arena, node));
      proof.push_back(
          to_bytes(encode_node(arena, node, 2 * key.size() - path.size(), room.data())));
    }
    if (kind_of(arena, node) == NodeKind::leaf) break;
    if (kind_of(arena, node) == NodeKind::extension) {
      const ExtensionNode& extension = extension_at(arena, node);
      if (path.common_prefix(extension.path()) < extension.nibbles) break;
      path = path.without_first(extension.nibbles);
      node = extension.child;
      embedded = extension.child_embedded;
    } else {
      const BranchNode& branch = branch_at(arena, node);
      if (path.empty() || !branch.has(path.front())) break;
      node = branch.child(path.front());
      embedded = branch.is_embedded(path.front());
      path = path.without_first(1);
    }
  }
  return proof;
}

// Verifying
// -----------------------------------------------------------------------------------------

namespace {

/// A path as a node has it in the hex-prefix encoding (Yellow Paper, appendix C).
struct DecodedPath {
  NibbleView nibbles;
  bool is_leaf = false;
};

Result<DecodedPath> decode_path(BytesView encoded) {
  if (encoded.empty()) return fail("a path without flags");
  const unsigned flags = encoded[0] >> 4;
  if (flags > 3) return fail("a path with unknown flags");
  const bool is_odd = flags & 1;
  if (!is_odd && (encoded[0] & 0x0f) != 0) return fail("a path with padding that is not zero");
  return DecodedPath{NibbleView(encoded).without_first(is_odd ? 1 : 2), (flags & 2) != 0};
}

/// The walk from the root along the key.
class Verifier {
public:
  Verifier(BytesView key, std::span<const Bytes> proof) : path_(key), proof_(proof) {}

  Result<std::optional<Bytes>> run(const Hash256& root) {
    if (auto first = take(root); !first) return std::unexpected(first.error());
    while (!is_done_) {
      if (auto stepped = step(); !stepped) return fail_at(place(), stepped.error());
    }
    if (taken_ < proof_.size())
      return fail("proof: " + std::to_string(proof_.size() - taken_) + " nodes too many");
    return std::move(value_);
  }

private:
  std::string place() const { return "proof node " + std::to_string(taken_ - 1); }

  /// Goes on at the next node of the proof, which must have this hash.
  Result<void> take(const Hash256& hash) {
    if (taken_ == proof_.size())
      return fail("the proof ends before node " + std::to_string(taken_));
    const Bytes& node = proof_[taken_++];
    if (node.size() > limits::proof_node_bytes)
      return fail_at(place(),
                     {"has more than " + std::to_string(limits::proof_node_bytes) + " bytes"});
    if (keccak256(node) != hash)
      return fail_at(place(), {"does not have the hash that its parent or the root says"});
    node_ = node;
    return {};
  }

  /// Goes on at a child, by hash or embedded.
  Result<void> follow(const rlp::Item& child) {
    if (child.is_list) {
      if (child.encoded.size() >= 32) return fail("an embedded node of 32 bytes or more");
      node_ = child.encoded;
      return {};
    }
    if (child.payload.size() != 32) return fail("a reference that is neither hash nor node");
    Hash256 hash;
    std::ranges::copy(child.payload, hash.bytes.begin());
    return take(hash);
  }

  Result<void> end_with(std::optional<BytesView> value) {
    is_done_ = true;
    if (!value) return {};
    if (value->empty()) return fail("an item without a value");
    value_ = to_bytes(*value);
    return {};
  }

  /// Reads node_ and goes on from it. Each node takes a nibble of the key at least, or is the last.
  Result<void> step() {
    auto items = read_items();
    if (!items) return std::unexpected(items.error());
    if (items->size() == 2) return step_along_path((*items)[0], (*items)[1]);
    return step_at_branch(*items);
  }

  Result<std::vector<rlp::Item>> read_items() const {
    rlp::Reader outer(node_);
    auto list = outer.list();
    if (!list) return std::unexpected(list.error());
    if (const auto end = outer.finish(); !end) return std::unexpected(end.error());
    std::vector<rlp::Item> items;
    while (!list->done()) {
      const auto item = list->item();
      if (!item) return std::unexpected(item.error());
      if (items.size() == 17) return fail("a node of more than 17 items");
      items.push_back(*item);
    }
    if (items.size() != 2 && items.size() != 17)
      return fail("a node of " + std::to_string(items.size()) + " items, expected 2 or 17");
    return items;
  }

  Result<void> step_along_path(const rlp::Item& encoded_path, const rlp::Item& next) {
    if (encoded_path.is_list) return fail("a list where a path is expected");
    const auto path = decode_path(encoded_path.payload);
    if (!path) return std::unexpected(path.error());
    if (path->is_leaf) {
      if (next.is_list) return fail("a list where a value is expected");
      if (path->nibbles != path_) return end_with(std::nullopt);
      return end_with(next.payload);
    }
    if (path->nibbles.empty()) return fail("an extension without a path");
    if (path_.common_prefix(path->nibbles) < path->nibbles.size()) return end_with(std::nullopt);
    path_ = path_.without_first(path->nibbles.size());
    return follow(next);
  }

  Result<void> step_at_branch(std::span<const rlp::Item> items) {
    if (path_.empty()) {
      const rlp::Item& value = items[BranchNode::width];
      if (value.is_list) return fail("a list where a value is expected");
      if (value.payload.empty()) return end_with(std::nullopt);
      return end_with(value.payload);
    }
    const rlp::Item& child = items[path_.front()];
    path_ = path_.without_first(1);
    if (!child.is_list && child.payload.empty()) return end_with(std::nullopt);
    return follow(child);
  }

  NibbleView path_; ///< what is left of the key
  std::span<const Bytes> proof_;
  size_t taken_ = 0;
  BytesView node_;
  bool is_done_ = false;
  std::optional<Bytes> value_;
};

} // namespace

Result<std::optional<Bytes>> verify_proof(const Hash256& root, BytesView key,
                                          std::span<const Bytes> proof) {
  // An empty trie has no nodes; some list the empty string that its root is the hash of.
  if (root == empty_trie_root) {
    if (proof.empty() || (proof.size() == 1 && equal(proof[0], rlp::Writer().string({}).items())))
      return std::nullopt;
    return fail("proof: nodes of an empty trie");
  }
  return Verifier(key, proof).run(root);
}

} // namespace runahead
