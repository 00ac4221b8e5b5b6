// Phase 1: may this transaction be executed at all? (Yellow Paper 6.2 and the EIPs named below.)
#include "base/hex.hpp"
#include "crypto/checksum_address.hpp"
#include "spec/limits.hpp"
#include "tx/execution.hpp"
#include "tx/intrinsic_gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

Fork first_fork(TxType type) {
  switch (type) {
  case TxType::legacy: return Fork::frontier;
  case TxType::access_list: return Fork::berlin;
  case TxType::dynamic_fee: return Fork::london;
  case TxType::blob: return Fork::cancun;
  case TxType::set_code: return Fork::prague;
  }
  return Fork::osaka;
}

/// a * b, or nothing if it needs more than 256 bits.
std::optional<uint256> multiply(const uint256& a, uint64_t b) {
  const uint256 product = a * uint256{b};
  if (b != 0 && udiv(product, b) != a) return std::nullopt;
  return product;
}

/// a + b, or nothing if either is missing or the sum needs more than 256 bits.
std::optional<uint256> add(const std::optional<uint256>& a, const std::optional<uint256>& b) {
  if (!a || !b || *a + *b < *a) return std::nullopt;
  return *a + *b;
}

} // namespace

bool Execution::refuse(InvalidCode code, std::string message) {
  invalid_ = {code, std::move(message)};
  phase_ = Phase::ended;
  return false;
}

bool Execution::check_form() {
  const Transaction& tx = input_.transaction;
  if (input_.rules.fork < first_fork(tx.type))
    return refuse(InvalidCode::type_not_supported, "transaction type not supported before " +
                                                       std::string(name(first_fork(tx.type))));
  if (tx.chain_id && *tx.chain_id != uint256{input_.rules.chain_id})
    return refuse(InvalidCode::wrong_chain,
                  "chainId does not match: have=" + to_decimal(*tx.chain_id) +
                      ", want=" + to_decimal(input_.rules.chain_id));
  if (!is_lenient() && tx.nonce == ~uint64_t{0}) // EIP-2681
    return refuse(InvalidCode::nonce_at_maximum, "nonce has max value: address " +
                                                     to_checksum_hex(tx.sender) +
                                                     ", nonce: " + to_decimal(tx.nonce));
  if (world_.since(Fork::shanghai) && !tx.to && tx.data.size() > spec::max_initcode_bytes)
    return refuse(InvalidCode::initcode_too_large, "max initcode size exceeded: code size " +
                                                       to_decimal(tx.data.size()) + " limit " +
                                                       to_decimal(spec::max_initcode_bytes));
  return true;
}

bool Execution::check_gas() {
  const Transaction& tx = input_.transaction;
  if (is_in_block() && world_.since(Fork::osaka) &&
      tx.gas_limit > static_cast<uint64_t>(gas::tx_cap))
    return refuse(InvalidCode::gas_limit_above_cap,
                  "transaction gas limit too high (cap: " + to_decimal(gas::tx_cap) +
                      ", tx: " + to_decimal(tx.gas_limit) + ")");
  if (is_in_block() && tx.gas_limit > input_.block.gas_limit)
    return refuse(InvalidCode::gas_limit_above_block, "gas limit reached");
  intrinsic_gas_ = intrinsic_gas(tx, gas_);
  floor_gas_ = floor_gas(tx, input_.rules.fork);
  const auto have_want = [&](int64_t want) {
    return ": have " + to_decimal(tx.gas_limit) + ", want " +
           to_decimal(static_cast<uint64_t>(want));
  };
  if (tx.gas_limit < static_cast<uint64_t>(intrinsic_gas_))
    return refuse(InvalidCode::intrinsic_gas_too_low,
                  "intrinsic gas too low" + have_want(intrinsic_gas_));
  if (tx.gas_limit < static_cast<uint64_t>(floor_gas_))
    return refuse(InvalidCode::floor_gas_too_low,
                  "insufficient gas for floor data gas cost" + have_want(floor_gas_));
  return true;
}

bool Execution::check_fees() {
  const Transaction& tx = input_.transaction;
  if (!pays_fees() || !world_.since(Fork::london)) return true;
  const std::string who = ": address " + to_checksum_hex(tx.sender);
  if (tx.max_fee < tx.max_priority_fee)
    return refuse(InvalidCode::priority_fee_above_fee_cap,
                  "max priority fee per gas higher than max fee per gas" + who +
                      ", maxPriorityFeePerGas: " + to_decimal(tx.max_priority_fee) +
                      ", maxFeePerGas: " + to_decimal(tx.max_fee));
  if (tx.max_fee < world_.block.base_fee)
    return refuse(InvalidCode::fee_cap_below_base_fee,
                  "max fee per gas less than block base fee" + who + ", maxFeePerGas: " +
                      to_decimal(tx.max_fee) + ", baseFee: " + to_decimal(world_.block.base_fee));
  return true;
}

