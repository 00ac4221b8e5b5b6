// Immediate post-dominators as dominators of the reversed graph, by going over it in reverse
// postorder until nothing changes; the end of the frame is a block of its own there.
#include "base/limits.hpp"
#include "depblock/flow/flow_passes.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

class PostDominators {
public:
  explicit PostDominators(FlowGraph& graph)
      : graph_(graph), exit_(static_cast<BlockNumber>(graph.blocks.size())),
        rank_(exit_ + size_t{1}, no_block), parent_(exit_ + size_t{1}, no_block),
        steps_left_(int64_t{limits::reconvergence_rounds} * (exit_ + int64_t{1})) {}

  void run() {
    order_from_exit();
    parent_[exit_] = exit_;
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t i = order_.size() - 1; i-- > 0 && steps_left_ > 0;) changed |= improve(order_[i]);
    }
    if (steps_left_ <= 0) return;
    for (BlockNumber block = 0; block < exit_; ++block)
      if (parent_[block] != exit_) graph_.blocks[block].reconverges = parent_[block];
  }

private:
  bool leaves(BlockNumber block) const {
    const FlowBlock& node = graph_.blocks[block];
    return node.reached && (!goes_on(node.end) || node.unknown_jump || node.bad_jump ||
                            graph_.successors.of(block).empty());
  }

  /// Postorder of the reversed graph from the exit, which comes last.
  void order_from_exit() {
    struct Open {
      BlockNumber block;
      uint32_t next;
    };
    std::vector<bool> seen(exit_);
    std::vector<Open> open;
    const auto visit_from = [&](BlockNumber root) {
      if (seen[root]) return;
      seen[root] = true;
      open.push_back({root, 0});
      while (!open.empty()) {
        const BlockNumber block = open.back().block;
        const auto before = graph_.predecessors.of(block);
        if (open.back().next == before.size()) {
          rank_[block] = static_cast<uint32_t>(order_.size());
          order_.push_back(block);
          open.pop_back();
        } else if (const BlockNumber next = before[open.back().next++]; !seen[next]) {
          seen[next] = true;
          open.push_back({next, 0});
        }
      }
    };
    for (BlockNumber block = 0; block < exit_; ++block)
      if (leaves(block)) visit_from(block);
    rank_[exit_] = static_cast<uint32_t>(order_.size());
    order_.push_back(exit_);
  }

  /// The nearest common ancestor, as far as parents are known; anything once no steps are left.
  BlockNumber meet(BlockNumber a, BlockNumber b) {
    for (; a != b && steps_left_ > 0; --steps_left_)
      if (rank_[a] < rank_[b])
        a = parent_[a];
      else
        b = parent_[b];
    return a;
  }

  bool improve(BlockNumber block) {
    --steps_left_;
    BlockNumber parent = leaves(block) ? exit_ : no_block;
    for (const BlockNumber next : graph_.successors.of(block))
      if (parent_[next] != no_block) parent = parent == no_block ? next : meet(parent, next);
    if (parent == no_block || parent == parent_[block]) return false;
    parent_[block] = parent;
    return true;
  }

  FlowGraph& graph_;
  BlockNumber exit_;
  std::vector<BlockNumber> order_;
  std::vector<uint32_t> rank_;      ///< by block: its place in `order_`
  std::vector<BlockNumber> parent_; ///< by block
  int64_t steps_left_;              ///< as many as the rounds over all blocks take
};

} // namespace

void find_reconvergence(FlowGraph& graph) { PostDominators(graph).run(); }

} // namespace runahead::depblock
