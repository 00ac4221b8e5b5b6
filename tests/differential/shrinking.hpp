// Smaller variants of a case, one after another, the boldest first: without an account, without
// data or value, without storage, without runs of instructions; with plainer instructions.
#pragma once

#include "differential/machine_case.hpp"

#include <optional>

namespace runahead::differential {

class Reductions {
public:
  explicit Reductions(MachineCase test) : test_(std::move(test)) {}

  /// The next variant; none when all were given.
  std::optional<MachineCase> next();
  /// Goes on from `test`, which is the last variant given, perhaps with another gas limit.
  void accept(const MachineCase& test);

private:
  /// What becomes of instructions.
  enum class Cut : uint8_t {
    leave_out,
    jumpdests, ///< in their place, so that jumps stay right
    pop,       ///< instead of one that is no matter of the stack
    push,      ///< likewise, and instead of a longer PUSH
  };
  std::optional<MachineCase> without_account();
  std::optional<MachineCase> plainer();
  std::optional<MachineCase> shorter_code();
  std::optional<MachineCase> shorter_code_of(const Address& address);
  bool next_cut();
  Bytes replacement_of(BytesView old) const;
  std::vector<Address> sorted_accounts() const;

  MachineCase test_;
  size_t stage_ = 0;
  size_t account_ = 0;
  size_t from_ = 0;  ///< instruction
  size_t chunk_ = 0; ///< instructions changed at once; 0: to be set
  Cut cut_ = Cut::leave_out;
};

} // namespace runahead::differential
