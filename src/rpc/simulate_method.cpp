#include "rpc/simulate_method.hpp"

#include "io/json_writer.hpp"
#include "rpc/block_answer.hpp"
#include "rpc/call_error.hpp"
#include "rpc/simulation.hpp"

namespace runahead {
namespace {

void write_error(JsonWriter& json, const ExecutionResult& result) {
  const bool reverted = result.status == Status::revert;
  json.key("error").begin_object().key("message").text(ending_text(result));
  json.key("code").raw(std::to_string(reverted ? rpc_code::reverted : rpc_code::vm_error));
  if (reverted) json.key("data").hex(result.output);
  json.end_object();
}

void write_result(JsonWriter& json, const SimulatedResult& result, const TransactionFacts& facts) {
  const ExecutionResult& execution = result.execution;
  const bool success = execution.status == Status::success;
  json.begin_object().key("returnData").hex(success ? BytesView(execution.output) : BytesView());
  json.key("logs").begin_array();
  for (const auto& [log, number] : result.logs) write_log(json, log, facts, number);
  json.end_array();
  json.key("gasUsed").quantity(execution.gas_used);
  json.key("maxUsedGas").quantity(execution.peak_gas);
  json.key("status").quantity(success ? 1 : 0);
  if (!success) write_error(json, execution);
  json.end_object();
}

void write_sealed(JsonWriter& json, const SealedBlock& sealed, bool whole_transactions) {
  std::vector<Hash256> hashes;
  for (const SignedTransaction& tx : sealed.block.transactions)
    hashes.push_back(transaction_hash(tx));
  json.begin_object();
  write_block_fields(json, {sealed.block, sealed.hash, sealed.size_bytes}, hashes,
                     whole_transactions);
  json.key("calls").begin_array();
  for (size_t i = 0; i < sealed.results.size(); ++i)
    write_result(json, sealed.results[i],
                 {sealed.block.header, sealed.hash, sealed.block.transactions[i], hashes[i], i});
  json.end_array().end_object();
}

std::string to_answer(const SimulationEnd& end, bool whole_transactions) {
  JsonWriter json;
  json.begin_array();
  for (const SealedBlock& sealed : end.blocks) write_sealed(json, sealed, whole_transactions);
  return json.end_array().take();
}

/// Everything that is needed is there.
void start(MethodCall call, SimulateRequest request, PinRef pin, TrieRef trie) {
  auto parent = call.chain().header(pin->block.env.number);
  if (!parent) return call.refuse({rpc_code::internal_error, parent.error().message});
  auto blocks = plan_blocks(std::move(request.blocks), parent->header);
  if (!blocks) return call.refuse(std::move(blocks.error()));
  const uint64_t cap = call.limits().gas_cap;
  SimulationInput input{.blocks = std::move(*blocks),
                        .trace_transfers = request.trace_transfers,
                        .validation = request.validation,
                        .gas_budget = cap != 0 ? cap : UINT64_MAX,
                        .parent = std::move(*parent),
                        .trie = std::move(trie),
                        .chain = &call.chain()};
  const auto end = std::make_shared<SimulationEnd>();
  auto make = [end, input = std::move(input)](ProgramSite site) mutable {
    return std::make_unique<Simulation>(std::move(site), std::move(input), end);
  };
  const auto exchange = call.exchange;
  exchange->keep(
      call.calls().run(std::move(pin), std::move(make),
                       [end, whole = request.whole_transactions,
                        reply = std::move(call.reply)](const CallOutcome& outcome) mutable {
                         if (auto error = error_of(outcome))
                           return reply(std::unexpected(std::move(*error)));
                         if (end->error) return reply(std::unexpected(std::move(*end->error)));
                         reply(to_answer(*end, whole));
                       }));
}

} // namespace

void simulate(MethodCall call) {
  auto request = read_simulate_params(call.params);
  if (!request) return call.refuse_params(request.error());
  const BlockRef block = request->block;
  with_number(
      std::move(call), block,
      [request = std::move(*request)](MethodCall found, std::optional<uint64_t> number) mutable {
        if (!number) return found.refuse({rpc_code::server_error, "header not found"});
        with_block(std::move(found), BlockRef::of(*number),
                   [request = std::move(request)](MethodCall woken, PinRef pin) mutable {
                     with_trie(std::move(woken), pin,
                               [request = std::move(request), pin](MethodCall ready,
                                                                   TrieRef trie) mutable {
                                 start(std::move(ready), std::move(request), std::move(pin),
                                       std::move(trie));
                               });
                   });
      });
}

} // namespace runahead
