// The basic blocks of a code (the contract: code/block_facts.hpp), where each goes on to, and which
// of them control can arrive at. For people and tools; engines cut the same blocks in one pass of
// their own.
#pragma once

#include "code/block_facts.hpp"
#include "code/disassembly.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace runahead {

/// How control leaves a block.
enum class BlockEnd : uint8_t {
  falls, ///< into the JUMPDEST behind it
  jump,
  jumpi, ///< jumps or goes on behind it
  stop,
  returns,
  reverts,
  selfdestruct,
  invalid,   ///< INVALID
  undefined, ///< a byte that the fork does not define
  code_end,  ///< behind the last byte, which is a STOP (Yellow Paper 9.4.1)
};

/// `fallthrough`, `jump`, … `end`.
std::string_view name(BlockEnd end);

/// What can be told of how control arrives, without running anything.
enum class Reach : uint8_t {
  straight, ///< from the first instruction over literal jumps and falling through alone
  computed, ///< only by way of a jump whose target is computed
  dead,     ///< not at all
};

/// `straight`, `computed` or `dead`.
std::string_view name(Reach reach);

struct BasicBlock {
  uint32_t start = 0; ///< pc of its first instruction
  uint32_t end = 0;   ///< pc behind its last byte that is in the code
  uint32_t instructions = 0;
  BlockMeter meter; ///< its own, not what follows
  BlockEnd how = BlockEnd::code_end;
  bool entered_by_jump = false; ///< begins with JUMPDEST
  /// Of a jump: what the PUSH right in front of it pushes; empty where there is none.
  std::optional<uint256> target = {};
  bool target_is_good = false; ///< `target` is a jump destination
  Reach reach = Reach::dead;

  bool jumps() const { return how == BlockEnd::jump || how == BlockEnd::jumpi; }
  bool goes_on_behind() const { return how == BlockEnd::falls || how == BlockEnd::jumpi; }
};

/// All blocks, by pc; they cover every byte of the code. None of an empty code. Linear.
std::vector<BasicBlock> basic_blocks(const Code& code, Fork fork);

struct BlockTotals {
  size_t blocks = 0, dead_blocks = 0, computed_blocks = 0;
  uint64_t bytes = 0, dead_bytes = 0;
  uint64_t instructions = 0;
  uint64_t gas = 0; ///< base gas of all blocks
  size_t literal_jumps = 0, computed_jumps = 0, bad_jumps = 0;
};

/// `bad_jumps` go to literals that are no jump destinations, and are no `literal_jumps`.
BlockTotals total_of(std::span<const BasicBlock> blocks);

} // namespace runahead
