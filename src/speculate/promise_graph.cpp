#include "speculate/promise_graph.hpp"

#include "crypto/keccak.hpp"
#include "ops/pure.hpp"
#include "speculate/open_bytes.hpp"

#include <algorithm>
#include <cassert>

namespace runahead {

void PromiseGraph::clear() {
  nodes_.assign(1, Node{});
  nodes_[0].resolved = true;
  edges_.assign(1, Edge{});
  waiting_reads_.clear();
  ready_.clear();
}

// Making nodes -----------------------------------------------------------------------------------

NodeId PromiseGraph::add(Node node) {
  nodes_.push_back(std::move(node));
  return static_cast<NodeId>(nodes_.size() - 1);
}

void PromiseGraph::depend(NodeId on, NodeId id) {
  edges_.push_back({on, id, nodes_[on].first_edge});
  nodes_[on].first_edge = static_cast<uint32_t>(edges_.size() - 1);
  Node& node = nodes_[id];
  ++node.waiting;
  node.unknowable = node.unknowable || nodes_[on].unknowable;
  node.trust = std::max(node.trust, nodes_[on].trust);
}

NodeId PromiseGraph::read(const StateKey& key, const uint256& guess, Trust trust) {
  std::vector<NodeId>& waiting = waiting_reads_[key];
  if (!waiting.empty()) return waiting.front();
  waiting.push_back(add({.value = guess, .trust = trust, .what = key}));
  return waiting.back();
}

PendingWord PromiseGraph::pure(uint8_t op, const uint256& value,
                               std::span<const PendingWord> operands) {
  Operands kept;
  std::ranges::copy(operands, kept.begin());
  const uint32_t open =
      open_bytes_of(op, {kept[0].value, open_bytes(kept[0])}, {kept[1].value, open_bytes(kept[1])});
  if (open == 0) return {value, 0};
  const NodeId id =
      add({.value = value, .trust = Trust::known, .op = op, .open = open, .what = kept});
  for (const PendingWord& operand : operands)
    if (!operand.known()) depend(operand.node, id);
  return {value, id};
}

NodeId PromiseGraph::add_text(Node node, const PendingBytes& bytes) {
  const NodeId id = add(std::move(node));
  NodeId last = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const NodeId from = node_of(bytes.origins()[i]);
    if (from != 0 && from != last && !nodes_[from].resolved) depend(from, id);
    if (from != 0) last = from;
  }
  return id;
}

void PromiseGraph::settle(uint8_t* bytes, Origin* origins, size_t size) const {
  for (size_t i = 0; i < size; ++i) {
    const Node& node = nodes_[node_of(origins[i])];
    if (origins[i] == 0 || !node.resolved) continue;
    const unsigned low = 31 - byte_of(origins[i]);
    bytes[i] = static_cast<uint8_t>(node.value.w[low / 8] >> (low % 8 * 8));
    origins[i] = 0;
  }
}

PendingWord PromiseGraph::word(const uint8_t* raw, const Origin* raw_origins) {
  Bytes bytes(raw, raw + 32);
  std::vector<Origin> origins(raw_origins, raw_origins + 32);
  settle(bytes.data(), origins.data(), 32);
  const uint256 value = load_be(bytes.data());
  uint32_t open = 0;
  NodeId first = 0;
  bool same = true; // all of it is one promise, in its own places
  for (unsigned i = 0; i < 32; ++i) {
    if (origins[i] == 0) continue;
    open |= uint32_t{1} << (31 - i);
    if (first == 0) first = node_of(origins[i]);
    same = same && origins[i] == origin_of(first, i);
  }
  if (open == 0) return {value, 0};
  if (same && open == nodes_[first].open && value == nodes_[first].value) return {value, first};
  const auto kept = std::make_shared<const PendingBytes>(std::move(bytes), std::move(origins));
  return {value,
          add_text({.value = value, .trust = Trust::known, .open = open, .what = Text{kept, false}},
                   *kept)};
}

PendingWord PromiseGraph::hash(const PendingBytes& raw) {
  Bytes bytes = to_bytes(raw.bytes());
  std::vector<Origin> origins;
  if (raw.origins() != nullptr) origins.assign(raw.origins(), raw.origins() + bytes.size());
  settle(bytes.data(), origins.data(), origins.size());
  if (std::ranges::all_of(origins, [](Origin o) { return o == 0; }))
    return {from(keccak256(bytes)), 0};
  const auto kept = std::make_shared<const PendingBytes>(std::move(bytes), std::move(origins));
  const NodeId id = add_text({.trust = Trust::known, .what = Text{kept, true}}, *kept);
  // Of a blind guess the hash is no better than zero, and costs more.
  if (nodes_[id].trust != Trust::blind) nodes_[id].value = from(keccak256(kept->bytes()));
  return {nodes_[id].value, id};
}

