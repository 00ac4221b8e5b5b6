#include "sources/rpc_programs.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"

#include <array>

namespace runahead {

namespace {

// Opcodes that every fork has, as far as possible: blocks of the past are asked too.
enum Op : uint8_t {
  ADD = 0x01,
  SLT = 0x12,
  EQ = 0x14,
  ISZERO = 0x15,
  BALANCE = 0x31,
  CALLDATALOAD = 0x35,
  CALLDATASIZE = 0x36,
  CALLDATACOPY = 0x37,
  EXTCODESIZE = 0x3b,
  EXTCODECOPY = 0x3c,
  EXTCODEHASH = 0x3f,
  POP = 0x50,
  MSTORE = 0x52,
  SLOAD = 0x54,
  JUMP = 0x56,
  JUMPI = 0x57,
  GAS = 0x5a,
  JUMPDEST = 0x5b,
  PUSH1 = 0x60,
  DUP1 = 0x80,
  DUP2 = 0x81,
  DUP3 = 0x82,
  DUP4 = 0x83,
  DUP5 = 0x84,
  DUP6 = 0x85,
  DUP7 = 0x86,
  SWAP1 = 0x90,
  SWAP2 = 0x91,
  SWAP3 = 0x92,
  CALL = 0xf1,
  RETURN = 0xf3,
  INVALID = 0xfe,
};

// clang-format off

/// Call data: slots. Returns their words. Right of each line: the stack behind it, its top last.
constexpr auto list_slots = std::to_array<uint8_t>({
    PUSH1, 0,                                  // i
    JUMPDEST,                                  // 2: i
    DUP1, CALLDATASIZE, EQ, PUSH1, 20, JUMPI,  // i
    DUP1, CALLDATALOAD, SLOAD, DUP2, MSTORE,   // i
    PUSH1, 32, ADD, PUSH1, 2, JUMP,
    JUMPDEST, PUSH1, 0, RETURN,                // 20
});
static_assert(list_slots[2] == JUMPDEST && list_slots[20] == JUMPDEST);

/// Call data: for each account its address, the size of its slots in bytes, and the slots. Calls
/// each account with its slots, and returns what all returned.
constexpr auto call_each = std::to_array<uint8_t>({
    PUSH1, 0, PUSH1, 0,                              // p i: ends of the words, place in call data
    JUMPDEST,                                        // 4: p i
    DUP1, CALLDATASIZE, EQ, PUSH1, 51, JUMPI,        // p i
    DUP1, CALLDATALOAD,                              // p i account
    DUP2, PUSH1, 32, ADD, CALLDATALOAD,              // p i account size
    DUP1, DUP4, PUSH1, 64, ADD, DUP6, CALLDATACOPY,  // p i account size
    DUP1, DUP5, DUP3, DUP2, PUSH1, 0, DUP7, GAS, CALL,
    ISZERO, PUSH1, 56, JUMPI,                        // p i account size
    SWAP1, POP,                                      // p i size
    DUP1, SWAP3, ADD, SWAP2, ADD, PUSH1, 64, ADD,    // p i
    PUSH1, 4, JUMP,
    JUMPDEST, POP, PUSH1, 0, RETURN,                 // 51
    JUMPDEST, INVALID,                               // 56
});
static_assert(call_each[4] == JUMPDEST && call_each[51] == JUMPDEST && call_each[56] == JUMPDEST);

/// Call data: addresses, their highest bit set where the code is asked. Returns for each balance,
/// code hash, code size, and the code.
constexpr auto tell_accounts = std::to_array<uint8_t>({
    PUSH1, 0, PUSH1, 0,                              // p i
    JUMPDEST,                                        // 4: p i
    DUP1, CALLDATASIZE, EQ, PUSH1, 64, JUMPI,        // p i
    DUP1, CALLDATALOAD,                              // p i account
    DUP1, BALANCE, DUP4, MSTORE,
    DUP1, EXTCODEHASH, DUP4, PUSH1, 32, ADD, MSTORE,
    DUP1, EXTCODESIZE, DUP4, PUSH1, 64, ADD, MSTORE,
    SWAP2, PUSH1, 96, ADD, SWAP2,                    // p i account
    PUSH1, 0, DUP2, SLT, ISZERO, PUSH1, 56, JUMPI,   // p i account
    DUP1, EXTCODESIZE,                               // p i account size
    DUP1, PUSH1, 0, DUP6, DUP5, EXTCODECOPY,         // p i account size
    DUP4, ADD, SWAP3, POP,                           // p i account
    JUMPDEST, POP, PUSH1, 32, ADD, PUSH1, 4, JUMP,   // 56
    JUMPDEST, POP, PUSH1, 0, RETURN,                 // 64
});
static_assert(tell_accounts[4] == JUMPDEST && tell_accounts[56] == JUMPDEST &&
              tell_accounts[64] == JUMPDEST);

// clang-format on

constexpr size_t word_bytes = 32;

void append(Bytes& out, const uint256& word) {
  const Hash256 bytes = to_hash(word);
  out.insert(out.end(), bytes.bytes.begin(), bytes.bytes.end());
}

void write_override(JsonWriter& out, const Address& address, BytesView code) {
  out.key(to_hex(address)).begin_object().key("code").hex(code).end_object();
}

std::string transaction(BytesView call_data) {
  JsonWriter out;
  out.begin_object().key("to").hex(rpc_program_address).key("data").hex(call_data).end_object();
  return out.take();
}

} // namespace

// `runaheadrunaheadprog`
const Address rpc_program_address = {{0x72, 0x75, 0x6e, 0x61, 0x68, 0x65, 0x61, 0x64, 0x72, 0x75,
                                      0x6e, 0x61, 0x68, 0x65, 0x61, 0x64, 0x70, 0x72, 0x6f, 0x67}};

bool rpc_program_avoids(const Address& address) {
  constexpr uint256 beyond_precompiles = 0x10000;
  return address == rpc_program_address || from(address) < beyond_precompiles;
}

RpcProgramCall slots_program(std::span<const StateKey> keys) {
  Bytes data;
  JsonWriter overrides;
  overrides.begin_object();
  write_override(overrides, rpc_program_address, call_each);
  for (size_t begin = 0; begin < keys.size();) {
    size_t end = begin;
    while (end < keys.size() && keys[end].address == keys[begin].address) ++end;
    write_override(overrides, keys[begin].address, list_slots);
    append(data, from(keys[begin].address));
    append(data, (end - begin) * word_bytes);
    for (; begin < end; ++begin) append(data, keys[begin].slot);
  }
  overrides.end_object();
  return {transaction(data), overrides.take()};
}

RpcProgramCall accounts_program(std::span<const StateKey> keys) {
  constexpr uint256 with_code = uint256(1) << 255;
  Bytes data;
  for (const StateKey& key : keys)
    append(data, from(key.address) | (key.kind == StateKind::code ? with_code : uint256{}));
  JsonWriter overrides;
  overrides.begin_object();
  write_override(overrides, rpc_program_address, tell_accounts);
  overrides.end_object();
  return {transaction(data), overrides.take()};
}

Result<std::vector<RpcAccount>> accounts_answer(std::span<const StateKey> keys,
                                                BytesView returned) {
  std::vector<RpcAccount> out;
  constexpr size_t fixed_bytes = 3 * word_bytes;
  for (const StateKey& key : keys) {
    if (returned.size() < fixed_bytes) return fail("the program returned too little");
    const auto word = [&](size_t i) { return load_be(returned.data() + i * word_bytes); };
    RpcAccount account{word(0), word(1), word(2), {}};
    returned = returned.subspan(fixed_bytes);
    if (key.kind == StateKind::code) {
      if (account.code_size > uint256(returned.size()))
        return fail("the program returned too little code");
      const auto size = static_cast<size_t>(account.code_size.w[0]);
      account.code = to_bytes(returned.first(size));
      returned = returned.subspan(size);
    }
    out.push_back(std::move(account));
  }
  if (!returned.empty()) return fail("the program returned too much");
  return out;
}

} // namespace runahead
