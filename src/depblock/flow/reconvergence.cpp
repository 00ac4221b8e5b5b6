// Immediate post-dominators as dominators of the reversed graph, in which the end of the frame is a
// block of its own and the root: semidominators first (Lengauer and Tarjan 1979), from which
// dominators follow by walking up what is already known of the tree (Georgiadis 2005).
#include "base/limits.hpp"
#include "depblock/flow/flow_passes.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

class PostDominators {
public:
  explicit PostDominators(FlowGraph& graph) : graph_(graph), number_(graph.blocks.size(), none) {
    nodes_.reserve(graph.blocks.size() + 1);
  }

  void run() {
    number_from_exit();
    for (uint32_t i = static_cast<uint32_t>(nodes_.size()); i-- > 1;) find_semidominator(i);
    auto steps_left = int64_t{limits::reconvergence_rounds} * static_cast<int64_t>(nodes_.size());
    for (uint32_t i = 1; i < nodes_.size(); ++i) {
      uint32_t& dominator = nodes_[i].parent;
      for (; dominator > nodes_[i].semidominator; --steps_left)
        dominator = nodes_[dominator].parent;
      if (steps_left <= 0) return;
    }
    for (const Node& node : std::span(nodes_).subspan(1))
      if (node.parent != exit) graph_.blocks[node.block].reconverges = nodes_[node.parent].block;
  }

private:
  static constexpr uint32_t exit = 0, none = 0xffffffff;

  /// A block that comes to the exit; they are numbered in the order of a depth-first search from
  /// there.
  struct Node {
    BlockNumber block;
    uint32_t parent; ///< in the tree of the search; later, its dominator
    uint32_t semidominator;
    uint32_t up;    ///< an ancestor: the parent, or a higher one once paths are shortened
    uint32_t least; ///< the least semidominator from here up to below `up`
  };

  bool leaves(BlockNumber block) const {
    const FlowBlock& node = graph_.blocks[block];
    return node.reached && (!goes_on(node.end) || node.unknown_jump || node.bad_jump ||
                            graph_.successors.of(block).empty());
  }

  void add(BlockNumber block, uint32_t parent) {
    const auto number = static_cast<uint32_t>(nodes_.size());
    if (block != no_block) number_[block] = number;
    nodes_.push_back({block, parent, number, parent, number});
  }

  void number_from_exit() {
    struct Open {
      uint32_t number, next;
    };
    std::vector<Open> open;
    add(no_block, exit);
    for (BlockNumber root = 0; root < graph_.blocks.size(); ++root) {
      if (number_[root] != none || !leaves(root)) continue;
      add(root, exit);
      open.push_back({number_[root], 0});
      while (!open.empty()) {
        auto& [number, next] = open.back();
        const auto before = graph_.predecessors.of(nodes_[number].block);
        while (next < before.size() && number_[before[next]] != none) ++next;
        if (next == before.size()) {
          open.pop_back();
          continue;
        }
        add(before[next], number);
        open.push_back({number_[before[next]], 0});
      }
    }
  }

  /// The least semidominator on the path from `number` to its highest ancestor that is not below
  /// `first`; all from `first` on have theirs. Shortens the path.
  uint32_t least_up_to(uint32_t first, uint32_t number) {
    path_.clear();
    uint32_t at = number;
    for (; nodes_[at].up >= first; at = nodes_[at].up) path_.push_back(at);
    const uint32_t up = nodes_[at].up;
    uint32_t least = nodes_[at].least;
    for (; !path_.empty(); path_.pop_back()) {
      Node& node = nodes_[path_.back()];
      least = node.least = std::min(node.least, least);
      node.up = up;
    }
    return least;
  }

  void find_semidominator(uint32_t number) {
    Node& node = nodes_[number];
    uint32_t least = leaves(node.block) ? exit : node.parent;
    for (const BlockNumber next : graph_.successors.of(node.block))
      if (const uint32_t from = number_[next]; from != none)
        least = std::min(least, from <= number ? from : least_up_to(number + 1, from));
    node.semidominator = node.least = least;
  }

  FlowGraph& graph_;
  std::vector<uint32_t> number_; ///< by block; none if it never comes to the exit
  std::vector<Node> nodes_;      ///< the exit first
  std::vector<uint32_t> path_;
};

} // namespace

void find_reconvergence(FlowGraph& graph) { PostDominators(graph).run(); }

} // namespace runahead::depblock
