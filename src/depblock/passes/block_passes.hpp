// What is done to a loose block between lifting and placing. Each pass has a file of its own, is
// linear, leaves a sound block, and can be left out: the result is then only slower.
//
// Adding one: docs/recipes.md, "Add a pass".
#pragma once

#include "depblock/form/block.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace runahead::depblock {

/// Folds operations on literals and those that algebra settles; a branch on a literal becomes a
/// jump or a fall. An EXP with a literal exponent becomes pure: its gas is known and joins the
/// base.
class FoldConstants {
public:
  explicit FoldConstants(Fork fork) : exp_byte_gas_(gas_schedule(fork).exp_byte) {}
  void run(Block& block);

private:
  void pay_exponent(Block& block, uint32_t index);
  Operand simplified(Block& block, Instr& instr);
  void fold_branch(Block& block) const;

  int64_t exp_byte_gas_;
  std::vector<Operand> replaced_; ///< by instruction: what stands for its result
  std::vector<uint32_t>
      paid_gas_; ///< by instruction: dynamic gas that joined the base, if some did
};

/// Pure instructions with the same opcode and operands become one.
class ShareSubexpressions {
public:
  void run(Block& block);

private:
  std::vector<Operand> replaced_;
  std::vector<uint32_t> table_; ///< open addressing; instructions by their hash
};

/// Leaves out pure instructions and readers whose results nothing uses.
class RemoveDead {
public:
  void run(Block& block);

private:
  std::vector<uint32_t> places_; ///< by instruction: its new index
};

/// Time that passes took, summed over blocks.
struct PassTimes {
  struct Row {
    std::string_view pass;
    std::chrono::nanoseconds time{};
  };
  std::vector<Row> rows; ///< in the order of execution

  void add(size_t index, std::string_view pass, std::chrono::nanoseconds time);
};

/// The passes, with their buffers; not to be shared between threads.
class BlockPasses {
public:
  static constexpr std::array<std::string_view, 3> names = {"fold-constants",
                                                            "share-subexpressions", "remove-dead"};

  explicit BlockPasses(Fork fork) : fold_constants_(fork) {}

  /// Runs the first `count` of them on a loose block; in debug builds verifies it after each. A
  /// block of more than limits::pass_instructions is left as it is. `times` may be null.
  void run(Block& block, size_t count = names.size(), PassTimes* times = nullptr);

private:
  FoldConstants fold_constants_;
  ShareSubexpressions share_subexpressions_;
  RemoveDead remove_dead_;
};

} // namespace runahead::depblock
