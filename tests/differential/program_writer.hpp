// Random contracts with a sense: they keep their stack right, read and write a few slots, branch on
// what they read, hash it into keys, and call each other. For tests of waiting, and as one of the
// kinds of programs that engines are compared on.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "spec/opcodes.hpp"

#include <initializer_list>

namespace runahead::differential {

/// How many contracts a random world has.
inline constexpr uint64_t contracts = 6;

/// The address of the i-th of them; of the one behind the last, that of an account without code.
Address contract(uint64_t i);

class ProgramWriter {
public:
  /// `random` must outlive it.
  explicit ProgramWriter(Random& random) : random_(random) {}

  /// Bytecode of some 20 to 2000 bytes, for Shanghai or later.
  Bytes write();

private:
  void op(uint8_t byte) { code_.push_back(byte); }
  void push(uint64_t value);
  void push(const Address& a);
  void value(int depth = 0);
  void statement(int depth = 0);
  void branch(int depth);
  void loop(int depth);
  void land(size_t patch);
  void call();
  void end();
  uint8_t any(std::initializer_list<uint8_t> list) {
    return list.begin()[random_.below(list.size())];
  }

  Random& random_;
  Bytes code_;
};

} // namespace runahead::differential