PendingWord PromiseGraph::lookup(Lookup what, const uint256& guess, Trust trust) {
  const NodeId id = add({.value = guess, .trust = trust});
  for (const PendingWord& operand : what.operands)
    if (!operand.known() && !nodes_[operand.node].resolved) depend(operand.node, id);
  nodes_[id].what = std::move(what);
  return {guess, id};
}

PendingWord PromiseGraph::unknown(const uint256& guess) {
  return {guess, add({.value = guess, .unknowable = true})};
}

// Arrivals ---------------------------------------------------------------------------------------

void PromiseGraph::arrive(const StateKey& key, const uint256& value) {
  const auto found = waiting_reads_.find(key);
  if (found == waiting_reads_.end()) return;
  const std::vector<NodeId> waiting = std::move(found->second);
  waiting_reads_.erase(found);
  for (const NodeId id : waiting) resolve(id, value);
}

void PromiseGraph::resolve(NodeId id, const uint256& value) {
  nodes_[id].value = value;
  nodes_[id].resolved = true;
  settled_.push_back(id);
  propagate();
}

void PromiseGraph::propagate() {
  while (!settled_.empty()) {
    const NodeId done = settled_.back();
    settled_.pop_back();
    for (uint32_t e = nodes_[done].first_edge; e != 0; e = edges_[e].next)
      if (Node& node = nodes_[edges_[e].to]; !node.resolved && --node.waiting == 0)
        compute(edges_[e].to);
  }
}

/// Everything that the node waited for is known.
void PromiseGraph::compute(NodeId id) {
  Node& node = nodes_[id];
  if (std::holds_alternative<Lookup>(node.what)) {
    auto& operands = std::get<Lookup>(node.what).operands;
    for (PendingWord& operand : operands) operand = settle(operand);
    return ready_.push_back(id);
  }
  node.value = evaluate(node);
  node.resolved = true;
  settled_.push_back(id);
}

uint256 PromiseGraph::evaluate(const Node& node) const {
  if (const Text* text = std::get_if<Text>(&node.what)) return evaluate(*text);
  const Operands& o = std::get<Operands>(node.what);
  const ops::PureOp& pure = ops::pure_table[node.op];
  const uint256 a = settle(o[0]).value;
  if (pure.fn1 != nullptr) return pure.fn1(a);
  if (pure.fn2 != nullptr) return pure.fn2(a, settle(o[1]).value);
  return pure.fn3(a, settle(o[1]).value, settle(o[2]).value);
}

uint256 PromiseGraph::evaluate(const Text& text) const {
  Bytes bytes = to_bytes(text.bytes->bytes());
  std::vector<Origin> origins(text.bytes->origins(), text.bytes->origins() + bytes.size());
  settle(bytes.data(), origins.data(), bytes.size());
  return text.hashed ? from(keccak256(bytes)) : load_be(bytes.data());
}

void PromiseGraph::become_read(NodeId id, const StateKey& key) {
  nodes_[id].what = key;
  waiting_reads_[key].push_back(id);
}

void PromiseGraph::forward(NodeId id, NodeId to) {
  nodes_[id].what = Operands{PendingWord{nodes_[to].value, to}, PendingWord{}, PendingWord{}};
  nodes_[id].op = OP_OR; // with zero
  depend(to, id);
}

// Going back -------------------------------------------------------------------------------------

void PromiseGraph::truncate(Mark to) {
  // Edges that were made late, for nodes that stay.
  std::vector<Edge> kept;
  while (edges_.size() > to.edges) {
    const Edge& edge = edges_.back();
    nodes_[edge.from].first_edge = edge.next;
    if (edge.to < to.nodes && !nodes_[edge.to].resolved) kept.push_back(edge);
    edges_.pop_back();
  }
  for (size_t id = to.nodes; id < nodes_.size(); ++id) {
    const StateKey* key = std::get_if<StateKey>(&nodes_[id].what);
    if (key == nullptr || nodes_[id].resolved) continue;
    const auto waiting = waiting_reads_.find(*key);
    if (waiting == waiting_reads_.end()) continue;
    std::erase(waiting->second, id);
    if (waiting->second.empty()) waiting_reads_.erase(waiting);
  }
  nodes_.resize(to.nodes);
  std::erase_if(ready_, [&](NodeId id) { return id >= to.nodes; });
  for (auto edge = kept.rbegin(); edge != kept.rend(); ++edge) {
    assert(edge->from < to.nodes);
    edges_.push_back({edge->from, edge->to, nodes_[edge->from].first_edge});
    nodes_[edge->from].first_edge = static_cast<uint32_t>(edges_.size() - 1);
  }
}

} // namespace runahead
