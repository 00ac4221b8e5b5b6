#include "depblock/show/census.hpp"

#include "depblock/run/block_table.hpp"

#include <cstdio>

namespace runahead::depblock {
namespace {

bool counts_as_instruction(EndKind end) { return end != EndKind::fall && end != EndKind::refused; }

/// Each piece of a merged block counts once, as part of it.
void count_block(const BlockView& block, Census& census) {
  census.instructions += block.instrs.size() + counts_as_instruction(block.end.kind);
  census.spills += block.spills.size();
  const auto count_unspills = [&](std::span<const Operand> operands) {
    for (const Operand operand : operands) census.unspills += operand.is_unspill();
  };
  for (const Instr& instr : block.instrs) {
    if (instr.op == op_unspill) {
      ++census.temporaries;
      --census.instructions;
    }
    count_unspills(block.operands_of(instr));
  }
  for (const Spill& spill : block.spills) census.unspills += spill.value.is_unspill();
  count_unspills(block.end_operands());
}

void count_flow(const FlowBlock& node, Census& census) {
  ++census.blocks;
  census.opcodes += node.opcodes;
  census.merged += node.merged_into != no_block;
  census.aborting_blocks += node.only_aborts;
  if (node.end == EndKind::branch) {
    ++census.branches;
    census.reconverging_branches += node.reconverges != no_block;
  }
  if (node.end != EndKind::jump && node.end != EndKind::branch) return;
  ++census.jumps;
  census.literal_jumps += node.literal_jump;
  census.resolved_jumps += !node.unknown_jump;
}

} // namespace

Census& Census::operator+=(const Census& other) {
  codes += other.codes;
  bytes += other.bytes;
  reached_bytes += other.reached_bytes;
  blocks += other.blocks;
  opcodes += other.opcodes;
  instructions += other.instructions;
  temporaries += other.temporaries;
  spills += other.spills;
  unspills += other.unspills;
  merged += other.merged;
  jumps += other.jumps;
  literal_jumps += other.literal_jumps;
  resolved_jumps += other.resolved_jumps;
  aborting_blocks += other.aborting_blocks;
  reconverging_branches += other.reconverging_branches;
  branches += other.branches;
  codes_resolved += other.codes_resolved;
  codes_cut_short += other.codes_cut_short;
  return *this;
}

Census take_census(const Code& code, Fork fork) {
  const BlockTable table(code, fork);
  const FlowGraph& flow = table.flow();
  Census census{.codes = 1, .bytes = code.size()};
  std::vector<bool> covered(code.size());
  for (BlockNumber number = 0; number < table.starts().count(); ++number) {
    const FlowBlock& node = flow.blocks[number];
    if (!node.reached) continue;
    count_flow(node, census);
    if (node.merged_into == no_block) count_block(table.block(number), census);
    for (uint32_t i = 0; i < node.bytes; ++i) covered[node.pc + i] = true;
  }
  for (const bool byte : covered) census.reached_bytes += byte;
  census.codes_resolved = !flow.has_unknown_jump;
  census.codes_cut_short = flow.cut_short;
  return census;
}

std::string print(const Census& c) {
  std::string out;
  const auto line = [&](const char* what, uint64_t count, uint64_t of, const char* unit) {
    char text[160];
    const double share = of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
    std::snprintf(text, sizeof text, "%-28s %10lu   %.3f %s\n", what, count, share, unit);
    out += text;
  };
  line("codes", c.codes, c.codes, "");
  line("codes with all jumps known", c.codes_resolved, c.codes, "of them");
  line("codes where a bound was met", c.codes_cut_short, c.codes, "of them");
  line("bytes", c.bytes, c.codes, "per code");
  line("bytes never reached", c.bytes - c.reached_bytes, c.bytes, "of them");
  line("basic blocks", c.blocks, c.codes, "per code");
  line("blocks merged into another", c.merged, c.blocks, "of them");
  line("blocks that only abort", c.aborting_blocks, c.blocks, "of them");
  line("opcodes", c.opcodes, c.blocks, "per block");
  line("dependency instructions", c.instructions, c.opcodes, "per opcode");
  line("spills", c.spills, c.blocks, "per block");
  line("unspills", c.unspills, c.blocks, "per block");
  line("temporaries for spills", c.temporaries, c.blocks, "per block");
  line("jumps", c.jumps, c.blocks, "per block");
  line("jumps to literals", c.literal_jumps, c.jumps, "of them");
  line("jumps resolved", c.resolved_jumps, c.jumps, "of them");
  line("branches that reconverge", c.reconverging_branches, c.branches, "of the branches");
  return out;
}

} // namespace runahead::depblock
