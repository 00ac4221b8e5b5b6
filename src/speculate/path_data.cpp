// A path's instructions on memory and the environment.
#include "base/limits.hpp"
#include "crypto/keccak.hpp"
#include "machine/memory.hpp"
#include "spec/limits.hpp"
#include "spec/opcodes.hpp"
#include "speculate/path.hpp"

#include <algorithm>

namespace runahead {
namespace {

uint64_t or_most(const uint256& x) { return x.fits_u64() ? x.w[0] : ~uint64_t{0}; }

} // namespace

void Path::effect(uint8_t op) {
  switch (info(op).category) {
  case OpCategory::call: return op == OP_CREATE || op == OP_CREATE2 ? create(op) : call(op);
  case OpCategory::log: return log(op - OP_LOG0 + 2u);
  default: break;
  }
  if (environment(op) || block(op) || memory(op) || state(op)) return;
  switch (op) {
  case OP_POP: return drop(1);
  case OP_JUMPDEST: return;
  case OP_GAS: return push_gas();
  case OP_STOP: return end_frame(true, {}, {});
  case OP_SELFDESTRUCT: return end_frame(true, {}, {});
  case OP_RETURN:
  case OP_REVERT: {
    const PendingWord offset = arg(0), size = arg(1);
    if (!open(offset, size)) return;
    PendingBytes output = top().memory.copy_out(offset.value.w[0], size.value.w[0]);
    return op == OP_RETURN ? end_frame(true, std::move(output), {}) : abort(std::move(output));
  }
  default: return abort({}); // INVALID
  }
}

bool Path::charge(int64_t gas) {
  top().gas -= gas;
  if (top().gas >= 0) return true;
  abort({});
  return false;
}

bool Path::charge_words(const PendingWord& size, int64_t per_word) {
  return charge(static_cast<int64_t>(words_of(size.value.w[0])) * per_word);
}

/// Makes a range of memory accessible; false if the path or frame ended instead. A guessed range is
/// assumed while it is small.
bool Path::open(const PendingWord& offset, const PendingWord& size, int64_t extra) {
  if (size.value.is_zero() && size.known()) return charge(extra);
  const bool pending = !offset.known() || !size.known();
  const bool small = or_most(offset.value) <= limits::scout_memory_guess_bytes &&
                     or_most(size.value) <= limits::scout_memory_guess_bytes;
  if (pending) {
    for (const PendingWord& word : {offset, size})
      if (!word.known())
        assume(Assumption::Kind::equal, word.node, small ? word.value : ~uint256{});
  }
  PendingMemory& memory = top().memory;
  if (!small) {
    const uint64_t end = std::max(or_most(offset.value), or_most(size.value));
    const bool payable = end < limits::memory_bytes && memory_gas(words_of(end)) <= top().gas;
    if (pending || payable)
      end_path(); // larger than a scout is for
    else
      abort({});
    return false;
  }
  work(size.value.w[0]);
  const uint64_t before = memory.size() / 32;
  memory.grow(offset.value.w[0], size.value.w[0]);
  return charge(extra + memory_gas(memory.size() / 32) - memory_gas(before));
}

/// What handles many bytes counts as many steps, so that a bound of steps is one of time.
void Path::work(uint64_t bytes) {
  stats_.steps += bytes / 256;
  length_ += bytes / 256;
}

/// GAS, with the prices that are not known yet taken off it as promises.
void Path::push_gas() {
  PathFrame& f = top();
  std::erase_if(f.prices, [&](const PendingWord& price) {
    const PendingWord settled = graph_.settle(price);
    if (settled.known()) f.gas -= static_cast<int64_t>(settled.value.w[0]);
    return settled.known();
  });
  PendingWord gas{static_cast<uint64_t>(std::max<int64_t>(f.gas, 0)), 0};
  for (const PendingWord& price : f.prices) gas = pure(OP_SUB, gas, price);
  push(gas);
}

// The environment --------------------------------------------------------------------------------

bool Path::environment(uint8_t op) {
  const PathFrame& f = top();
  switch (op) {
  case OP_ADDRESS: push(from(f.message.recipient)); return true;
  case OP_ORIGIN: push(from(world_.tx.origin)); return true;
  case OP_CALLER: push(from(f.message.sender)); return true;
  case OP_CALLVALUE: push(PendingWord(f.value)); return true;
  case OP_CALLDATASIZE: push({f.input.size(), f.input.size_node()}); return true;
  case OP_CODESIZE: push(f.code->size()); return true;
  case OP_GASPRICE: push(world_.tx.gas_price); return true;
  case OP_RETURNDATASIZE:
    push(graph_.settle({f.return_data.size(), f.return_data.size_node()}));
    return true;
  case OP_CALLDATALOAD: {
    const PendingWord offset = arg(0);
    if (!offset.known()) assume(Assumption::Kind::equal, offset.node, offset.value);
    const PendingWord word = load(f.input, or_most(offset.value));
    drop(1);
    push(word);
    return true;
  }
  case OP_CALLDATACOPY: {
    const PendingBytes input = f.input; // shares: the frame may change meanwhile
    copy(input);
    return true;
  }
  case OP_CODECOPY: {
    const CodeRef code = f.code;
    copy(code->bytes());
    return true;
  }
  case OP_RETURNDATACOPY: return_data_copy(); return true;
  case OP_BLOBHASH: {
    const PendingWord i = arg(0);
    const auto& hashes = world_.tx.blob_hashes;
    const bool there = or_most(i.value) < hashes.size();
    drop(1);
    push(there ? from(hashes[i.value.w[0]]) : uint256{});
    return true;
  }
  default: return false;
  }
}

bool Path::block(uint8_t op) {
  const BlockEnv& b = world_.block;
  switch (op) {
  case OP_COINBASE: push(from(b.coinbase)); return true;
  case OP_TIMESTAMP: push(b.timestamp); return true;
  case OP_NUMBER: push(b.number); return true;
  case OP_PREVRANDAO: push(b.prev_randao); return true;
  case OP_GASLIMIT: push(b.gas_limit); return true;
  case OP_CHAINID: push(world_.rules.chain_id); return true;
  case OP_BASEFEE: push(b.base_fee); return true;
  case OP_BLOBBASEFEE: push(b.blob_base_fee); return true;
  case OP_BLOCKHASH: {
    const PendingWord hash = block_hash(arg(0));
    drop(1);
    push(hash);
    return true;
  }
  default: return false;
  }
}

// Memory -----------------------------------------------------------------------------------------

PendingWord Path::load(const PendingMemory& memory, uint64_t offset) {
  std::array<uint8_t, 32> bytes;
  std::array<Origin, 32> origins;
  if (!memory.read(offset, 32, bytes.data(), origins.data())) return {load_be(bytes.data()), 0};
  return graph_.word(bytes.data(), origins.data());
}

/// Zeros behind the end.
PendingWord Path::load(const PendingBytes& source, uint64_t offset) {
  if (offset >= source.size()) return {};
  const size_t there = std::min<size_t>(32, source.size() - offset);
  std::array<uint8_t, 32> bytes{};
  std::memcpy(bytes.data(), source.bytes().data() + offset, there);
  if (source.origins() == nullptr) return {load_be(bytes.data()), 0};
  std::array<Origin, 32> origins{};
  std::copy_n(source.origins() + offset, there, origins.begin());
  return graph_.word(bytes.data(), origins.data());
}

void Path::store(uint64_t offset, const PendingWord& word) {
  std::array<uint8_t, 32> bytes;
  store_be(bytes.data(), word.value);
  const uint32_t open = graph_.open_bytes(word);
  if (open == 0) return top().memory.write(offset, bytes, nullptr);
  std::array<Origin, 32> origins{};
  for (unsigned i = 0; i < 32; ++i)
    if ((open >> (31 - i) & 1) != 0) origins[i] = origin_of(word.node, i);
  top().memory.write(offset, bytes, origins.data());
}

bool Path::memory(uint8_t op) {
  switch (op) {
  case OP_MSIZE: push(top().memory.size()); return true;
  case OP_MLOAD: {
    const PendingWord offset = arg(0);
    if (!open(offset, {32, 0})) return true;
    const PendingWord word = load(top().memory, offset.value.w[0]);
    drop(1);
    push(word);
    return true;
  }
  case OP_MSTORE: {
    const PendingWord offset = arg(0), value = arg(1);
    if (!open(offset, {32, 0})) return true;
    store(offset.value.w[0], value);
    drop(2);
    return true;
  }
  case OP_MSTORE8: {
    const PendingWord offset = arg(0), value = arg(1);
    if (!open(offset, {1, 0})) return true;
    const auto byte = static_cast<uint8_t>(value.value.w[0]);
    const Origin origin = value.known() ? 0 : origin_of(value.node, 31);
    top().memory.write(offset.value.w[0], {&byte, 1}, value.known() ? nullptr : &origin);
    drop(2);
    return true;
  }
  case OP_MCOPY: {
    const PendingWord to = arg(0), offset = arg(1), size = arg(2);
    if (!open(to, size) || !open(offset, size) || !charge_words(size, gas::copy_word)) return true;
    PendingMemory& m = top().memory;
    m.copy_in(to.value.w[0], m.copy_out(offset.value.w[0], size.value.w[0]), 0, size.value.w[0]);
    drop(3);
    return true;
  }
  case OP_KECCAK256: {
    const PendingWord offset = arg(0), size = arg(1);
    if (!open(offset, size) || !charge_words(size, gas::keccak_word)) return true;
    const PendingBytes data = top().memory.copy_out(offset.value.w[0], size.value.w[0]);
    drop(2);
    push(graph_.hash(data));
    return true;
  }
  default: return false;
  }
}

/// Copies into memory what the operands behind the first `skipped` name.
void Path::copy(const PendingView& source, size_t skipped) {
  const PendingWord to = arg(skipped), offset = arg(skipped + 1), size = arg(skipped + 2);
  if (!offset.known()) assume(Assumption::Kind::equal, offset.node, offset.value);
  if (!open(to, size) || !charge_words(size, gas::copy_word)) return;
  top().memory.copy_in(to.value.w[0], source, or_most(offset.value), size.value.w[0]);
  drop(skipped + 3);
}

void Path::return_data_copy() {
  const PendingBytes data = top().return_data;
  const PendingWord offset = arg(1), size = arg(2);
  const uint64_t from = or_most(offset.value), length = or_most(size.value);
  const bool inside = from <= data.size() && length <= data.size() - from;
  // Data that is itself a guess may well be longer in truth.
  if (!inside && data.size_node() == 0 && offset.known() && size.known()) return abort({});
  copy(data);
}

void Path::log(unsigned topics) {
  const PendingWord offset = arg(0), size = arg(1);
  if (top().message.is_static) return abort({});
  const auto bytes = static_cast<int64_t>(std::min<uint64_t>(or_most(size.value), UINT32_MAX));
  if (open(offset, size, bytes * gas::log_byte)) drop(topics);
}

} // namespace runahead
