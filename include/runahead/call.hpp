// What is executed, in which block, by which rules, and how that can end.
#pragma once

#include "runahead/state.hpp"

namespace runahead::api {

enum class Fork : uint8_t {
  frontier,
  homestead,
  tangerine_whistle,
  spurious_dragon,
  byzantium,
  constantinople,
  petersburg,
  istanbul,
  berlin,
  london,
  paris,
  shanghai,
  cancun,
  prague,
  osaka,
};

/// By what rules a block runs. There is no default: rules are never guessed.
struct Rules {
  Rules(uint64_t chain, Fork rules_of) : chain_id(chain), fork(rules_of) {}

  uint64_t chain_id;
  Fork fork;
  /// The most blobs of a call (EIP-7840); empty: as many as when the fork began.
  std::optional<uint32_t> max_blobs{};
};

/// What the built-in schedule says of a block of mainnet, Sepolia, Holesky or Hoodi; empty for any
/// other chain id.
std::optional<Rules> rules_at(uint64_t chain_id, uint64_t block_number, uint64_t timestamp);

/// The fields of a block that code can see.
struct Block {
  uint64_t number = 0;
  uint64_t timestamp = 0; ///< seconds
  uint64_t gas_limit = 30'000'000;
  Address coinbase{};
  Word prev_randao{};   ///< the difficulty before Paris
  Word base_fee{};      ///< wei per gas
  Word blob_base_fee{}; ///< wei per blob gas
};

struct AccessListEntry {
  Address address{};
  std::vector<Word> slots{};
};

/// What an account is taken to have had before the call, in place of what the source says.
struct AccountOverride {
  Address address{};
  std::optional<Word> balance{};
  std::optional<uint64_t> nonce{};
  std::optional<Bytes> code{};
  bool clear_storage = false;     ///< slots not in `storage` are zero
  std::map<Word, Word> storage{}; ///< slot to value
};

/// A call as eth_call understands it: nonce and signature are not checked, the sender needs funds
/// for the value, and for gas only if a fee is given.
struct Call {
  Address from{};
  std::optional<Address> to{}; ///< empty: creates a contract
  Bytes data{};
  Word value{}; ///< wei
  uint64_t gas = 50'000'000;
  Word max_fee{};          ///< wei per gas; before London (EIP-1559), the gas price
  Word max_priority_fee{}; ///< wei per gas; without meaning before London
  Word max_fee_per_blob_gas{};
  std::vector<AccessListEntry> access_list{};
  std::vector<Word> blob_hashes{};
  std::vector<AccountOverride> overrides{};
};

/// How the EVM ended it. All but `success` undid every change; all but `success` and `revert` took
/// all gas.
enum class Status : uint8_t {
  success,
  revert,
  out_of_gas,
  undefined_opcode,
  invalid_opcode,
  stack_underflow,
  stack_overflow,
  bad_jump,
  static_violation,
  return_data_out_of_bounds,
  address_collision,
  code_too_large,
  code_starts_with_ef,
  code_deposit_out_of_gas,
  initcode_too_large,
  precompile_failure,
};

/// `out of gas`, for messages.
std::string_view name(Status status);

struct Log {
  Address address{};
  std::vector<Word> topics{}; ///< 0 to 4
  Bytes data{};
};

/// The EVM ran: an answer, also where it is a failure of the call.
struct Result {
  Status status = Status::success;
  uint64_t gas_used = 0; ///< after refunds
  Bytes output{};        ///< return or revert data; the deployed code of a creation
  std::vector<Log> logs{};
  std::optional<Address> created{};
};

/// The call is none that could be executed, whatever the state's contracts are.
struct InvalidCall {
  std::string message{}; ///< one sentence that names the field
};

/// State that the call needed could not be read: there is no answer.
struct StateUnavailable {
  StateKey key{};
  std::string source{}; ///< its name
  std::string cause{};
  bool transient = false; ///< asking again later may succeed
};

/// The call did not end within the time limit.
struct TimedOut {};

/// The call asks for more than the library computes: precompile MODEXP with operands of millions of
/// bytes, before Osaka. There is no answer.
struct BeyondLimits {};

/// Exactly one of the kinds of ending. A bug of the library is none: it aborts the process.
using Outcome = std::variant<Result, InvalidCall, StateUnavailable, TimedOut, BeyondLimits>;

/// What a call cost. Calls that ran together share requests: those are counted for each.
struct Cost {
  uint64_t rounds = 0;   ///< longest chain of reads that waited for one another
  uint64_t requests = 0; ///< `StateSource::read`, retries included
  uint64_t reads = 0;    ///< values asked of the source
};

struct Report {
  Outcome outcome;
  Cost cost;
  /// The result if the EVM succeeded, else null.
  const Result* success() const {
    const Result* result = std::get_if<Result>(&outcome);
    return result != nullptr && result->status == Status::success ? result : nullptr;
  }
};

} // namespace runahead::api
