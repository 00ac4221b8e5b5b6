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
void run_call(CallFront& calls, CallRequest request, PinRef pin, Exchange& exchange,
              RpcAnswerSink reply) {
  exchange.keep(calls.start(std::move(request), std::move(pin),
                            [reply = std::move(reply)](const CallOutcome& outcome) mutable {
                              reply(to_answer(outcome));
                            }));
}

void eth_call(CallFront& calls, const CallLimits& limits, Params params,
              const ExchangeRef& exchange, RpcAnswerSink reply) {
  auto request = read_call_params(params, limits);
  if (!request)
    return reply(rpc_fail(rpc_code::invalid_params, std::move(request.error().message)));
  const BlockRef block = request->block;
  if (block.is_head())
    if (const PinRef& head = exchange->known_head())
      return run_call(calls, std::move(*request), head, *exchange, std::move(reply));
  auto run = [&calls, weak = std::weak_ptr(exchange), request = std::move(*request),
              reply = std::move(reply)](RpcResult<PinRef> pin) mutable {
    const auto still = weak.lock();
    if (!still) return; // nobody waits any more
    if (!pin) return reply(std::unexpected(std::move(pin.error())));
    run_call(calls, std::move(request), std::move(*pin), *still, std::move(reply));
  };
  if (block.is_head()) return exchange->head(std::move(run));
  calls.find(block, std::move(run));
}

void block_number(Exchange& exchange, RpcAnswerSink reply) {
  exchange.head([reply = std::move(reply)](const RpcResult<PinRef>& head) mutable {
    if (!head) return reply(std::unexpected(head.error()));
    reply(JsonWriter().quantity((*head)->block.env.number).take());
  });
}

} // namespace

std::vector<RpcMethod> make_methods(CallFront& calls, MethodOptions options) {
  const auto chain_id = [&calls] { return calls.chain_id(); };
  return {
      {"eth_call",
       [&calls, limits = options.limits](Params params, const ExchangeRef& exchange,
                                         RpcAnswerSink reply) {
         eth_call(calls, limits, params, exchange, std::move(reply));
       }},
      {"eth_chainId",
       [chain_id](Params, const ExchangeRef&, RpcAnswerSink reply) {
         reply(JsonWriter().quantity(chain_id()).take());
       }},
      {"eth_blockNumber", [](Params, const ExchangeRef& exchange,
                             RpcAnswerSink reply) { block_number(*exchange, std::move(reply)); }},
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
