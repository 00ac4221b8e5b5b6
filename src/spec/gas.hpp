// The gas schedule: every price that execution charges, one table per fork, written as differences
// from the fork before.
#pragma once

#include "spec/fork.hpp"
#include "spec/opcodes.hpp"

#include <array>
#include <cstdint>

namespace runahead {

/// Prices in gas. Since Berlin (EIP-2929) the base price of an opcode that touches an account or a
/// slot is the warm one, and the cold surcharge is added when it is touched first.
struct GasSchedule {
  std::array<int16_t, 256> base{}; ///< static price of each opcode; 0 for undefined ones

  int64_t exp_byte = 10; ///< EXP, per byte of the exponent

  int64_t cold_account_surcharge = 0; ///< 2600 - 100 since EIP-2929
  int64_t cold_slot_surcharge = 0;    ///< 2100 - 100 since EIP-2929
  int64_t cold_slot = 0;              ///< SSTORE pays it whole
  int64_t sstore_set = 20000;
  int64_t sstore_reset = 5000;
  /// Net metering (EIP-1283, EIP-2200): same value or slot already dirty. 0 where there is none.
  int64_t sstore_noop = 0;
  int64_t sstore_clear_refund = 15000;
  int64_t selfdestruct_new_account = 0; ///< 25000 since EIP-150
  int64_t selfdestruct_cold = 0;        ///< 2600 since EIP-2929
  int64_t selfdestruct_refund = 24000;  ///< 0 since EIP-3529
  int64_t refund_quotient = 2;          ///< 5 since EIP-3529

  int64_t code_deposit_byte = 200;
  int64_t initcode_word = 0; ///< 2 since EIP-3860
  int64_t tx_data_nonzero_byte = 68;
  int64_t tx_create = 0; ///< 32000 since EIP-2
};

/// Prices that no fork has changed.
namespace gas {
inline constexpr int64_t memory_word = 3;
inline constexpr int64_t copy_word = 3;
inline constexpr int64_t keccak_word = 6;
inline constexpr int64_t log_topic = 375;
inline constexpr int64_t log_byte = 8;
inline constexpr int64_t call_value = 9000;
inline constexpr int64_t call_new_account = 25000;
inline constexpr int64_t call_stipend = 2300;
inline constexpr int64_t tx = 21000;
inline constexpr int64_t tx_data_zero_byte = 4;
inline constexpr int64_t tx_access_list_address = 2400; // EIP-2930
inline constexpr int64_t tx_access_list_slot = 1900;    // EIP-2930
inline constexpr int64_t tx_floor_token = 10;           // EIP-7623
inline constexpr int64_t tx_authorization = 25000;      // EIP-7702, PER_EMPTY_ACCOUNT_COST
inline constexpr int64_t tx_authorization_base = 12500; // EIP-7702, PER_AUTH_BASE_COST
inline constexpr int64_t blob = 131072;                 // EIP-4844, GAS_PER_BLOB
inline constexpr int64_t tx_cap = 1 << 24;              // EIP-7825
} // namespace gas

const GasSchedule& gas_schedule(Fork fork);

} // namespace runahead