bool Execution::check_blobs() {
  const Transaction& tx = input_.transaction;
  if (tx.type != TxType::blob) return true;
  if (!tx.to) return refuse(InvalidCode::blob_create, "blob transaction of type create");
  if (tx.blob_hashes.empty())
    return refuse(InvalidCode::blob_count_zero, "blob transaction missing blob hashes");
  uint64_t most = input_.rules.blobs.max;
  if (world_.since(Fork::osaka)) most = std::min(most, spec::max_blobs_per_transaction);
  if (!is_lenient() && tx.blob_hashes.size() > most)
    return refuse(InvalidCode::blob_count_too_high, "too many blobs in transaction");
  for (size_t i = 0; i < tx.blob_hashes.size(); ++i)
    if (tx.blob_hashes[i].bytes[0] != spec::blob_hash_version)
      return refuse(InvalidCode::blob_version,
                    "blob " + to_decimal(i) + " has invalid hash version");
  if (tx.max_fee_per_blob_gas < world_.block.blob_base_fee)
    return refuse(InvalidCode::blob_fee_too_low,
                  "max fee per blob gas less than block blob gas fee: address " +
                      to_checksum_hex(tx.sender) +
                      ", maxFeePerBlobGas: " + to_decimal(tx.max_fee_per_blob_gas) +
                      ", blobBaseFee: " + to_decimal(world_.block.blob_base_fee));
  return true;
}

bool Execution::check_set_code() {
  const Transaction& tx = input_.transaction;
  if (tx.type != TxType::set_code) return true;
  const std::string who = " (sender " + to_checksum_hex(tx.sender) + ")";
  if (!tx.to)
    return refuse(InvalidCode::set_code_create,
                  "EIP-7702 transaction cannot be used to create contract" + who);
  if (tx.authorizations.empty())
    return refuse(InvalidCode::set_code_empty, "EIP-7702 transaction with empty auth list" + who);
  return true;
}

bool Execution::check_sender(uint64_t nonce, const Bytecode& code) {
  const Transaction& tx = input_.transaction;
  const std::string nonces = ": address " + to_checksum_hex(tx.sender) +
                             ", tx: " + to_decimal(tx.nonce) + " state: " + to_decimal(nonce);
  if (tx.nonce < nonce) return refuse(InvalidCode::nonce_too_low, "nonce too low" + nonces);
  if (tx.nonce > nonce) return refuse(InvalidCode::nonce_too_high, "nonce too high" + nonces);
  const bool delegated = world_.since(Fork::prague) && delegation_of(code.bytes);
  if (!code.bytes.empty() && !delegated) // EIP-3607
    return refuse(InvalidCode::sender_not_eoa, "sender not an eoa: address " +
                                                   to_checksum_hex(tx.sender) +
                                                   ", len(code): " + to_decimal(code.bytes.size()));
  return true;
}

/// The balance must cover the most that the transaction may cost, in full.
bool Execution::check_funds() {
  const Transaction& tx = input_.transaction;
  const auto gas_cost = multiply(tx.max_fee, tx.gas_limit);
  const auto blob_cost = multiply(tx.max_fee_per_blob_gas, blob_gas());
  const std::optional<uint256> need = add(add(gas_cost, blob_cost), tx.value);
  if (need && need->is_zero()) return true;
  const uint256* balance = world_.journal.balance(tx.sender);
  if (need && *balance >= *need) return true;
  return refuse(InvalidCode::insufficient_funds,
                "insufficient funds for gas * price + value: address " +
                    to_checksum_hex(tx.sender) + " have " + to_decimal(*balance) + " want " +
                    (need ? to_decimal(*need) : std::string("more than 256 bits")));
}

Program::Progress Execution::validate() {
  if (!check_form() || !check_gas() || !check_fees() || !check_blobs() || !check_set_code())
    return Progress::done;
  Journal& journal = world_.journal;
  const Transaction& tx = input_.transaction;
  if (!is_lenient()) {
    const auto nonce = journal.nonce(tx.sender);
    const BytecodeRef* code = journal.code(tx.sender);
    const uint256* balance = journal.balance(tx.sender);
    if (!nonce || code == nullptr || balance == nullptr) return want();
    if (!check_sender(*nonce, **code)) return Progress::done;
  } else if ((tx.value || tx.max_fee || tx.max_fee_per_blob_gas) &&
             journal.balance(tx.sender) == nullptr) {
    return want();
  }
  if (check_funds()) phase_ = Phase::preparing;
  return Progress::done;
}

} // namespace runahead
