// What the handler of a JSON-RPC method gets, and the ways that handlers share to blocks and state.
// For sources of this folder only, as json_input.hpp is.
#pragma once

#include "rpc/chain_reader.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/methods.hpp"
#include "rpc/parameters.hpp"
#include "rpc/read_program.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace runahead {

/// What all methods of one loop work with.
struct MethodContext {
  CallFront& calls;
  const ChainReader* chain; ///< null where no blocks are held
  MethodOptions options;
};
using ContextRef = std::shared_ptr<const MethodContext>;

/// One request on its way through its handler. `params` is not to be used after the handler has
/// returned.
struct MethodCall {
  ContextRef context;
  const JsonElement* params;
  std::shared_ptr<Exchange> exchange;
  RpcAnswerSink reply;

  CallFront& calls() const { return context->calls; }
  const ChainReader& chain() const { return *context->chain; }
  const CallLimits& limits() const { return context->options.limits; }

  void refuse(RpcError error) { reply(std::unexpected(std::move(error))); }
  /// Parameters that are not what the method takes.
  void refuse_params(const Error& error) { refuse({rpc_code::invalid_params, error.message}); }
};

/// A request that waits for something: who made it may have gone meanwhile. Exchanges are not kept
/// by what they wait for, as their end cancels it.
struct WaitingCall {
  explicit WaitingCall(MethodCall call)
      : context(std::move(call.context)), exchange(call.exchange), reply(std::move(call.reply)) {}

  ContextRef context;
  std::weak_ptr<Exchange> exchange;
  RpcAnswerSink reply;

  /// The request as it was, without parameters; nothing if nobody waits any more.
  std::optional<MethodCall> wake() {
    auto still = exchange.lock();
    if (!still || still->cancelled()) return std::nullopt;
    return MethodCall{std::move(context), nullptr, std::move(still), std::move(reply)};
  }
};

/// Goes on with the block that the request means, `latest` being one for all of an exchange.
template <class Then>
void with_block(MethodCall call, const BlockRef& block, Then then) {
  if (block.is_head())
    if (const PinRef& head = call.exchange->known_head()) return then(std::move(call), head);
  const auto exchange = call.exchange;
  CallFront& calls = call.calls();
  auto go_on = [waiting = WaitingCall(std::move(call)),
                then = std::move(then)](RpcResult<PinRef> pin) mutable {
    auto woken = waiting.wake();
    if (!woken) return;
    if (!pin) return woken->refuse(std::move(pin.error()));
    then(std::move(*woken), std::move(*pin));
  };
  if (block.is_head()) return exchange->head(std::move(go_on));
  calls.find(block, std::move(go_on));
}

/// Goes on with values of the block's state, in the order of the keys.
template <class Then>
void with_values(MethodCall call, PinRef pin, std::vector<StateKey> keys, Then then) {
  const auto exchange = call.exchange;
  CallFront& calls = call.calls();
  auto go_on = [waiting = WaitingCall(std::move(call)),
                then = std::move(then)](RpcResult<std::vector<StateValue>> values) mutable {
    auto woken = waiting.wake();
    if (!woken) return;
    if (!values) return woken->refuse(std::move(values.error()));
    then(std::move(*woken), std::move(*values));
  };
  exchange->keep(read_state(calls, std::move(pin), std::move(keys), std::move(go_on)));
}

/// Goes on with the trie of the block's state.
template <class Then>
void with_trie(MethodCall call, const PinRef& pin, Then then) {
  CallFront& calls = call.calls();
  calls.trie(pin, [waiting = WaitingCall(std::move(call)),
                   then = std::move(then)](RpcResult<TrieRef> trie) mutable {
    auto woken = waiting.wake();
    if (!woken) return;
    if (!trie) return woken->refuse(std::move(trie.error()));
    then(std::move(*woken), std::move(*trie));
  });
}

/// Goes on with the number of a block that is held, or nothing if there is no such block.
template <class Then>
void with_number(MethodCall call, const BlockRef& block, Then then) {
  using Kind = BlockRef::Kind;
  if (block.is_head() || block.kind == Kind::safe || block.kind == Kind::finalized)
    return with_block(std::move(call), BlockRef{},
                      [then = std::move(then)](MethodCall woken, const PinRef& pin) mutable {
                        then(std::move(woken), std::optional(pin->block.env.number));
                      });
  const ChainReader& chain = call.chain();
  const auto head = chain.head();
  if (!head) return call.refuse({rpc_code::internal_error, head.error().message});
  std::optional<uint64_t> number = block.number;
  if (block.kind == Kind::earliest) number = chain.first();
  if (block.kind == Kind::hash) {
    const auto found = chain.number_of(block.hash);
    if (!found) return call.refuse({rpc_code::internal_error, found.error().message});
    number = *found;
  }
  if (number && (*number < chain.first() || *number > *head)) number.reset();
  then(std::move(call), number);
}

// The handlers, by subject; which method each belongs to says the table (methods.cpp).

using MethodHandler = void (*)(MethodCall call);

} // namespace runahead
