// Tagged execution: memory, environment and state.
#include "base/limits.hpp"
#include "crypto/keccak.hpp"
#include "machine/memory.hpp"
#include "spec/limits.hpp"
#include "spec/opcodes.hpp"
#include "speculate/tag_run.hpp"

#include <algorithm>

namespace runahead {

void TagRun::effect(uint8_t op) {
  switch (info(op).category) {
  case OpCategory::call: return op == OP_CREATE || op == OP_CREATE2 ? create(op) : call(op);
  case OpCategory::log: return log(op - OP_LOG0 + 2u);
  default: break;
  }
  if (environment(op) || block(op) || memory(op) || state(op)) return;
  switch (op) {
  case OP_POP: pop(); return;
  case OP_JUMPDEST: return;
  case OP_GAS: return push({static_cast<uint64_t>(top().at.gas), 0});
  case OP_STOP: return end_frame(true, {}, 0);
  case OP_SELFDESTRUCT: return end_frame(true, {}, 0);
  case OP_RETURN:
  case OP_REVERT: {
    const TaggedWord offset = pop(), size = pop();
    if (!open(offset, size)) return;
    TaggedBytes output = top().at.memory.copy_out(offset.value.w[0], size.value.w[0]);
    return op == OP_RETURN ? end_frame(true, std::move(output), 0) : abort(std::move(output));
  }
  default: return abort({}); // INVALID
  }
}

/// Makes a range of memory accessible; false if the path or frame ended instead. A guessed range is
/// believed while it is small.
bool TagRun::open(const TaggedWord& offset, const TaggedWord& size) {
  if (size.value.is_zero() && size.tag == 0) return true;
  const Tag tag = offset.tag | size.tag;
  const bool small = offset.value.fits_u64() && size.value.fits_u64() &&
                     offset.value.w[0] <= limits::scout_memory_guess_bytes &&
                     size.value.w[0] <= limits::scout_memory_guess_bytes;
  if (tag != 0) sources_.block(tag);
  if (!small) {
    if (tag != 0)
      end_path();
    else
      abort({});
    return false;
  }
  top().at.memory.grow(offset.value.w[0], size.value.w[0]);
  return true;
}

bool TagRun::environment(uint8_t op) {
  const TagFrame& f = top();
  switch (op) {
  case OP_ADDRESS: push({from(f.message.recipient), 0}); return true;
  case OP_ORIGIN: push({from(world_.tx.origin), 0}); return true;
  case OP_CALLER: push({from(f.message.sender), 0}); return true;
  case OP_CALLVALUE: push(f.value); return true;
  case OP_CALLDATASIZE: push({f.input.size(), 0}); return true;
  case OP_CODESIZE: push({f.code->size(), 0}); return true;
  case OP_GASPRICE: push({world_.tx.gas_price, 0}); return true;
  case OP_RETURNDATASIZE: push({f.at.return_data.size(), f.at.return_data.tag()}); return true;
  case OP_CALLDATALOAD: {
    const TaggedWord offset = pop();
    const TaggedWord word =
        offset.value.fits_u64() ? top().input.word(offset.value.w[0]) : TaggedWord{};
    push(word.also(offset.tag));
    return true;
  }
  case OP_CALLDATACOPY: copy(f.input); return true;
  case OP_CODECOPY: copy(TaggedBytes(f.code->bytes())); return true;
  case OP_RETURNDATACOPY: return_data_copy(); return true;
  case OP_BLOBHASH: {
    const TaggedWord i = pop();
    const auto& hashes = world_.tx.blob_hashes;
    const bool there = i.value.fits_u64() && i.value.w[0] < hashes.size();
    push({there ? from(hashes[i.value.w[0]]) : uint256{}, i.tag});
    return true;
  }
  default: return false;
  }
}

bool TagRun::block(uint8_t op) {
  const BlockEnv& b = world_.block;
  switch (op) {
  case OP_COINBASE: push({from(b.coinbase), 0}); return true;
  case OP_TIMESTAMP: push({b.timestamp, 0}); return true;
  case OP_NUMBER: push({b.number, 0}); return true;
  case OP_PREVRANDAO: push({b.prev_randao, 0}); return true;
  case OP_GASLIMIT: push({b.gas_limit, 0}); return true;
  case OP_CHAINID: push({world_.rules.chain_id, 0}); return true;
  case OP_BASEFEE: push({b.base_fee, 0}); return true;
  case OP_BLOBBASEFEE: push({b.blob_base_fee, 0}); return true;
  case OP_BLOCKHASH: {
    const TaggedWord number = pop();
    const uint64_t n = number.value.w[0];
    const bool reachable =
        number.value.fits_u64() && n < b.number && b.number - n <= spec::block_hash_window;
    push(reachable ? overlay_.block_hash(number) : TaggedWord{{}, number.tag});
    return true;
  }
  default: return false;
  }
}

bool TagRun::memory(uint8_t op) {
  switch (op) {
  case OP_MSIZE: push({top().at.memory.size(), 0}); return true;
  case OP_MLOAD: {
    const TaggedWord offset = pop();
    if (open(offset, {32, 0})) push(top().at.memory.load(offset.value.w[0]));
    return true;
  }
  case OP_MSTORE: {
    const TaggedWord offset = pop(), value = pop();
    if (open(offset, {32, 0})) top().at.memory.store(offset.value.w[0], value);
    return true;
  }
  case OP_MSTORE8: {
    const TaggedWord offset = pop(), value = pop();
    if (open(offset, {1, 0}))
      top().at.memory.store_byte(offset.value.w[0], static_cast<uint8_t>(value.value.w[0]),
                                 value.tag);
    return true;
  }
  case OP_MCOPY: {
    const TaggedWord to = pop(), offset = pop(), size = pop();
    if (!open(to, size) || !open(offset, size)) return true;
    TaggedMemory& m = top().at.memory;
    m.copy_in(to.value.w[0], m.copy_out(offset.value.w[0], size.value.w[0]), 0, size.value.w[0]);
    return true;
  }
  case OP_KECCAK256: {
    const TaggedWord offset = pop(), size = pop();
    if (!open(offset, size)) return true;
    const TaggedBytes data = top().at.memory.copy_out(offset.value.w[0], size.value.w[0]);
    push({from(keccak256(data.bytes())), data.tag() | size.tag});
    return true;
  }
  default: return false;
  }
}

/// CALLDATACOPY and CODECOPY.
void TagRun::copy(const TaggedBytes& source) {
  const TaggedBytes kept = source; // shares; the frame may change below
  const TaggedWord to = pop(), offset = pop(), size = pop();
  if (offset.tag != 0) sources_.block(offset.tag);
  if (!open(to, size)) return;
  const uint64_t from_offset = offset.value.fits_u64() ? offset.value.w[0] : ~uint64_t{0};
  top().at.memory.copy_in(to.value.w[0], kept, from_offset, size.value.w[0]);
}

void TagRun::return_data_copy() {
  const TaggedBytes data = top().at.return_data;
  const auto& stack = top().at.stack;
  const TaggedWord offset = stack[stack.size() - 2], size = stack[stack.size() - 3];
  const bool inside = offset.value.fits_u64() && size.value.fits_u64() &&
                      offset.value.w[0] <= data.size() &&
                      size.value.w[0] <= data.size() - offset.value.w[0];
  // Data that is itself a guess may well be longer in truth.
  if (!inside && (data.tag() | offset.tag | size.tag) == 0) return abort({});
  copy(data);
}

bool TagRun::state(uint8_t op) {
  switch (op) {
  case OP_SLOAD: {
    const TaggedWord key = pop();
    push(overlay_.slot(top().message.recipient, key));
    return true;
  }
  case OP_SSTORE: {
    const TaggedWord key = pop(), value = pop();
    if (key.tag != 0)
      sources_.block(key.tag);
    else {
      overlay_.slot(top().message.recipient, key); // its price depends on what was there
      overlay_.set_slot(top().message.recipient, key.value, value);
    }
    return true;
  }
  case OP_TLOAD: {
    const TaggedWord key = pop();
    push(overlay_.transient(top().message.recipient, key.value).also(key.tag));
    return true;
  }
  case OP_TSTORE: {
    const TaggedWord key = pop(), value = pop();
    if (key.tag != 0)
      sources_.block(key.tag);
    else
      overlay_.set_transient(top().message.recipient, key.value, value);
    return true;
  }
  case OP_BALANCE: {
    const TaggedWord account = pop();
    push(overlay_.balance(to_address(account.value), account.tag));
    return true;
  }
  case OP_SELFBALANCE: push(overlay_.balance(top().message.recipient, 0)); return true;
  case OP_EXTCODESIZE: {
    const TaggedWord account = pop();
    Tag missing = account.tag;
    const BytecodeRef code = overlay_.code(to_address(account.value), account.tag, missing);
    push({code != nullptr ? code->bytes.size() : 0, missing});
    return true;
  }
  case OP_EXTCODEHASH: ext_code_hash(); return true;
  case OP_EXTCODECOPY: ext_code_copy(); return true;
  default: return false;
  }
}

void TagRun::ext_code_hash() {
  const TaggedWord account = pop();
  const Address address = to_address(account.value);
  Tag missing = account.tag;
  const BytecodeRef code = overlay_.code(address, account.tag, missing);
  if (code == nullptr && account.tag == 0)
    overlay_.foresee(StateKey::of(StateKind::existence, address));
  push({code != nullptr ? from(code->hash) : uint256{}, missing});
}

void TagRun::ext_code_copy() {
  const TaggedWord account = pop();
  Tag missing = account.tag;
  const BytecodeRef code = overlay_.code(to_address(account.value), account.tag, missing);
  if (code != nullptr) return copy(TaggedBytes(Bytes(code->bytes), missing));
  const auto& stack = top().at.stack;
  const uint256& size = stack[stack.size() - 3].value;
  const size_t guessed =
      size.fits_u64() ? std::min<size_t>(size.w[0], limits::scout_memory_guess_bytes) : 0;
  copy(TaggedBytes(Bytes(guessed), missing));
}

void TagRun::log(unsigned topics) {
  const TaggedWord offset = pop(), size = pop();
  for (unsigned i = 2; i < topics; ++i) pop();
  if (top().message.is_static) return abort({});
  open(offset, size);
}

} // namespace runahead
