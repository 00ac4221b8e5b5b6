// Puts bytecode together, for tests of more than one folder's subject.
#pragma once

#include "base/uint256.hpp"
#include "spec/opcodes.hpp"
#include "state/value.hpp"

#include <initializer_list>

namespace runahead {

class Assembler {
public:
  Assembler& op(std::initializer_list<uint8_t> ops) {
    code_.insert(code_.end(), ops);
    return *this;
  }
  Assembler& push(uint64_t value) {
    uint8_t word[32];
    store_be(word, value);
    code_.push_back(OP_PUSH8);
    code_.insert(code_.end(), word + 24, word + 32);
    return *this;
  }
  size_t size() const { return code_.size(); }
  BytecodeRef done() { return make_bytecode(std::move(code_)); }

private:
  Bytes code_;
};

} // namespace runahead
