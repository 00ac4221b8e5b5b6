#include "base/random.hpp"
#include "depblock/flow/analysis.hpp"
#include "depblock/flow/flow_passes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runahead::depblock {
namespace {

/// The analysed graph of some bytecode, asked by pc.
class Flow {
public:
  explicit Flow(const Bytes& bytes)
      : code(bytes), starts(code), graph(analyse_flow(code, Fork::osaka, starts)) {}

  const FlowBlock& at(uint32_t pc) const { return graph.blocks[*starts.at(pc)]; }
  std::vector<uint32_t> to(uint32_t pc) const {
    std::vector<uint32_t> pcs;
    for (const BlockNumber block : graph.successors.of(*starts.at(pc)))
      pcs.push_back(starts.pc_of(block));
    return pcs;
  }

  Code code;
  BlockStarts starts;
  FlowGraph graph;
};

using Pcs = std::vector<uint32_t>;

/// A function at 14 that is called from two places and returns.
const Bytes two_calls{OP_PUSH1,    6,        OP_PUSH1,    14,       OP_JUMP, OP_INVALID,
                      OP_JUMPDEST, OP_PUSH1, 12,          OP_PUSH1, 14,      OP_JUMP,
                      OP_JUMPDEST, OP_STOP,  OP_JUMPDEST, OP_JUMP};

TEST(JumpResolution, ReturnAddressesAreFollowed) {
  const Flow flow(two_calls);
  EXPECT_EQ(flow.to(0), Pcs{14});
  EXPECT_EQ(flow.to(6), Pcs{14});
  EXPECT_EQ(flow.to(14), (Pcs{6, 12}));
  EXPECT_EQ(flow.at(14).contexts, 2);
  EXPECT_FALSE(flow.graph.has_unknown_jump);
  EXPECT_FALSE(flow.at(14).literal_jump);
  EXPECT_TRUE(flow.at(0).literal_jump);
}

TEST(JumpResolution, TargetsAreSeenThroughMasks) {
  // PUSH1 8, PUSH1 4, JUMP; 5: JUMPDEST, PUSH2 0xffff, AND, JUMP; 11: JUMPDEST
  const Flow flow({OP_PUSH1, 11, OP_PUSH1, 5, OP_JUMP, OP_JUMPDEST, OP_PUSH2, 0xff, 0xff, OP_AND,
                   OP_JUMP, OP_JUMPDEST});
  EXPECT_EQ(flow.to(5), Pcs{11});
  EXPECT_FALSE(flow.graph.has_unknown_jump);
}

TEST(JumpResolution, TargetsAreSeenThroughWhatAlgebraSettles) {
  // PUSH1 9, PUSH1 5, JUMP; 5: JUMPDEST, PUSH0, ADD, JUMP; 9: JUMPDEST
  const Flow flow(
      {OP_PUSH1, 9, OP_PUSH1, 5, OP_JUMP, OP_JUMPDEST, OP_PUSH0, OP_ADD, OP_JUMP, OP_JUMPDEST});
  EXPECT_EQ(flow.to(5), Pcs{9});
  EXPECT_FALSE(flow.graph.has_unknown_jump);
}

/// A function at 13, called from 0 and 5, that calls the one at 21 from one place.
const Bytes nested_calls{OP_PUSH1,    5,        OP_PUSH1,    13,       OP_JUMP,          // 0
                         OP_JUMPDEST, OP_PUSH1, 11,          OP_PUSH1, 13,      OP_JUMP, // 5
                         OP_JUMPDEST, OP_STOP,                                           // 11
                         OP_JUMPDEST, OP_PUSH1, 19,          OP_PUSH1, 21,      OP_JUMP, // 13
                         OP_JUMPDEST, OP_JUMP,  OP_JUMPDEST, OP_JUMP};                   // 19, 21

TEST(JumpResolution, FunctionsThatCallFunctions) {
  const Flow flow(nested_calls);
  EXPECT_EQ(flow.to(21), Pcs{19});
  EXPECT_EQ(flow.to(19), (Pcs{5, 11}));
  EXPECT_EQ(flow.at(21).contexts, 2);
  EXPECT_EQ(flow.at(11).contexts, 1);
  EXPECT_FALSE(flow.graph.has_unknown_jump);
}

TEST(JumpResolution, UnknownIsSaid) {
  const Flow flow(
      {OP_PUSH0, OP_CALLDATALOAD, OP_JUMP, OP_JUMPDEST, OP_STOP, OP_JUMPDEST, OP_INVALID, OP_ADD});
  EXPECT_TRUE(flow.at(0).unknown_jump);
  EXPECT_TRUE(flow.graph.has_unknown_jump);
  EXPECT_EQ(flow.to(0), Pcs{});
  EXPECT_TRUE(flow.at(3).reached) << "any destination may be meant";
  EXPECT_TRUE(flow.at(5).reached);
}

TEST(JumpResolution, BadJumpsAndDeadCode) {
  const Flow flow({OP_PUSH1, 3, OP_JUMP, OP_STOP, OP_JUMPDEST, OP_STOP});
  EXPECT_TRUE(flow.at(0).bad_jump);
  EXPECT_FALSE(flow.graph.has_unknown_jump);
  EXPECT_FALSE(flow.at(4).reached);
  EXPECT_TRUE(flow.at(0).only_aborts);
}

TEST(JumpResolution, BranchOnALiteralHasOneSide) {
  const Flow flow({OP_PUSH1, 1, OP_PUSH1, 6, OP_JUMPI, OP_INVALID, OP_JUMPDEST, OP_STOP});
  EXPECT_EQ(flow.to(0), Pcs{6});
  EXPECT_FALSE(flow.at(5).reached);
}

TEST(JumpResolution, BoundOnContextsIsSaid) {
  // A loop that pushes one more return address each round.
  const Flow flow({OP_JUMPDEST, OP_PUSH0, OP_PUSH0, OP_JUMP});
  EXPECT_TRUE(flow.graph.blocks[0].reached);
  EXPECT_LE(flow.graph.blocks[0].contexts, 300);
  EXPECT_EQ(flow.to(0), Pcs{0});
}

TEST(CertainAborts, SidesThatCannotSucceed) {
  const Flow flow(
      {OP_CALLVALUE, OP_PUSH1, 7, OP_JUMPI, OP_PUSH0, OP_PUSH0, OP_REVERT, OP_JUMPDEST, OP_STOP});
  EXPECT_TRUE(flow.at(4).only_aborts);
  EXPECT_FALSE(flow.at(7).only_aborts);
  EXPECT_FALSE(flow.at(0).only_aborts);
  EXPECT_FALSE(Flow({OP_PUSH0, OP_CALLDATALOAD, OP_JUMP}).at(0).only_aborts) << "unknown";
}

TEST(Reconvergence, SidesOfABranchMeet) {
  // 4 jumps to 11, 9 falls into it.
  const Flow flow({OP_CALLVALUE, OP_PUSH1, 8, OP_JUMPI, OP_PUSH1, 10, OP_JUMP, OP_INVALID,
                   OP_JUMPDEST, OP_CALLER, OP_JUMPDEST, OP_STOP});
  ASSERT_NE(flow.at(0).reconverges, no_block);
  EXPECT_EQ(flow.starts.pc_of(flow.at(0).reconverges), 10u);
  EXPECT_EQ(flow.at(10).reconverges, no_block);
}

TEST(Reconvergence, SidesThatEndApartDoNot) {
  const Flow flow({OP_CALLVALUE, OP_PUSH1, 5, OP_JUMPI, OP_STOP, OP_JUMPDEST, OP_STOP});
  EXPECT_EQ(flow.at(0).reconverges, no_block);
}

TEST(Reconvergence, LoopMeetsBehindItself) {
  // 0: JUMPDEST, CALLVALUE, PUSH0, JUMPI; 4: STOP
  const Flow flow({OP_JUMPDEST, OP_CALLVALUE, OP_PUSH0, OP_JUMPI, OP_STOP});
  ASSERT_NE(flow.at(0).reconverges, no_block);
  EXPECT_EQ(flow.starts.pc_of(flow.at(0).reconverges), 4u);
}

/// A graph of up to nine blocks that is drawn: some end, some leave for an unknown place.
FlowGraph random_graph(Random& random) {
  FlowGraph graph;
  graph.blocks.resize(random.between(1, 9));
  const auto count = static_cast<BlockNumber>(graph.blocks.size());
  std::vector<std::pair<BlockNumber, BlockNumber>> edges;
  for (BlockNumber block = 0; block < count; ++block) {
    FlowBlock& node = graph.blocks[block];
    node.reached = true;
    node.end = random.chance(0.2) ? EndKind::stop : EndKind::branch;
    node.unknown_jump = random.chance(0.05);
    const size_t sides = node.end == EndKind::stop ? 0 : random.between(1, 3);
    for (size_t i = 0; i < sides; ++i)
      edges.emplace_back(block, static_cast<BlockNumber>(random.below(count)));
  }
  graph.successors = Edges(count, edges);
  graph.predecessors = graph.successors.reversed();
  return graph;
}

/// True if some path leads from `from` to an end of the frame without coming to `without`.
bool may_end(const FlowGraph& graph, BlockNumber from, BlockNumber without) {
  std::vector<bool> seen(graph.blocks.size());
  std::vector<BlockNumber> open{from};
  while (!open.empty()) {
    const BlockNumber block = open.back();
    open.pop_back();
    if (block == without || seen[block]) continue;
    seen[block] = true;
    if (graph.blocks[block].end == EndKind::stop || graph.blocks[block].unknown_jump) return true;
    for (const BlockNumber next : graph.successors.of(block)) open.push_back(next);
  }
  return false;
}

/// The same by its meaning: of those that every path to an end comes through, the one that the
/// others are behind.
BlockNumber first_meeting(const FlowGraph& graph, BlockNumber block) {
  if (!may_end(graph, block, no_block)) return no_block;
  std::vector<BlockNumber> all;
  for (BlockNumber other = 0; other < graph.blocks.size(); ++other)
    if (other != block && !may_end(graph, block, other)) all.push_back(other);
  for (const BlockNumber one : all)
    if (std::ranges::all_of(
            all, [&](BlockNumber other) { return other == one || !may_end(graph, one, other); }))
      return one;
  return no_block;
}

TEST(Reconvergence, IsTheFirstBlockOnEveryPath) {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%lu\n", seed);
  Random random(seed);
  int found = 0;
  for (int i = 0; i < 3000; ++i) {
    FlowGraph graph = random_graph(random);
    find_reconvergence(graph);
    for (BlockNumber block = 0; block < graph.blocks.size(); ++block) {
      ASSERT_EQ(graph.blocks[block].reconverges, first_meeting(graph, block))
          << "graph " << i << ", block " << block;
      found += graph.blocks[block].reconverges != no_block;
    }
  }
  EXPECT_GT(found, 1000);
}

TEST(Merges, OnlyWhatAlwaysFollows) {
  const Flow flow(
      {OP_PUSH1, 4, OP_JUMP, OP_INVALID, OP_JUMPDEST, OP_PUSH0, OP_MLOAD, OP_JUMPDEST, OP_STOP});
  std::vector<uint32_t> chain;
  chain_of(flow.graph, 0, chain);
  EXPECT_EQ(chain, (Pcs{4, 7}));
  const Flow shared(two_calls);
  chain_of(shared.graph, 0, chain);
  EXPECT_EQ(chain, Pcs{}) << "two come to it";
}

} // namespace
} // namespace runahead::depblock
