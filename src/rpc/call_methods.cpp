#include "rpc/call_methods.hpp"

#include "io/json_writer.hpp"
#include "rpc/call_error.hpp"

namespace runahead {
namespace {

RpcAnswer to_answer(const CallOutcome& outcome) {
  if (auto error = error_of(outcome)) return std::unexpected(std::move(*error));
  return JsonWriter().hex(std::get<ExecutionResult>(outcome.end).output).take();
}

} // namespace

void run_for(CallFront& calls, const std::weak_ptr<Exchange>& exchange, CallRequest request,
             PinRef pin, CallExtras extras, CallFront::Done then) {
  const auto still = exchange.lock();
  if (!still || still->cancelled()) return;
  still->keep(calls.start(std::move(request), std::move(pin), std::move(then), std::move(extras)));
}

void eth_call(MethodCall call) {
  auto request = read_call_params(call.params, call.limits());
  if (!request) return call.refuse_params(request.error());
  const BlockRef block = request->block;
  with_block(std::move(call), block,
             [request = std::move(*request)](MethodCall woken, PinRef pin) mutable {
               const auto exchange = woken.exchange;
               exchange->keep(woken.calls().start(
                   std::move(request), std::move(pin),
                   [reply = std::move(woken.reply)](const CallOutcome& outcome) mutable {
                     reply(to_answer(outcome));
                   }));
             });
}

} // namespace runahead
