#include "depblock/flow/analysis.hpp"

#include "base/limits.hpp"
#include "depblock/flow/flow_passes.hpp"
#include "depblock/flow/jump_resolution.hpp"
#include "depblock/lift/lift.hpp"

namespace runahead::depblock {
namespace {

/// True if `operand` of an outline may come out as a literal: it is computed from nothing else.
/// Looks at a few instructions only.
bool may_fold(const Block& block, Operand operand, int depth = 4) {
  if (Lifter::is_left_out(operand)) return false;
  if (!operand.is_value()) return operand.is_literal();
  const Instr& instr = block.instrs[operand.id().index];
  if (depth == 0 || instr.bond() != Bond::pure || instr.arity() == 0) return false;
  for (const Operand taken : block.view().operands_of(instr))
    if (!may_fold(block, taken, depth - 1)) return false;
  return true;
}

/// True if the end's condition or target is computed, perhaps of literals only.
bool end_may_fold(const Block& block) {
  if (block.end.kind == EndKind::branch && may_fold(block, block.end.operands[1])) return true;
  return (block.end.kind == EndKind::jump || block.end.kind == EndKind::branch) &&
         block.end.operands[0].is_value() && block.end.operands[0] != Lifter::opaque;
}

} // namespace

FlowGraph analyse_flow(const Code& code, Fork fork, const BlockStarts& starts, PassTimes* times) {
  FlowGraph graph;
  Lifter lifter(code, fork);
  FoldConstants fold(fork);
  Block block;
  const auto lift = [&](BlockNumber number) {
    lifter.outline(starts.pc_of(number), block);
    if (!end_may_fold(block)) return block.view();
    lifter.lift(starts.pc_of(number), block);
    if (block.instrs.size() <= limits::pass_instructions) fold.run(block);
    return block.view();
  };
  size_t index = 0;
  const auto pass = [&](std::string_view name, auto&& run) {
    const auto start = std::chrono::steady_clock::now();
    run();
    if (times != nullptr) times->add(index++, name, std::chrono::steady_clock::now() - start);
  };
  pass("jump-resolution", [&] { JumpResolution(code, starts).run(lift, graph); });
  pass("certain-aborts", [&] { find_certain_aborts(graph); });
  pass("reconvergence", [&] { find_reconvergence(graph); });
  pass("merges", [&] { find_merges(graph); });
  return graph;
}

} // namespace runahead::depblock
