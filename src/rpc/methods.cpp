#include "rpc/methods.hpp"

#include "io/json_writer.hpp"
#include "rpc/call_error.hpp"

#include <utility>

namespace runahead {
namespace {

using Params = const simdjson::dom::element*;
using ExchangeRef = std::shared_ptr<Exchange>;

RpcAnswer to_answer(const CallOutcome& outcome) {
  if (auto error = error_of(outcome)) return std::unexpected(std::move(*error));
  return JsonWriter().hex(std::get<ExecutionResult>(outcome.end).output).take();
}

/// Runs the call; the exchange keeps it until its answer. The exchange is not kept by the call, as
/// its end cancels calls.
void run_call(CallService& service, CallRequest request, PinRef pin, Exchange& exchange,
              RpcAnswerSink reply) {
  exchange.keep(service.start(std::move(request), std::move(pin),
                              [reply = std::move(reply)](const CallOutcome& outcome) mutable {
                                reply(to_answer(outcome));
                              }));
}

void eth_call(CallService& service, const CallLimits& limits, Params params,
              const ExchangeRef& exchange, RpcAnswerSink reply) {
  auto request = read_call_params(params, limits);
  if (!request)
    return reply(rpc_fail(rpc_code::invalid_params, std::move(request.error().message)));
  if (request->block.is_head()) {
    auto head = exchange->head();
    if (!head) return reply(std::unexpected(std::move(head.error())));
    return run_call(service, std::move(*request), std::move(*head), *exchange, std::move(reply));
  }
  const BlockRef block = request->block;
  service.find(block, [&service, weak = std::weak_ptr(exchange), request = std::move(*request),
                       reply = std::move(reply)](RpcResult<PinRef> pin) mutable {
    const auto still = weak.lock();
    if (!still) return; // nobody waits any more
    if (!pin) return reply(std::unexpected(std::move(pin.error())));
    run_call(service, std::move(request), std::move(*pin), *still, std::move(reply));
  });
}

RpcAnswer block_number(Exchange& exchange) {
  const auto head = exchange.head();
  if (!head) return std::unexpected(head.error());
  return JsonWriter().quantity((*head)->block.env.number).take();
}

} // namespace

std::vector<RpcMethod> make_methods(CallService& service, MethodOptions options) {
  const auto chain_id = [&service] { return service.chain().chain_id(); };
  return {
      {"eth_call",
       [&service, limits = options.limits](Params params, const ExchangeRef& exchange,
                                           RpcAnswerSink reply) {
         eth_call(service, limits, params, exchange, std::move(reply));
       }},
      {"eth_chainId",
       [chain_id](Params, const ExchangeRef&, RpcAnswerSink reply) {
         reply(JsonWriter().quantity(chain_id()).take());
       }},
      {"eth_blockNumber", [](Params, const ExchangeRef& exchange,
                             RpcAnswerSink reply) { reply(block_number(*exchange)); }},
      {"net_version",
       [chain_id](Params, const ExchangeRef&, RpcAnswerSink reply) {
         reply(JsonWriter().text(std::to_string(chain_id())).take());
       }},
      {"web3_clientVersion",
       [version = std::move(options.client_version)](Params, const ExchangeRef&,
                                                     RpcAnswerSink reply) {
         reply(JsonWriter().text(version).take());
       }},
  };
}

} // namespace runahead
