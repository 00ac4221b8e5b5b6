#include "spec/gas.hpp"

namespace runahead {
namespace {

// Yellow Paper, appendix G: the tiers.
constexpr int16_t zero = 0, jumpdest = 1, base = 2, very_low = 3, low = 5, mid = 8, high = 10;

constexpr void price(GasSchedule& g, std::initializer_list<uint8_t> ops, int16_t cost) {
  for (const uint8_t op : ops) g.base[op] = cost;
}

constexpr GasSchedule frontier() {
  GasSchedule g;
  price(g, {OP_STOP, OP_RETURN, OP_SELFDESTRUCT, OP_INVALID, OP_SSTORE}, zero);
  price(g, {OP_JUMPDEST}, jumpdest);
  price(g,
        {OP_ADDRESS, OP_ORIGIN, OP_CALLER, OP_CALLVALUE, OP_CALLDATASIZE, OP_CODESIZE, OP_GASPRICE,
         OP_COINBASE, OP_TIMESTAMP, OP_NUMBER, OP_PREVRANDAO, OP_GASLIMIT, OP_POP, OP_PC, OP_MSIZE,
         OP_GAS},
        base);
  price(g,
        {OP_ADD, OP_SUB, OP_NOT, OP_LT, OP_GT, OP_SLT, OP_SGT, OP_EQ, OP_ISZERO, OP_AND, OP_OR,
         OP_XOR, OP_BYTE, OP_CALLDATALOAD, OP_MLOAD, OP_MSTORE, OP_MSTORE8, OP_CALLDATACOPY,
         OP_CODECOPY},
        very_low);
  for (int op = OP_PUSH1; op <= OP_SWAP16; ++op) g.base[static_cast<size_t>(op)] = very_low;
  price(g, {OP_MUL, OP_DIV, OP_SDIV, OP_MOD, OP_SMOD, OP_SIGNEXTEND}, low);
  price(g, {OP_ADDMOD, OP_MULMOD, OP_JUMP}, mid);
  price(g, {OP_JUMPI, OP_EXP}, high);
  price(g, {OP_KECCAK256}, 30);
  price(g, {OP_BALANCE, OP_EXTCODESIZE, OP_EXTCODECOPY, OP_BLOCKHASH}, 20);
  price(g, {OP_SLOAD}, 50);
  for (int n = 0; n <= 4; ++n)
    g.base[static_cast<size_t>(OP_LOG0 + n)] = static_cast<int16_t>(375 * (n + 1));
  price(g, {OP_CREATE}, 32000);
  price(g, {OP_CALL, OP_CALLCODE}, 40);
  return g;
}

constexpr void homestead(GasSchedule& g) {
  price(g, {OP_DELEGATECALL}, 40); // EIP-7
  g.tx_create = 32000;             // EIP-2
}

constexpr void tangerine_whistle(GasSchedule& g) { // EIP-150
  price(g, {OP_EXTCODESIZE, OP_EXTCODECOPY, OP_CALL, OP_CALLCODE, OP_DELEGATECALL}, 700);
  price(g, {OP_BALANCE}, 400);
  price(g, {OP_SLOAD}, 200);
  price(g, {OP_SELFDESTRUCT}, 5000);
  g.selfdestruct_new_account = 25000;
}

constexpr void spurious_dragon(GasSchedule& g) { g.exp_byte = 50; } // EIP-160

constexpr void byzantium(GasSchedule& g) {
  price(g, {OP_RETURNDATASIZE}, base);     // EIP-211
  price(g, {OP_RETURNDATACOPY}, very_low); // EIP-211
  price(g, {OP_STATICCALL}, 700);          // EIP-214
}

constexpr void constantinople(GasSchedule& g) {
  price(g, {OP_SHL, OP_SHR, OP_SAR}, very_low); // EIP-145
  price(g, {OP_CREATE2}, 32000);                // EIP-1014
  price(g, {OP_EXTCODEHASH}, 400);              // EIP-1052
  g.sstore_noop = 200;                          // EIP-1283
}

constexpr void petersburg(GasSchedule& g) { g.sstore_noop = 0; } // EIP-1716 removes EIP-1283

constexpr void istanbul(GasSchedule& g) {
  price(g, {OP_CHAINID}, base);                // EIP-1344
  price(g, {OP_SELFBALANCE}, low);             // EIP-1884
  price(g, {OP_SLOAD}, 800);                   // EIP-1884
  price(g, {OP_BALANCE, OP_EXTCODEHASH}, 700); // EIP-1884
  g.sstore_noop = 800;                         // EIP-2200
  g.tx_data_nonzero_byte = 16;                 // EIP-2028
}

constexpr void berlin(GasSchedule& g) { // EIP-2929
  price(g,
        {OP_BALANCE, OP_EXTCODESIZE, OP_EXTCODECOPY, OP_EXTCODEHASH, OP_SLOAD, OP_CALL, OP_CALLCODE,
         OP_DELEGATECALL, OP_STATICCALL},
        100);
  g.cold_account_surcharge = 2500;
  g.cold_slot_surcharge = 2000;
  g.cold_slot = 2100;
  g.sstore_reset = 5000 - 2100;
  g.sstore_noop = 100;
  g.selfdestruct_cold = 2600;
}

constexpr void london(GasSchedule& g) {
  price(g, {OP_BASEFEE}, base); // EIP-3198
  g.sstore_clear_refund = 4800; // EIP-3529
  g.refund_quotient = 5;        // EIP-3529
  g.selfdestruct_refund = 0;    // EIP-3529
}

constexpr void shanghai(GasSchedule& g) {
  price(g, {OP_PUSH0}, base); // EIP-3855
  g.initcode_word = 2;        // EIP-3860
}

constexpr void cancun(GasSchedule& g) {
  price(g, {OP_TLOAD, OP_TSTORE}, 100); // EIP-1153
  price(g, {OP_MCOPY}, very_low);       // EIP-5656
  price(g, {OP_BLOBHASH}, very_low);    // EIP-4844
  price(g, {OP_BLOBBASEFEE}, base);     // EIP-7516
}

constexpr void osaka(GasSchedule& g) { price(g, {OP_CLZ}, low); } // EIP-7939

consteval std::array<GasSchedule, fork_count> make_schedules() {
  using Change = void (*)(GasSchedule&);
  constexpr Change unchanged = [](GasSchedule&) {};
  constexpr std::array<Change, fork_count> changes = {
      unchanged,       homestead, tangerine_whistle,
      spurious_dragon, byzantium, constantinople,
      petersburg,      istanbul,  berlin,
      london,          unchanged, shanghai,
      cancun,          unchanged, osaka,
  };
  std::array<GasSchedule, fork_count> schedules{};
  GasSchedule g = frontier();
  for (size_t i = 0; i < fork_count; ++i) {
    changes[i](g);
    schedules[i] = g;
  }
  return schedules;
}
constexpr auto schedules = make_schedules();

} // namespace

const GasSchedule& gas_schedule(Fork fork) { return schedules[static_cast<size_t>(fork)]; }

} // namespace runahead
