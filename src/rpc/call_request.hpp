// The parameters of eth_call: what geth takes, strictly. Every error names the field.
#pragma once

#include "base/result.hpp"
#include "block/block.hpp"
#include "rpc/block_ref.hpp"
#include "spec/block_env.hpp"
#include "spec/fork.hpp"
#include "tx/overrides.hpp"
#include "tx/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace simdjson::dom {
class element;
}

namespace runahead {

/// Fields of the block that a call wants to see otherwise than they are.
struct BlockOverrides {
  std::optional<uint64_t> number;
  std::optional<uint256> difficulty; ///< seen before Paris only
  std::optional<uint64_t> time;      ///< seconds
  std::optional<uint64_t> gas_limit;
  std::optional<Address> fee_recipient;
  std::optional<uint256> prev_randao; ///< seen since Paris only
  std::optional<uint256> base_fee;
  std::optional<uint256> blob_base_fee;

  /// The block as these make it. What a simulation alone can change is not among them.
  BlockEnv applied_to(BlockEnv block, Fork fork) const;
};

/// Fields of a call object as they were given, where leaving them out says something too.
struct GivenFields {
  std::optional<uint64_t> gas, nonce;
  bool gas_price = false;
};

struct CallRequest {
  Transaction transaction;
  GivenFields given;
  BlockRef block;
  StateOverrides overrides;
  BlockOverrides block_overrides;
};

struct CallLimits {
  /// Gas of a call that names none, and the most that one gets, as geth's --rpc.gascap. 0: no cap.
  uint64_t gas_cap = 50'000'000;
};

/// A call object: from (zero if absent), to (absent: creates a contract), gas, gasPrice,
/// maxFeePerGas, maxPriorityFeePerGas, maxFeePerBlobGas, value, nonce, data or input (equal if both
/// are given), accessList, blobVersionedHashes, authorizationList, chainId, type (checked to be one
/// and otherwise ignored: the fields decide). Null fields count as absent.
/// `given` may be null.
Result<Transaction> read_call_object(const simdjson::dom::element& value, const CallLimits& limits,
                                     GivenFields* given = nullptr);

/// By address: balance, nonce, code, state or stateDiff, movePrecompileToAddress.
Result<StateOverrides> read_state_overrides(const simdjson::dom::element& value);

/// number, difficulty, time, gasLimit, feeRecipient, prevRandao, baseFeePerGas, blobBaseFee.
Result<BlockOverrides> read_block_overrides(const simdjson::dom::element& value);

/// What a simulated block can be made up of besides.
struct SimulatedOverrides {
  BlockOverrides plain;
  std::optional<Hash256> beacon_root;
  std::optional<std::vector<Withdrawal>> withdrawals;
};
/// The same and beaconRoot, withdrawals.
Result<SimulatedOverrides> read_simulated_overrides(const simdjson::dom::element& value);

/// eth_call's `[call, block, overrides, blockOverrides]`, all but the first optional; or, where
/// `bare` allows it, the call object alone. `value` may be null: no parameters.
Result<CallRequest> read_call_params(const simdjson::dom::element* value, const CallLimits& limits,
                                     bool bare = false);

// The same from text.
Result<Transaction> parse_call_object(std::string_view json, const CallLimits& limits);
Result<StateOverrides> parse_state_overrides(std::string_view json);
Result<BlockOverrides> parse_block_overrides(std::string_view json);
Result<CallRequest> parse_call_params(std::string_view json, const CallLimits& limits);

} // namespace runahead
