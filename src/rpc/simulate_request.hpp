// The parameters of eth_simulateV1: blocks that are made up on top of a block of the chain.
#pragma once

#include "block/block.hpp"
#include "rpc/call_request.hpp"

#include <optional>
#include <vector>

namespace runahead {

struct SimulatedCall {
  Transaction transaction; ///< gas limit and nonce count only if they were given
  GivenFields given;
};

/// One block: what is changed of it and of the state before it, and its transactions.
struct SimulatedBlock {
  BlockOverrides overrides;
  std::optional<Hash256> beacon_root;
  std::vector<Withdrawal> withdrawals;
  StateOverrides state;
  std::vector<SimulatedCall> calls;
};

struct SimulateRequest {
  std::vector<SimulatedBlock> blocks;
  BlockRef block;               ///< on top of it
  bool trace_transfers = false; ///< moved wei as logs, like those of a token
  bool validation = false;      ///< senders must be able to send
  bool whole_transactions = false;
};

/// `[{blockStateCalls, traceTransfers, validation, returnFullTransactions}, block?]`. `value` may
/// be null.
Result<SimulateRequest> read_simulate_params(const simdjson::dom::element* value);

} // namespace runahead
