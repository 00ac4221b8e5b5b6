// Bytes in memory: loads, stores, copies, hashing, logging, and ending a frame with output.
#include "crypto/keccak.hpp"
#include "ops/effects.hpp"
#include "ops/pure.hpp"

#include <algorithm>

namespace runahead::ops {
namespace {

/// Copies source[offset ...) into memory, zeros where the source has ended. The memory is open.
void copy_padded(Frame& f, uint64_t to, const uint256& offset, uint64_t size, BytesView source) {
  if (size == 0) return;
  uint8_t* out = f.memory.data() + to;
  size_t copied = 0;
  if (offset.fits_u64() && offset.w[0] < source.size()) {
    copied = std::min<size_t>(size, source.size() - offset.w[0]);
    std::memcpy(out, source.data() + offset.w[0], copied);
  }
  std::memset(out + copied, 0, size - copied);
}

/// CALLDATACOPY and CODECOPY: memory offset, source offset, size.
Next copy_into_memory(Frame& f, BytesView source) {
  const uint256 &to = operand(f, 0), &offset = operand(f, 1), &size = operand(f, 2);
  if (!open_memory(f, to, size, word_gas(size, gas::copy_word))) return halt(f, Status::out_of_gas);
  copy_padded(f, to.w[0], offset, size.w[0], source);
  pop(f, 3);
  return Next::next;
}

Next end_with_output(Frame& f, Status status) {
  const uint256 offset = operand(f, 0), size = operand(f, 1);
  if (!open_memory(f, offset, size)) return halt(f, Status::out_of_gas);
  pop(f, 2);
  const BytesView output = f.memory.view(offset.w[0], size.w[0]);
  f.output.assign(output.begin(), output.end());
  return halt(f, status);
}

} // namespace

Next keccak(Frame& f, World&) {
  const uint256 offset = operand(f, 0), size = operand(f, 1);
  if (!open_memory(f, offset, size, word_gas(size, gas::keccak_word)))
    return halt(f, Status::out_of_gas);
  pop(f, 2);
  f.push(from(keccak256(f.memory.view(offset.w[0], size.w[0]))));
  return Next::next;
}

Next exp_checked(Frame& f, World& w) {
  const uint256 base = operand(f, 0), exponent = operand(f, 1);
  if (!charge(f, w.gas.exp_byte * exponent.byte_width())) return halt(f, Status::out_of_gas);
  pop(f, 2);
  f.push(runahead::exp(base, exponent));
  return Next::next;
}

Next calldatacopy(Frame& f, World&) {
  return copy_into_memory(f, is_create(f.message.kind) ? BytesView{} : f.message.input);
}

Next codecopy(Frame& f, World&) { return copy_into_memory(f, f.code->bytes()); }

Next returndatacopy(Frame& f, World&) {
  const uint256 &to = operand(f, 0), &offset = operand(f, 1), &size = operand(f, 2);
  const size_t available = f.return_data.size();
  const bool inside = offset.fits_u64() && size.fits_u64() && offset.w[0] <= available &&
                      size.w[0] <= available - offset.w[0];
  if (!open_memory(f, to, size, word_gas(size, gas::copy_word))) return halt(f, Status::out_of_gas);
  if (!inside) return halt(f, Status::return_data_out_of_bounds);
  copy_padded(f, to.w[0], offset, size.w[0], f.return_data);
  pop(f, 3);
  return Next::next;
}

Next mload(Frame& f, World&) {
  uint256& top = f.sp[-1];
  if (!open_memory(f, top, 32)) return halt(f, Status::out_of_gas);
  top = load_be(f.memory.data() + top.w[0]);
  return Next::next;
}

Next mstore(Frame& f, World&) {
  const uint256& offset = operand(f, 0);
  if (!open_memory(f, offset, 32)) return halt(f, Status::out_of_gas);
  store_be(f.memory.data() + offset.w[0], operand(f, 1));
  pop(f, 2);
  return Next::next;
}

Next mstore8(Frame& f, World&) {
  const uint256& offset = operand(f, 0);
  if (!open_memory(f, offset, 1)) return halt(f, Status::out_of_gas);
  f.memory.data()[offset.w[0]] = static_cast<uint8_t>(operand(f, 1).w[0]);
  pop(f, 2);
  return Next::next;
}

Next mcopy(Frame& f, World&) {
  const uint256 &to = operand(f, 0), &offset = operand(f, 1), &size = operand(f, 2);
  if (!open_memory(f, std::max(to, offset), size, word_gas(size, gas::copy_word)))
    return halt(f, Status::out_of_gas);
  if (size) std::memmove(f.memory.data() + to.w[0], f.memory.data() + offset.w[0], size.w[0]);
  pop(f, 3);
  return Next::next;
}

Next log(Frame& f, World& w, int topics) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const uint256 &offset = operand(f, 0), &size = operand(f, 1);
  if (!open_memory(f, offset, size, byte_gas(size, gas::log_byte)))
    return halt(f, Status::out_of_gas);
  std::array<Hash256, 4> hashes;
  for (int i = 0; i < topics; ++i) hashes[static_cast<size_t>(i)] = to_hash(operand(f, 2 + i));
  w.log(f.message.recipient, f.memory.view(offset.w[0], size.w[0]),
        std::span(hashes).first(static_cast<size_t>(topics)));
  pop(f, 2 + topics);
  return Next::next;
}

Next stop(Frame& f, World&) { return halt(f, Status::success); }
Next return_output(Frame& f, World&) { return end_with_output(f, Status::success); }
Next revert(Frame& f, World&) { return end_with_output(f, Status::revert); }
Next invalid(Frame& f, World&) { return halt(f, Status::invalid_opcode); }

} // namespace runahead::ops
