// Hashes of tries: brings what is out of date up to date, bottom up, so that nodes that do not
// depend on each other are hashed together (crypto/keccak_batch.hpp).
#pragma once

#include "state/trie_node.hpp"

#include <span>
#include <vector>

namespace runahead {

/// The root of a trie without items: Keccak-256 of the empty string's RLP.
inline constexpr Hash256 empty_trie_root{{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6,
                                          0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
                                          0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0,
                                          0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

/// Bytes that `encode_node` may write at most.
size_t encoded_node_bound(const TrieArena& arena, NodeRef node);

/// The node's RLP, somewhere in `out`, which has room for encoded_node_bound. `depth`: nibbles
/// above the node. REQUIRES: the references to its children are up to date.
BytesView encode_node(const TrieArena& arena, NodeRef node, size_t depth, uint8_t* out);

/// A trie to be hashed, and then its root hash.
struct TrieRoot {
  NodeRef node = NodeRef::none;
  Hash256 hash = empty_trie_root;
};

/// Keeps its memory for the next use, unless that was much. Belongs to one thread at a time.
class TrieHasher {
public:
  TrieHasher() = default;
  /// A copy starts with memory of its own.
  TrieHasher(const TrieHasher&) {}
  TrieHasher& operator=(const TrieHasher&) { return *this; }

  /// Fills in the hash of each root; the root nodes themselves are always hashed, below them only
  /// what is out of date. REQUIRES: the tries share no nodes.
  void hash(TrieArena& arena, std::span<TrieRoot> roots);

private:
  /// A node to be hashed, and where its reference goes: into its parent, or if that is `none` into
  /// the root of number `place`.
  struct Stale {
    NodeRef node;
    NodeRef parent;
    uint32_t place; ///< of a branch's child its nibble
    uint32_t depth;
  };
  /// Where in scratch_ the encoding of a node of this level lies.
  struct Encoding {
    size_t stale; ///< position in the level
    size_t from;
    size_t size_bytes;
  };

  static void set_reference(TrieArena& arena, const Stale& stale, BytesView reference,
                            bool embedded);
  size_t collect(const TrieArena& arena, const Stale& stale);
  void hash_level(TrieArena& arena, std::span<const Stale> level, std::span<TrieRoot> roots);
  void flush(TrieArena& arena, std::span<const Stale> level, std::span<TrieRoot> roots);

  std::vector<std::vector<Stale>> levels_; ///< by height over the nodes that are out of date
  std::vector<uint8_t> scratch_;
  std::vector<Encoding> encodings_;
  std::vector<BytesView> inputs_;
  std::vector<Hash256> hashes_;
};

} // namespace runahead
