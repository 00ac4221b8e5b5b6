// The text form of dependency blocks. What is printed can be parsed again, and gives the same
// block.
//
//   block 0 opcodes 6 gas 20017 need 2 grow 1 delta -1
//     $0 = ADD #1 @-1
//     SSTORE $0 @-2 at 3 rest 14
//     spill #42 -2
//     JUMP #12 at 8
//
// `$0` is a value, `#42` a literal, `@-1` what slot -1 held at entry; pcs, gas and numbers below
// 2^30 are decimal, wider ones hexadecimal. The head line goes on with `pieces N` where blocks were
// merged and `loose` where it is not placed. `EXP.paid` has its dynamic gas in the base. The ends
// are JUMP TARGET, JUMPI TARGET CONDITION (the pc behind it is next), FALL, STOP, RETURN, REVERT,
// SELFDESTRUCT, INVALID, UNDEFINED OPCODE and REFUSED, each with `at PC`.
#pragma once

#include "base/result.hpp"
#include "depblock/form/block.hpp"

#include <string>
#include <string_view>

namespace runahead::depblock {

/// Ends with a line break.
std::string print(const BlockView& block);
std::string print(const BlockView& block, Operand operand);
/// `ADD`, `EXP.paid`, `unspill`.
std::string name_of(const Instr& instr);

/// One block. Lines may be indented; what follows `;` is a comment. An error names the line.
/// Whether the block is a sound one is the verifier's business.
Result<Block> parse_block(std::string_view text);

} // namespace runahead::depblock
