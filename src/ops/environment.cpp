// What code can ask about where it runs: the message, the transaction, the block, the machine.
#include "ops/effects.hpp"
#include "spec/limits.hpp"

#include <algorithm>

namespace runahead::ops {
namespace {

Next give(Frame& frame, const uint256& value) {
  frame.push(value);
  return Next::next;
}

} // namespace

Next address(Frame& f, World&) { return give(f, from(f.message.recipient)); }
Next origin(Frame& f, World& w) { return give(f, from(w.tx_env().origin)); }
Next caller(Frame& f, World&) { return give(f, from(f.message.sender)); }
Next callvalue(Frame& f, World&) { return give(f, f.message.value); }
Next codesize(Frame& f, World&) { return give(f, f.code->size()); }
Next gasprice(Frame& f, World& w) { return give(f, w.tx_env().gas_price); }
Next returndatasize(Frame& f, World&) { return give(f, f.return_data.size()); }
Next coinbase(Frame& f, World& w) { return give(f, from(w.block_env().coinbase)); }
Next timestamp(Frame& f, World& w) { return give(f, w.block_env().timestamp); }
Next number(Frame& f, World& w) { return give(f, w.block_env().number); }
Next prevrandao(Frame& f, World& w) { return give(f, w.block_env().prev_randao); }
Next gaslimit(Frame& f, World& w) { return give(f, w.block_env().gas_limit); }
Next chainid(Frame& f, World& w) { return give(f, w.chain_id()); }
Next basefee(Frame& f, World& w) { return give(f, w.block_env().base_fee); }
Next blobbasefee(Frame& f, World& w) { return give(f, w.block_env().blob_base_fee); }
Next msize(Frame& f, World&) { return give(f, f.memory.size()); }
Next gas_left(Frame& f, World&) { return give(f, static_cast<uint64_t>(f.gas)); }

/// The call data as it was given: a creation has none, its initcode is code.
static BytesView call_data(const Frame& f) {
  return is_create(f.message.kind) ? BytesView{} : f.message.input;
}

Next calldatasize(Frame& f, World&) { return give(f, call_data(f).size()); }

Next calldataload(Frame& f, World&) {
  const BytesView data = call_data(f);
  uint256& top = f.sp[-1];
  if (!top.fits_u64() || top.w[0] >= data.size()) {
    top = {};
    return Next::next;
  }
  const size_t offset = top.w[0];
  if (data.size() - offset >= 32) {
    top = load_be(data.data() + offset);
    return Next::next;
  }
  uint8_t word[32] = {};
  std::memcpy(word, data.data() + offset, data.size() - offset);
  top = load_be(word);
  return Next::next;
}

Next blockhash(Frame& f, World& w) {
  uint256& top = f.sp[-1];
  const uint64_t number = w.block_env().number;
  const bool reachable =
      top.fits_u64() && top.w[0] < number && number - top.w[0] <= spec::block_hash_window;
  if (!reachable) {
    top = {};
    return Next::next;
  }
  const std::optional<Hash256> hash = w.block_hash(top.w[0]);
  if (!hash) return Next::want;
  top = from(*hash);
  return Next::next;
}

Next blobhash(Frame& f, World& w) {
  uint256& top = f.sp[-1];
  const std::vector<Hash256>& hashes = w.tx_env().blob_hashes;
  const bool there = top.fits_u64() && top.w[0] < hashes.size();
  top = there ? from(hashes[top.w[0]]) : uint256{};
  return Next::next;
}

} // namespace runahead::ops
