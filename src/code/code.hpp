// Code prepared for execution: padded, so that an immediate cut off by the end reads zeros and
// running off the end meets STOP, and with its jump destinations marked (Yellow Paper 9.4.3).
#pragma once

#include "base/bytes.hpp"

#include <memory>

namespace runahead {

class Code {
public:
  /// Copies `bytes`. Linear time.
  explicit Code(BytesView bytes);

  size_t size() const { return size_; }
  BytesView bytes() const { return {padded_.data(), size_}; }
  /// The code followed by at least 33 zero bytes.
  const uint8_t* padded() const { return padded_.data(); }

  /// True if `pc` is a JUMPDEST that is not part of an immediate. Any value may be asked.
  bool is_jump_destination(uint64_t pc) const {
    return pc < size_ && (jump_destinations_[pc / 64] >> (pc % 64) & 1) != 0;
  }

  /// Bytes this object occupies.
  size_t footprint() const {
    return sizeof(*this) + padded_.size() + jump_destinations_.size() * 8;
  }

private:
  size_t size_;
  Bytes padded_;
  std::vector<uint64_t> jump_destinations_;
};
using CodeRef = std::shared_ptr<const Code>;

} // namespace runahead
