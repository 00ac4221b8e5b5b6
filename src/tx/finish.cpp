// Phases 3 and 4: the EVM runs; then unused gas is given back, the fee paid, and the changes are
// collected.
#include "tx/execution.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

Program::Progress Execution::execute(int64_t budget) {
  const Progress progress = stack_.run(budget);
  if (progress == Progress::want) return want();
  if (progress == Progress::done) phase_ = Phase::finishing;
  return progress;
}

/// EIP-3529's cap on refunds, then EIP-7623's floor.
void Execution::settle_gas(int64_t gas_left) {
  const auto limit = static_cast<int64_t>(input_.transaction.gas_limit);
  const int64_t used = limit - gas_left;
  result_.refund = std::min(used / gas_.refund_quotient, world_.journal.refund());
  result_.gas_used = static_cast<uint64_t>(std::max(used - result_.refund, floor_gas_));
  result_.peak_gas = static_cast<uint64_t>(std::max(used, floor_gas_));
}

Program::Progress Execution::finish() {
  Journal& journal = world_.journal;
  const CallResult& call = stack_.result();
  const Transaction& tx = input_.transaction;
  const bool first = !std::exchange(settled_, true);
  if (first) {
    settle_gas(call.gas_left);
    result_.status = call.status;
    result_.output = stack_.take_output();
    result_.logs = journal.logs();
    result_.created = call.created;
  }
  if (input_.mode == ExecutionMode::call || stack_.met_limit()) {
    phase_ = Phase::ended;
    return Progress::done;
  }
  if (first) {
    const uint256 burnt = world_.since(Fork::london) ? world_.block.base_fee : uint256{};
    journal.add_balance(tx.sender, world_.tx.gas_price * uint256{tx.gas_limit - result_.gas_used});
    journal.add_balance(world_.block.coinbase,
                        (world_.tx.gas_price - burnt) * uint256{result_.gas_used});
    journal.touch(tx.sender);
    journal.touch(world_.block.coinbase);
  }
  auto changes = journal.finish();
  if (!changes) return want();
  changes_ = std::move(*changes);
  phase_ = Phase::ended;
  return Progress::done;
}

} // namespace runahead
