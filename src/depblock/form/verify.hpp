// The judge of the form: what holds in every dependency block. Lifting, placing and each pass must
// leave a block of which all of this is true; debug builds check it after each.
//
//   instruction      its op is of the instruction set (form/instruction_set.hpp)
//   operand_range    its operands lie within the block's operand list
//   definition       a value operand names an earlier instruction that gives a result; in the end,
//                    any; in a spill, one before the spills
//   literal          a pool literal lies within the pool and is too wide for the operand itself
//   entry_slot       an unspill operand reads a slot from -required to -1
//   program_order    impure instructions and readers stand at ascending pcs, within the block
//   rest_gas         their gas of what follows does not grow, and is at most the block's
//   pure_is_free     pure instructions carry neither pc nor gas
//   paid             only an opcode with dynamic gas may be paid, and it has one effect: gas
//   stack_facts      -required <= delta <= growth
//   end              the end's kind, opcode and pc fit together
//   spill_slot       each slot is spilled at most once, lies from -required to delta - 1, and does
//                    not get its own old value
//   spill_place      the spills stand within the list or at its end
//   halting_spills   a block whose end halts spills nothing
//   new_slots        each slot from 0 to delta - 1 is spilled, if the block goes on
//   temporary        an unspill instruction stands in placed blocks only, and takes an entry slot
//   overwritten      (placed) behind a spill nobody reads the old value of its slot: neither a
//                    later spill, nor an instruction behind the spills, nor the end
//   needed           (placed) every result that is pure or a reader's is used
#pragma once

#include "base/result.hpp"
#include "depblock/form/block.hpp"

#include <string_view>

namespace runahead::depblock {

/// Nothing, or an error that begins with the broken invariant's name: `overwritten: ...`. A refused
/// block is always right. Linear in the block's size.
Result<void> verify(const BlockView& block);

/// Ends the program with a message that names `after` if the block is broken; in debug builds only.
void verify_in_debug(const BlockView& block, std::string_view after);

} // namespace runahead::depblock
