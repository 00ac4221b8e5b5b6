#include "rpc/trace_methods.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "rpc/call_error.hpp"
#include "rpc/call_program.hpp"
#include "rpc/override_changes.hpp"
#include "rpc/trace_program.hpp"

namespace runahead {
namespace {

/// Answers with what `write` makes of the results.
using WriteResults = std::string (*)(const TraceInput& input, std::span<const std::string> results);

std::string only_result(const TraceInput&, std::span<const std::string> results) {
  return results.front();
}

std::string results_by_transaction(const TraceInput& input, std::span<const std::string> results) {
  JsonWriter json;
  json.begin_array();
  for (size_t i = 0; i < results.size(); ++i) {
    json.begin_object().key("txHash").hex(input.transactions[i].place.transaction_hash);
    json.key("result").raw(results[i]).end_object();
  }
  return json.end_array().take();
}

void run(MethodCall call, PinRef pin, TraceInput input, WriteResults write) {
  const auto end = std::make_shared<TraceEnd>();
  const auto shared = std::make_shared<const TraceInput>(std::move(input));
  const auto exchange = call.exchange;
  exchange->keep(call.calls().run(
      std::move(pin),
      [end, shared](ProgramSite site) {
        return std::make_unique<TraceProgram>(std::move(site), *shared, end);
      },
      [end, shared, write, reply = std::move(call.reply)](const CallOutcome& outcome) mutable {
        if (auto error = error_of(outcome)) return reply(std::unexpected(std::move(*error)));
        if (end->error) return reply(std::unexpected(std::move(*end->error)));
        reply(write(*shared, end->results));
      }));
}

/// Transactions of a block, on the state of its parent: all of them, or the one at `only`.
void trace_block(MethodCall call, uint64_t number, std::optional<size_t> only,
                 TraceOptions options) {
  if (number == call.chain().first())
    return call.refuse({rpc_code::server_error, "genesis is not traceable"});
  const auto stored = call.chain().block(number);
  if (!stored) return call.refuse({rpc_code::internal_error, stored.error().message});
  const auto& transactions = stored->block.transactions;
  TraceInput input;
  input.block = block_input(stored->block, stored->rules);
  input.rules = stored->rules.rules;
  input.env = block_env(stored->block.header, input.rules);
  input.options = std::move(options);
  input.first = only.value_or(0);
  const size_t end = only ? *only + 1 : transactions.size();
  for (size_t i = input.first; i < end; ++i)
    input.transactions.push_back({transactions[i].transaction,
                                  {stored->hash, number, i, transaction_hash(transactions[i])}});
  with_block(std::move(call), BlockRef::of(number - 1),
             [input = std::move(input), only](MethodCall woken, PinRef pin) mutable {
               run(std::move(woken), std::move(pin), std::move(input),
                   only ? only_result : results_by_transaction);
             });
}

/// What is said of a block that is not there.
std::string missing_text(const BlockRef& block) {
  if (block.kind == BlockRef::Kind::hash) return "block " + to_hex(block.hash) + " not found";
  return "block #" + to_decimal(block.number) + " not found";
}

template <class ReadBlock>
void trace_block_by(MethodCall call, ReadBlock read) {
  BlockRef block;
  TraceOptions options;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read, block);
  if (ok) ok = params->optional(1, read_trace_options, options);
  if (!ok) return call.refuse_params(ok.error());
  with_number(std::move(call), block,
              [block, options = std::move(options)](MethodCall found,
                                                    std::optional<uint64_t> number) mutable {
                if (!number) return found.refuse({rpc_code::server_error, missing_text(block)});
                trace_block(std::move(found), *number, std::nullopt, std::move(options));
              });
}

/// A call as it is traced: on the state of a block, with what the options change of both.
Result<TraceInput> call_input(Transaction transaction, TraceOptions options,
                              const PinnedBlock& pin) {
  TraceInput input;
  input.rules = pin.block.rules;
  input.env = options.block_overrides.applied_to(pin.block.env, input.rules.fork);
  input.mode = ExecutionMode::simulation;
  auto made = to_changes(options.overrides, input.rules.fork);
  if (!made) return std::unexpected(made.error());
  input.changes = std::move(made->changes);
  input.moves = std::move(made->moves);
  input.options = std::move(options);
  input.transactions.push_back({std::move(transaction), {}});
  return input;
}

} // namespace

void trace_call(MethodCall call) {
  Transaction transaction;
  BlockRef block;
  TraceOptions options;
  const auto params = Parameters::read(call.params, 3);
  if (!params) return call.refuse_params(params.error());
  const auto read_call = [&](const JsonElement& value) {
    return read_call_object(value, call.limits());
  };
  Result<void> ok = params->required(0, read_call, transaction);
  if (ok) ok = params->optional(1, read_block_ref, block);
  if (ok) ok = params->optional(2, read_trace_options, options);
  if (!ok) return call.refuse_params(ok.error());
  with_block(std::move(call), block,
             [transaction = std::move(transaction),
              options = std::move(options)](MethodCall woken, PinRef pin) mutable {
               auto input = call_input(std::move(transaction), std::move(options), *pin);
               if (!input) return woken.refuse({rpc_code::server_error, input.error().message});
               run(std::move(woken), std::move(pin), std::move(*input), only_result);
             });
}

void trace_transaction(MethodCall call) {
  Hash256 hash;
  TraceOptions options;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_hash, hash);
  if (ok) ok = params->optional(1, read_trace_options, options);
  if (!ok) return call.refuse_params(ok.error());
  const auto place = call.chain().find(hash);
  if (!place) return call.refuse({rpc_code::internal_error, place.error().message});
  if (!*place) return call.refuse({rpc_code::server_error, "transaction not found"});
  trace_block(std::move(call), (*place)->block, (*place)->index, std::move(options));
}

void trace_block_by_number(MethodCall call) { trace_block_by(std::move(call), read_block_ref); }

void trace_block_by_hash(MethodCall call) {
  trace_block_by(std::move(call), [](const JsonElement& value) -> Result<BlockRef> {
    const auto hash = read_hash(value);
    if (!hash) return std::unexpected(hash.error());
    return BlockRef::of(*hash);
  });
}

} // namespace runahead
