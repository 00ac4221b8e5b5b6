// From bytecode to a loose dependency block: one pass over the opcodes of a block, which moves
// references on a virtual stack and appends an instruction for each opcode that computes or does
// something. Linear; allocates only what the block's arrays need.
#pragma once

#include "code/code.hpp"
#include "depblock/form/block.hpp"

#include <memory>

namespace runahead::depblock {

/// One for many blocks of one code; not to be shared between threads. `code` must outlive it.
class Lifter {
public:
  Lifter(const Code& code, Fork fork);

  /// Lifts what begins at `pc` into `out`, which is cleared first. Any pc may begin a block; at or
  /// behind the end of the code there is a STOP. `chain`: jump destinations, ascending, that are to
  /// be merged in this order: where the block falls into the first, or jumps to it as a literal, it
  /// goes on there. A chain that does not fit is left where it ceases to. A few destinations in a
  /// row at the block's beginning are always merged.
  void lift(uint32_t pc, Block& out, std::span<const uint32_t> chain = {});

  /// The same without a chain and without most instructions: those are there that mask a value by
  /// AND or are computed of literals alone. In the place of other results stand operands that no
  /// instruction gives: `computed` for arithmetic, which passes may yet simplify, else `opaque`.
  /// The head, the end and the spills are as `lift` makes them.
  void outline(uint32_t pc, Block& out);
  static constexpr Operand opaque = Operand::of(ValueId{Operand::word_end - 1});
  static constexpr Operand computed = Operand::of(ValueId{Operand::word_end - 2});
  static constexpr bool is_left_out(Operand operand) {
    return operand == opaque || operand == computed;
  }

private:
  /// Which instructions are kept.
  enum class Keep : uint8_t { all, outline };

  struct Row;
  static const Row* rows_of(Fork fork);

  template <Keep keep>
  class Walk;

  const Code& code_;
  const Row* rows_; ///< by opcode
  std::unique_ptr<Operand[]> stack_;
};

} // namespace runahead::depblock
