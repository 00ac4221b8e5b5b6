// Random programs that visit the corners of engines: every opcode with operands that make sense
// most of the time, the sequences that engines fuse, jumps to good and bad places, calls, creates,
// loops, deep stacks, code that ends inside an immediate. And real contracts with small damages.
#pragma once

#include "base/random.hpp"
#include "differential/machine_case.hpp"

#include <span>
#include <vector>

namespace runahead::differential {

class ProgramGenerator {
public:
  /// `random` must outlive it.
  ProgramGenerator(Random& random, Fork fork) : random_(random), fork_(fork) {}

  Bytes generate();

private:
  void op(uint8_t byte);
  void push(const uint256& value);
  void push(uint64_t value) { push(uint256{value}); }
  void push_wide(const uint256& value, unsigned bytes);
  void push_address();
  void push_label();
  void push_operands(uint8_t opcode);
  bool defined(uint8_t opcode) const { return info(opcode).defined_in(fork_); }
  uint256 small();

  void instruction();
  void any_instruction();
  uint8_t any_of(std::span<const uint8_t> opcodes);
  uint8_t computing_opcode();
  void compute();
  void fused();
  void jump();
  void call();
  void create();
  void loop();
  void deep_stack();
  void grow_memory();
  void destination();
  void end();
  void keep_result();
  void show_results();
  void fill_labels();

  Random& random_;
  Fork fork_;
  Bytes code_;
  int height_ = 0; ///< as far as code runs straight
  std::vector<size_t> destinations_;
  std::vector<size_t> labels_; ///< where two bytes of an immediate wait for a destination
};

/// One to four instructions of `code` changed, left out, doubled or cut off.
Bytes damaged(const Bytes& code, Random& random);

/// Call data that may get past a dispatcher: a selector that `code` compares with, and arguments.
Bytes call_data_for(const Bytes& code, Random& random);

/// A whole case. `real` are codes of real contracts; there may be none.
MachineCase random_case(Random& random, std::span<const Bytes> real);

} // namespace runahead::differential
