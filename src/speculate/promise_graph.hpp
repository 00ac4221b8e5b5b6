// Values that have not arrived, and what is to be computed of them. Each is a promise: a node of a
// graph whose edges lead to what depends on it. When a read lands, its dependents are computed at
// once, transitively; nothing that led there is run again.
//
// Nodes are made in the order in which a path executes, so going back to an earlier point of the
// path is cutting the graph's end off.
#pragma once

#include "base/uint256.hpp"
#include "speculate/pending_bytes.hpp"
#include "state/key.hpp"

#include <array>
#include <memory>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

namespace runahead {

/// What a value rests on, at worst.
enum class Trust : uint8_t {
  known,      ///< what it will really be, as far as this path goes
  remembered, ///< what was seen at an older block
  blind,      ///< a mere guess
};

/// Something to be looked up once its operands are known, as of a point of the path.
struct Lookup {
  enum class Of : uint8_t {
    slot,        ///< storage of `address` at operand 0
    balance,     ///< of the account that operand 0 names
    block_hash,  ///< of the block that operand 0 numbers
    code_size,   ///< of the account that operand 0 names; operand 1: its code's arrival
    code_hash,   ///< likewise, and operand 2: whether it is alive
    store,       ///< not a value: storage of `address` at operand 0 becomes what was stored
    store_price, ///< what storing operand 1 over operand 0 costs; operand 2: the original value
  };
  Of of{};
  Address address = {};
  uint32_t position = 0; ///< in the log of writes: those before it count
  std::array<PendingWord, 3> operands = {};
};

class PromiseGraph {
public:
  /// A point to go back to.
  struct Mark {
    uint32_t nodes, edges;
  };

  PromiseGraph() { clear(); }
  void clear();
  size_t size() const { return nodes_.size(); }

  // Making nodes. `guess` stands for the value until it is known. Operands are settled.
  /// The value of a state key; the same node for the same key while that waits.
  NodeId read(const StateKey& key, const uint256& guess, Trust trust);
  /// The result of a pure opcode, `value` being what it is of the operands' guesses. Known where
  /// the pending bytes of the operands cannot show.
  PendingWord pure(uint8_t op, const uint256& value, std::span<const PendingWord> operands);
  /// 32 bytes of memory or call data.
  PendingWord word(const uint8_t* bytes, const Origin* origins);
  /// Keccak-256.
  PendingWord hash(const PendingBytes& bytes);
  PendingWord lookup(Lookup what, const uint256& guess, Trust trust);
  /// A value that no arrival tells: what depends on it is done again once more is known.
  PendingWord unknown(const uint256& guess);

  // Asking.
  bool resolved(NodeId id) const { return nodes_[id].resolved; }
  const uint256& value(NodeId id) const { return nodes_[id].value; }
  Trust trust(const PendingWord& word) const {
    return word.known() ? Trust::known : nodes_[word.node].trust;
  }
  /// The same word, known if it is by now.
  PendingWord settle(const PendingWord& word) const {
    return !word.known() && nodes_[word.node].resolved ? PendingWord{nodes_[word.node].value, 0}
                                                       : word;
  }
  /// The bytes of a word that may come out different, bit 0 the lowest.
  uint32_t open_bytes(const PendingWord& word) const {
    return word.known() ? 0 : nodes_[word.node].open;
  }
  /// False for what no arrival tells, and all that rests on it.
  bool will_be_known(NodeId id) const { return !nodes_[id].unknowable; }
  /// The known bytes in their places; origins only where they are still pending.
  void settle(uint8_t* bytes, Origin* origins, size_t size) const;

  // Arrivals.
  /// True if a node waits for the key.
  bool waits_for(const StateKey& key) const { return waiting_reads_.contains(key); }
  /// Computes everything that needed only this. Lookups that can be made now are left in `ready`.
  void arrive(const StateKey& key, const uint256& value);
  /// Lookups whose operands are known, in the order in which they became so; each is to be answered
  /// by one of the next three.
  std::vector<NodeId>& ready() { return ready_; }
  const Lookup& lookup_of(NodeId id) const { return std::get<Lookup>(nodes_[id].what); }
  void resolve(NodeId id, const uint256& value);
  /// It turned out to be the value of this key.
  void become_read(NodeId id, const StateKey& key);
  /// It turned out to be another promise.
  void forward(NodeId id, NodeId to);

  Mark mark() const {
    return {static_cast<uint32_t>(nodes_.size()), static_cast<uint32_t>(edges_.size())};
  }
  /// Forgets every node made since.
  void truncate(Mark to);

private:
  using Operands = std::array<PendingWord, 3>;
  struct Text {
    std::shared_ptr<const PendingBytes> bytes;
    bool hashed; ///< else a word
  };
  struct Node {
    uint256 value = {}; ///< the guess until resolved
    Trust trust = Trust::blind;
    bool resolved = false;
    bool unknowable = false;
    uint8_t op = 0;
    uint16_t waiting = 0; ///< edges from nodes not resolved
    uint32_t open = ~uint32_t{0};
    uint32_t first_edge = 0; ///< to its dependents
    std::variant<std::monostate, StateKey, Operands, Text, Lookup> what = {};
  };
  struct Edge {
    NodeId from, to;
    uint32_t next;
  };

  NodeId add(Node node);
  void depend(NodeId on, NodeId id);
  NodeId add_text(Node node, const PendingBytes& bytes);
  void propagate();
  void compute(NodeId id);
  uint256 evaluate(const Node& node) const;
  uint256 evaluate(const Text& text) const;

  std::vector<Node> nodes_; ///< the first is none
  std::vector<Edge> edges_; ///< the first is none
  std::unordered_map<StateKey, std::vector<NodeId>> waiting_reads_;
  std::vector<NodeId> ready_, settled_;
};

} // namespace runahead
