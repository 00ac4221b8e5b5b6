// eth_estimateGas: the least gas with which a call succeeds, found by running it again and again on
// one block. What a run read is there for the next, so all but the first are fast.
#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "rpc/call_error.hpp"
#include "rpc/call_methods.hpp"
#include "spec/gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr auto transfer_gas = static_cast<uint64_t>(gas::tx);

/// Gas that a call may need beyond what it used: a 64th of what it passes on stays behind at every
/// level (EIP-150), and a transfer of value asks for the stipend.
uint64_t likely_enough(uint64_t peak_gas) {
  return (peak_gas + static_cast<uint64_t>(gas::call_stipend)) * 64 / 63;
}

/// The search. Kept by the run that it waits for.
class GasSearch : public std::enable_shared_from_this<GasSearch> {
public:
  GasSearch(MethodCall call, CallRequest request, PinRef pin)
      : waiting_(std::move(call)), request_(std::move(request)), pin_(std::move(pin)) {}

  void start() {
    const Rules& rules = pin_->block.rules;
    const uint64_t asked = request_.given.gas.value_or(0);
    high_ = asked >= transfer_gas
                ? asked
                : request_.block_overrides.gas_limit.value_or(pin_->block.env.gas_limit);
    if (rules.fork >= Fork::osaka) high_ = std::min(high_, static_cast<uint64_t>(gas::tx_cap));
    if (const uint64_t cap = waiting_.context->options.limits.gas_cap) high_ = std::min(high_, cap);
    if (request_.transaction.max_fee.is_zero()) return try_transfer();
    look_at_funds();
  }

private:
  using Next = void (GasSearch::*)(const CallOutcome&);

  void refuse(RpcError error) { waiting_.reply(std::unexpected(std::move(error))); }
  void refuse(std::string message) { refuse({rpc_code::server_error, std::move(message)}); }

  void run(uint64_t gas, Next next) {
    tried_ = gas;
    CallRequest request = request_;
    request.transaction.gas_limit = gas;
    run_for(waiting_.context->calls, waiting_.exchange, std::move(request), pin_, {},
            [self = shared_from_this(), next](const CallOutcome& outcome) {
              ((*self).*next)(outcome);
            });
  }

  /// A sender that offers a price cannot buy more gas than it has money for.
  void look_at_funds() {
    const Address& sender = request_.transaction.sender;
    for (const AccountOverride& account : request_.overrides)
      if (account.address == sender && account.balance) return limit_by(*account.balance);
    const auto exchange = waiting_.exchange.lock();
    if (!exchange) return;
    exchange->keep(read_state(waiting_.context->calls, pin_,
                              {StateKey::of(StateKind::balance, sender)},
                              [self = shared_from_this()](auto values) {
                                if (!values) return self->refuse(values.error());
                                self->limit_by((*values)[0].word);
                              }));
  }

  void limit_by(const uint256& balance) {
    const Transaction& tx = request_.transaction;
    if (balance < tx.value) return refuse("insufficient funds for transfer");
    const uint256 payable = udiv(balance - tx.value, tx.max_fee);
    if (payable < uint256{high_}) high_ = payable.w[0];
    try_transfer();
  }

  /// What carries no data is mostly a transfer, which costs the same always.
  void try_transfer() {
    const Transaction& tx = request_.transaction;
    if (tx.to && tx.data.empty() && high_ >= transfer_gas)
      return run(transfer_gas, &GasSearch::end_transfer);
    try_all();
  }

  void end_transfer(const CallOutcome& outcome) {
    if (!error_of(outcome)) return answer(transfer_gas);
    try_all();
  }

  void try_all() { run(high_, &GasSearch::end_all); }

  /// With all the gas there may be: if it fails now, it fails always.
  void end_all(const CallOutcome& outcome) {
    if (is_too_little(outcome))
      return refuse("gas required exceeds allowance (" + to_decimal(high_) + ")");
    if (auto error = error_of(outcome)) return refuse(std::move(*error));
    const auto& result = std::get<ExecutionResult>(outcome.end);
    low_ = result.gas_used - 1;
    if (const uint64_t likely = likely_enough(result.peak_gas); likely < high_)
      return run(likely, &GasSearch::end_try);
    go_on();
  }

  void end_try(const CallOutcome& outcome) {
    if (const auto error = error_of(outcome)) {
      if (std::holds_alternative<StateFailure>(outcome.end) ||
          std::holds_alternative<CallAborted>(outcome.end))
        return refuse(*error);
      low_ = tried_;
    } else {
      high_ = tried_;
    }
    go_on();
  }

  void go_on() {
    const bool close_enough = static_cast<double>(high_ - low_) <
                              static_cast<double>(high_) * limits::estimate_error_ratio;
    if (low_ + 1 >= high_ || close_enough) return answer(high_);
    // Most calls need little more than they use.
    run(std::min(low_ + (high_ - low_) / 2, low_ * 2), &GasSearch::end_try);
  }

  /// True if more gas might have helped.
  static bool is_too_little(const CallOutcome& outcome) {
    if (const auto* invalid = std::get_if<InvalidTransaction>(&outcome.end))
      return invalid->code == InvalidCode::intrinsic_gas_too_low ||
             invalid->code == InvalidCode::floor_gas_too_low;
    const auto* result = std::get_if<ExecutionResult>(&outcome.end);
    return result != nullptr && (result->status == Status::out_of_gas ||
                                 result->status == Status::code_deposit_out_of_gas);
  }

  void answer(uint64_t gas) { waiting_.reply(JsonWriter().quantity(gas).take()); }

  WaitingCall waiting_;
  CallRequest request_;
  PinRef pin_;
  uint64_t low_ = 0;  ///< not enough
  uint64_t high_ = 0; ///< enough, once it was tried
  uint64_t tried_ = 0;
};

} // namespace

void estimate_gas(MethodCall call) {
  auto request = read_call_params(call.params, call.limits());
  if (!request) return call.refuse_params(request.error());
  const BlockRef block = request->block;
  with_block(
      std::move(call), block,
      [request = std::move(*request)](MethodCall woken, PinRef pin) mutable {
        std::make_shared<GasSearch>(std::move(woken), std::move(request), std::move(pin))->start();
      });
}

} // namespace runahead
