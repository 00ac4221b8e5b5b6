// eth_createAccessList: what a call touches, with the list itself given to it. As a list changes
// what gas is left, and so may change what is touched, the call runs until the list stays the same.
#include "interp/stepping.hpp"
#include "io/json_writer.hpp"
#include "machine/create_address.hpp"
#include "machine/precompiles.hpp"
#include "rpc/access_tracer.hpp"
#include "rpc/block_answer.hpp"
#include "rpc/call_error.hpp"
#include "rpc/call_methods.hpp"

namespace runahead {
namespace {

/// A list that still changes by then never ends.
constexpr unsigned most_runs = 16;

struct TracedRun {
  explicit TracedRun(std::unordered_set<Address> warm) : tracer(std::move(warm)), engine(&tracer) {}

  AccessTracer tracer;
  SteppingEngine engine;
};

/// The runs, one after the other. Kept by the run that it waits for.
class AccessSearch : public std::enable_shared_from_this<AccessSearch> {
public:
  AccessSearch(MethodCall call, CallRequest request, PinRef pin)
      : waiting_(std::move(call)), request_(std::move(request)), pin_(std::move(pin)) {}

  void start() {
    const Transaction& tx = request_.transaction;
    warm_.insert(tx.sender);
    for (const Precompile& precompile : precompiles(pin_->block.rules.fork))
      warm_.insert(precompile.address());
    if (tx.to) {
      warm_.insert(*tx.to);
      return run();
    }
    if (request_.given.nonce) {
      warm_.insert(create_address(tx.sender, *request_.given.nonce));
      return run();
    }
    const auto exchange = waiting_.exchange.lock();
    if (!exchange) return;
    exchange->keep(read_state(waiting_.context->calls, pin_,
                              {StateKey::of(StateKind::nonce, tx.sender)},
                              [self = shared_from_this()](auto values) {
                                if (!values)
                                  return self->waiting_.reply(std::unexpected(values.error()));
                                self->warm_.insert(create_address(self->request_.transaction.sender,
                                                                  (*values)[0].word.w[0]));
                                self->run();
                              }));
  }

private:
  void run() {
    auto traced = std::make_shared<TracedRun>(warm_);
    traced->tracer.add(request_.transaction.access_list);
    CallExtras extras{.engine = &traced->engine, .tracer = &traced->tracer, .owner = traced};
    run_for(waiting_.context->calls, waiting_.exchange, request_, pin_, std::move(extras),
            [self = shared_from_this(), traced](const CallOutcome& outcome) {
              self->end_run(traced->tracer.list(), outcome);
            });
  }

  void end_run(const std::vector<AccessListEntry>& list, const CallOutcome& outcome) {
    const auto* result = std::get_if<ExecutionResult>(&outcome.end);
    if (result == nullptr) return waiting_.reply(std::unexpected(*error_of(outcome)));
    if (same_size(list)) return answer(list, *result);
    if (++runs_ == most_runs)
      return waiting_.reply(
          rpc_fail(rpc_code::server_error, "the access list changes with every run of the call"));
    Transaction& tx = request_.transaction;
    tx.access_list = list;
    if (tx.type == TxType::legacy) tx.type = TxType::access_list;
    run();
  }

  /// A list begins with the one before it, so that one of the same size is the same.
  bool same_size(const std::vector<AccessListEntry>& list) const {
    const auto size = [](std::span<const AccessListEntry> entries) {
      size_t count = entries.size();
      for (const AccessListEntry& entry : entries) count += entry.slots.size();
      return count;
    };
    return size(list) == size(request_.transaction.access_list);
  }

  void answer(std::span<const AccessListEntry> list, const ExecutionResult& result) {
    JsonWriter json;
    json.begin_object().key("accessList");
    write_access_list(json, list);
    if (result.status == Status::revert)
      json.key("error").text("execution reverted");
    else if (result.status != Status::success)
      json.key("error").text(failure_text(result.status));
    waiting_.reply(json.key("gasUsed").quantity(result.gas_used).end_object().take());
  }

  WaitingCall waiting_;
  CallRequest request_;
  PinRef pin_;
  std::unordered_set<Address> warm_;
  unsigned runs_ = 0;
};

} // namespace

void create_access_list(MethodCall call) {
  auto request = read_call_params(call.params, call.limits());
  if (!request) return call.refuse_params(request.error());
  const BlockRef block = request->block;
  with_block(std::move(call), block,
             [request = std::move(*request)](MethodCall woken, PinRef pin) mutable {
               std::make_shared<AccessSearch>(std::move(woken), std::move(request), std::move(pin))
                   ->start();
             });
}

} // namespace runahead
