#include "rpc/simulate_request.hpp"

#include "rpc/parameters.hpp"

namespace runahead {
namespace {

Result<SimulatedCall> read_call(const JsonElement& value) {
  SimulatedCall call;
  auto transaction = read_call_object(value, CallLimits{0}, &call.given);
  if (!transaction) return std::unexpected(transaction.error());
  call.transaction = std::move(*transaction);
  return call;
}

constexpr std::array<JsonField<SimulatedBlock>, 3> block_fields = {{
    {"blockOverrides",
     [](const JsonElement& v, SimulatedBlock& b) -> Result<void> {
       auto read = read_simulated_overrides(v);
       if (!read) return std::unexpected(read.error());
       b.overrides = std::move(read->plain);
       b.beacon_root = read->beacon_root;
       b.withdrawals = std::move(read->withdrawals).value_or(std::vector<Withdrawal>{});
       return {};
     }},
    {"stateOverrides", [](const JsonElement& v,
                          SimulatedBlock& b) { return store(read_state_overrides(v), b.state); }},
    {"calls",
     [](const JsonElement& v, SimulatedBlock& b) { return read_list(v, b.calls, read_call); }},
}};

Result<SimulatedBlock> read_block(const JsonElement& value) {
  SimulatedBlock block;
  if (const auto ok = read_fields(value, block_fields, block); !ok)
    return std::unexpected(ok.error());
  return block;
}

using Request = SimulateRequest;
constexpr std::array<JsonField<Request>, 4> request_fields = {{
    {"blockStateCalls",
     [](const JsonElement& v, Request& r) { return read_list(v, r.blocks, read_block); }},
    {"traceTransfers",
     [](const JsonElement& v, Request& r) { return store(read_bool(v), r.trace_transfers); }},
    {"validation",
     [](const JsonElement& v, Request& r) { return store(read_bool(v), r.validation); }},
    {"returnFullTransactions",
     [](const JsonElement& v, Request& r) { return store(read_bool(v), r.whole_transactions); }},
}};

Result<SimulateRequest> read_request(const JsonElement& value) {
  SimulateRequest request;
  if (const auto ok = read_fields(value, request_fields, request); !ok)
    return std::unexpected(ok.error());
  return request;
}

} // namespace

Result<SimulateRequest> read_simulate_params(const JsonElement* value) {
  const auto params = Parameters::read(value, 2);
  if (!params) return std::unexpected(params.error());
  SimulateRequest request;
  Result<void> ok = params->required(0, read_request, request);
  if (ok) ok = params->optional(1, read_block_ref, request.block);
  if (!ok) return std::unexpected(ok.error());
  if (request.blocks.empty()) return fail("empty input");
  return request;
}

} // namespace runahead
