#include "statetest/block_expectation.hpp"

#include "statetest/expectation.hpp"

#include <algorithm>
#include <span>

namespace runahead {
namespace {

using Kind = BlockRefusal::Kind;

/// One meaning of a name; a name with several has several rows.
struct Row {
  std::string_view name;
  Kind kind;
  BlockFault fault{}; ///< of Kind::invalid
};

constexpr Row fault_row(std::string_view name, BlockFault fault) {
  return {name, Kind::invalid, fault};
}
constexpr Row malformed_row(std::string_view name) { return {name, Kind::malformed}; }

using enum BlockFault;
// Of the execution spec tests, behind `BlockException.` or `TransactionException.`.
constexpr Row eest_rows[] = {
    fault_row("EXTRA_DATA_INVALID_DAO", dao_extra_data),
    fault_row("EXTRA_DATA_TOO_BIG", extra_data),
    fault_row("GASLIMIT_TOO_BIG", gas_limit),
    fault_row("GAS_ALLOWANCE_EXCEEDED", block_gas),
    fault_row("GAS_USED_OVERFLOW", gas_used_above_limit),
    fault_row("GAS_USED_OVERFLOW", block_gas),
    fault_row("IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS", difficulty),
    fault_row("IMPORT_IMPOSSIBLE_LEGACY", base_fee),
    fault_row("IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT", base_fee),
    fault_row("IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT", base_fee),
    fault_row("IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI", withdrawals_root),
    fault_row("IMPORT_IMPOSSIBLE_PARIS_WRONG_POS", difficulty),
    fault_row("IMPORT_IMPOSSIBLE_PARIS_WRONG_POW", difficulty),
    fault_row("IMPORT_IMPOSSIBLE_SHANGHAI", withdrawals_root),
    fault_row("IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS", ommers_hash),
    fault_row("INCORRECT_BLOB_GAS_USED", blob_gas_used),
    fault_row("INCORRECT_BLOCK_FORMAT", withdrawals_root),
    fault_row("INCORRECT_EXCESS_BLOB_GAS", excess_blob_gas),
    fault_row("INVALID_BASEFEE_PER_GAS", base_fee),
    fault_row("INVALID_BLOCK_NUMBER", number),
    fault_row("INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT", timestamp),
    fault_row("INVALID_DEPOSIT_EVENT_LAYOUT", deposit_layout),
    fault_row("INVALID_DIFFICULTY", difficulty),
    fault_row("INVALID_GASLIMIT", gas_limit),
    fault_row("INVALID_GAS_USED", gas_used),
    fault_row("INVALID_GAS_USED_ABOVE_LIMIT", gas_used_above_limit),
    fault_row("INVALID_LOG_BLOOM", logs_bloom),
    fault_row("INVALID_RECEIPTS_ROOT", receipts_root),
    fault_row("INVALID_REQUESTS", requests_hash),
    fault_row("INVALID_STATE_ROOT", state_root),
    fault_row("INVALID_TRANSACTIONS_ROOT", transactions_root),
    fault_row("INVALID_WITHDRAWALS_ROOT", withdrawals_root),
    fault_row("RLP_BLOCK_LIMIT_EXCEEDED", size),
    fault_row("SYSTEM_CONTRACT_CALL_FAILED", system_call),
    fault_row("SYSTEM_CONTRACT_EMPTY", system_call),
    fault_row("TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED", blob_gas),
    fault_row("TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED", blob_gas_used),
    fault_row("UNCLE_PARENT_INCORRECT", ommer_parent),
    {"UNKNOWN_PARENT", Kind::unknown_parent},
    {"UNKNOWN_PARENT_ZERO", Kind::unknown_parent},
    malformed_row("RLP_INVALID_ADDRESS"),
    malformed_row("RLP_INVALID_FIELD_OVERFLOW_64"),
    malformed_row("RLP_STRUCTURES_ENCODING"),
    fault_row("RLP_WITHDRAWALS_NOT_READ", withdrawals_root),
    malformed_row("TYPE_3_TX_WITH_FULL_BLOBS"),
};

// Of ethereum/tests and its legacy tests.
constexpr Row ethereum_tests_rows[] = {
    fault_row("1559BlockImportImpossible_BaseFeeWrong", base_fee),
    fault_row("3675PoSBlockRejected", difficulty),
    fault_row("3675PreParis1559BlockRejected", difficulty),
    fault_row("3675PreParis1559BlockRejected", ommers_hash),
    fault_row("BlockGasLimitReached", block_gas),
    fault_row("ExtraDataTooBig", extra_data),
    fault_row("InvalidDifficulty", difficulty),
    fault_row("InvalidGasLimit", gas_limit),
    fault_row("InvalidGasLimit2", gas_limit),
    fault_row("InvalidGasUsed", gas_used),
    fault_row("InvalidLogBloom", logs_bloom),
    fault_row("InvalidNumber", number),
    fault_row("InvalidReceiptsStateRoot", receipts_root),
    fault_row("InvalidStateRoot", state_root),
    fault_row("InvalidTimestamp", timestamp),
    fault_row("InvalidTimestampOlderParent", timestamp),
    fault_row("InvalidTransactionsRoot", transactions_root),
    fault_row("InvalidUncleParentHash", ommer_parent),
    fault_row("InvalidUncleParentHash", ommer_is_ancestor),
    fault_row("InvalidUnclesHash", ommers_hash),
    fault_row("InvalidWithdrawals", withdrawals_root),
    fault_row("PostParisDifficultyIsNot0", difficulty),
    fault_row("PostParisUncleHashIsNotEmpty", ommers_hash),
    fault_row("TR_GasLimitReached", block_gas),
    fault_row("TooManyUncles", ommer_count),
    fault_row("TooMuchGasUsed", gas_used_above_limit),
    fault_row("TooMuchGasUsed", gas_limit), // the file's gas limit is wrong too
    fault_row("UncleInChain", ommer_repeated),
    fault_row("UncleInChain", ommer_is_ancestor),
    fault_row("UncleIsAncestor", ommer_is_ancestor),
    fault_row("UncleIsBrother", ommer_parent),
    fault_row("UncleIsBrother", ommer_repeated), // the file's brother stands in the list twice
    fault_row("UncleParentIsNotAncestor", ommer_parent),
    fault_row("UncleTooOld", ommer_parent),
    {"UnknownParent", Kind::unknown_parent},
    {"UnknownParent2", Kind::unknown_parent},
    malformed_row("INPUT_UNMARSHAL_ADDRESS_ERROR"),
    malformed_row("INPUT_UNMARSHAL_ERROR"),
    fault_row("RLP_ExpectedAsList", withdrawals_root), // where a list of withdrawals should be
};

/// Of blocks whose hash is told beside them, as in the Engine API: never of a block's RLP alone.
constexpr std::string_view names_that_never_happen[] = {"BlockException.INVALID_BLOCK_HASH"};

bool matches(const Row& row, const BlockRefusal& refusal) {
  if (row.kind != refusal.kind) return false;
  if (row.kind != Kind::invalid) return true;
  // What is wrong with an ommer's header has the name that it would have in the block's own.
  return std::ranges::any_of(refusal.faults, [&](const InvalidBlock& fault) {
    return fault.fault == row.fault || fault.ommer == row.fault;
  });
}

/// A transaction's exception: refused by execution, or never decoded.
bool matches(std::span<const Refusal> refusals, const BlockRefusal& refusal) {
  return std::ranges::any_of(refusals, [&](const Refusal& wanted) {
    if (!wanted) return refusal.kind == Kind::malformed;
    return std::ranges::find(refusal.faults, wanted, &InvalidBlock::transaction) !=
           refusal.faults.end();
  });
}

Result<bool> fulfils_one(const BlockRefusal& refusal, std::string_view name) {
  bool known = std::ranges::count(names_that_never_happen, name) != 0, fulfilled = false;
  const auto look = [&](std::string_view in_rows, std::span<const Row> rows) {
    for (const Row& row : rows) {
      if (row.name != in_rows) continue;
      known = true;
      fulfilled = fulfilled || matches(row, refusal);
    }
  };
  const size_t prefix = name.find("Exception.");
  look(prefix == std::string_view::npos ? name : name.substr(name.find('.') + 1), eest_rows);
  look(name, ethereum_tests_rows);
  if (const auto refusals = refusals_of(name)) {
    known = true;
    fulfilled = fulfilled || matches(*refusals, refusal);
  }
  if (!known) return fail("exception '" + std::string(name) + "' is not known");
  return fulfilled;
}

constexpr std::string_view also_low_in_gas[] = {"TR_FeeCapLessThanBlocksORNoFunds",
                                                "TransactionException.INSUFFICIENT_MAX_FEE_PER_GAS|"
                                                "TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"};

/// The names in an exception. ethereum/tests join some by `OR`: `TR_FeeCapLessThanBlocksORNoFunds`.
std::vector<std::string> names_in(std::string_view exception) {
  constexpr std::string_view prefix = "TR_", word = "OR";
  std::vector<std::string> names;
  const size_t joint = exception.starts_with(prefix) ? exception.find(word) : exception.npos;
  if (joint != exception.npos)
    return {std::string(exception.substr(0, joint)),
            std::string(prefix) + std::string(exception.substr(joint + word.size()))};
  while (true) {
    const size_t bar = exception.find('|');
    names.emplace_back(exception.substr(0, bar));
    if (bar == exception.npos) return names;
    exception.remove_prefix(bar + 1);
  }
}

} // namespace

Result<bool> fulfils(const BlockRefusal& refusal, std::string_view exception) {
  bool fulfilled = false;
  std::vector<std::string> names = names_in(exception);
  // The transactions of the files with these lack gas as well, which is found first.
  for (const std::string_view also_low : also_low_in_gas)
    if (exception == also_low) names.emplace_back("TR_IntrinsicGas");
  for (const std::string& name : names) {
    const auto one = fulfils_one(refusal, name);
    if (!one) return one;
    fulfilled = fulfilled || *one;
  }
  return fulfilled;
}

} // namespace runahead
