#include "statetest/expectation.hpp"

#include <algorithm>

namespace runahead {
namespace {

struct Row {
  std::string_view name;
  Refusal refusal;
};

// The names of the execution spec tests, which stand behind `TransactionException.`, and those of
// ethereum/tests. A name with several meanings has several rows.
using enum InvalidCode;
constexpr Row rows[] = {
    {"GASLIMIT_PRICE_PRODUCT_OVERFLOW", insufficient_funds},
    {"GAS_ALLOWANCE_EXCEEDED", gas_limit_above_block},
    {"GAS_LIMIT_EXCEEDS_MAXIMUM", gas_limit_above_cap},
    {"INITCODE_SIZE_EXCEEDED", initcode_too_large},
    {"INSUFFICIENT_ACCOUNT_FUNDS", insufficient_funds},
    {"INSUFFICIENT_MAX_FEE_PER_BLOB_GAS", blob_fee_too_low},
    {"INSUFFICIENT_MAX_FEE_PER_GAS", fee_cap_below_base_fee},
    {"INTRINSIC_GAS_BELOW_FLOOR_GAS_COST", floor_gas_too_low},
    {"INTRINSIC_GAS_TOO_LOW", intrinsic_gas_too_low},
    {"INTRINSIC_GAS_TOO_LOW", floor_gas_too_low}, // before the tests' v5 one name meant both
    {"NONCE_IS_MAX", nonce_at_maximum},
    {"NONCE_MISMATCH_TOO_HIGH", nonce_too_high},
    {"NONCE_MISMATCH_TOO_LOW", nonce_too_low},
    {"PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS", priority_fee_above_fee_cap},
    {"RLP_INVALID_VALUE", std::nullopt},
    {"SENDER_NOT_EOA", sender_not_eoa},
    {"TYPE_NOT_SUPPORTED", type_not_supported},
    {"TYPE_1_TX_PRE_FORK", type_not_supported},
    {"TYPE_2_TX_PRE_FORK", type_not_supported},
    {"TYPE_3_TX_BLOB_COUNT_EXCEEDED", blob_count_too_high},
    {"TYPE_3_TX_CONTRACT_CREATION", blob_create},
    {"TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH", blob_version},
    {"TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED", blob_count_too_high},
    {"TYPE_3_TX_PRE_FORK", type_not_supported},
    {"TYPE_3_TX_ZERO_BLOBS", blob_count_zero},
    {"TYPE_4_EMPTY_AUTHORIZATION_LIST", set_code_empty},
    {"TYPE_4_TX_CONTRACT_CREATION", set_code_create},
    {"TYPE_4_TX_PRE_FORK", type_not_supported},

    {"IntrinsicGas", intrinsic_gas_too_low},
    {"SenderNotEOA", sender_not_eoa},
    {"TR_FeeCapLessThanBlocks", fee_cap_below_base_fee},
    {"TR_GasLimitReached", gas_limit_above_block},
    {"TR_InitCodeLimitExceeded", initcode_too_large},
    {"TR_IntrinsicGas", intrinsic_gas_too_low},
    {"TR_NoFunds", insufficient_funds},
    {"TR_NoFundsOrGas", insufficient_funds},
    {"TR_NoFundsOrGas", intrinsic_gas_too_low},
    {"TR_NoFundsX", insufficient_funds},
    {"TR_NonceHasMaxValue", nonce_at_maximum},
    {"TR_NonceTooHigh", nonce_too_high},
    {"TR_NonceTooLow", nonce_too_low},
    {"TR_RLP_WRONGVALUE", std::nullopt},
    {"TR_TipGtFeeCap", priority_fee_above_fee_cap},
    {"TR_TypeNotSupported", type_not_supported},
};

} // namespace

Result<std::vector<Refusal>> refusals_of(std::string_view exception) {
  constexpr std::string_view prefix = "TransactionException.";
  std::vector<Refusal> refusals;
  while (true) {
    const size_t end = exception.find('|');
    std::string_view name = exception.substr(0, end);
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    const size_t known_before = refusals.size();
    for (const Row& row : rows)
      if (row.name == name) refusals.push_back(row.refusal);
    if (refusals.size() == known_before)
      return fail("exception '" + std::string(name) + "' is not known");
    if (end == std::string_view::npos) return refusals;
    exception.remove_prefix(end + 1);
  }
}

} // namespace runahead
