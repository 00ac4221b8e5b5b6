#include "rpc/methods.hpp"

#include "io/json_writer.hpp"
#include "rpc/block_methods.hpp"
#include "rpc/call_methods.hpp"
#include "rpc/config_method.hpp"
#include "rpc/fee_methods.hpp"
#include "rpc/log_methods.hpp"
#include "rpc/simulate_method.hpp"
#include "rpc/state_methods.hpp"
#include "rpc/trace_methods.hpp"

namespace runahead {
namespace {

void block_number(MethodCall call) {
  with_block(std::move(call), BlockRef{}, [](MethodCall woken, const PinRef& pin) {
    woken.reply(JsonWriter().quantity(pin->block.env.number).take());
  });
}

void chain_id(MethodCall call) {
  call.reply(JsonWriter().quantity(call.calls().chain_id()).take());
}

void network_version(MethodCall call) {
  call.reply(JsonWriter().text(std::to_string(call.calls().chain_id())).take());
}

void client_version(MethodCall call) {
  call.reply(JsonWriter().text(call.context->options.client_version).take());
}

/// What is served is there; there is nothing to wait for.
void syncing(MethodCall call) { call.reply(std::string("false")); }

struct Row {
  MethodRow told;
  MethodHandler handle;
};

using enum MethodNeeds;
// What is called most stands first: names are searched from the top.
constexpr std::array rows = {
    Row{{"eth_call", "call, block?, state overrides?, block overrides?", "bytes"}, eth_call},
    Row{{"eth_chainId", "", "quantity"}, chain_id},
    Row{{"eth_blockNumber", "", "quantity"}, block_number},
    Row{{"eth_getBalance", "address, block?", "quantity"}, get_balance},
    Row{{"eth_getStorageAt", "address, slot, block?", "word"}, get_storage_at},
    Row{{"eth_getStorageValues", "slots by address, block?", "words by address"},
        get_storage_values},
    Row{{"eth_getTransactionCount", "address, block?", "quantity"}, get_transaction_count},
    Row{{"eth_getCode", "address, block?", "bytes"}, get_code},
    Row{{"eth_estimateGas", "call, block?, state overrides?, block overrides?", "quantity"},
        estimate_gas},
    Row{{"eth_createAccessList", "call, block?, state overrides?, block overrides?",
         "{accessList, gasUsed, error?}"},
        create_access_list},
    Row{{"eth_simulateV1", "simulation, block?", "blocks with the results of their calls", blocks},
        simulate},
    Row{{"eth_getProof", "address, slots, block?", "account and storage proofs", blocks},
        get_proof},
    Row{{"eth_getBlockByNumber", "block, whole transactions?", "block or null", blocks},
        block_by_number},
    Row{{"eth_getBlockByHash", "hash, whole transactions?", "block or null", blocks},
        block_by_hash},
    Row{{"eth_getBlockTransactionCountByNumber", "block", "quantity or null", blocks},
        transaction_count_by_number},
    Row{{"eth_getBlockTransactionCountByHash", "hash", "quantity or null", blocks},
        transaction_count_by_hash},
    Row{{"eth_getTransactionByHash", "hash", "transaction or null", blocks}, transaction_by_hash},
    Row{{"eth_getTransactionByBlockNumberAndIndex", "block, index", "transaction or null", blocks},
        transaction_by_number_and_index},
    Row{{"eth_getTransactionByBlockHashAndIndex", "hash, index", "transaction or null", blocks},
        transaction_by_hash_and_index},
    Row{{"eth_getTransactionReceipt", "hash", "receipt or null", blocks}, transaction_receipt},
    Row{{"eth_getBlockReceipts", "block", "receipts or null", blocks}, block_receipts},
    Row{{"eth_getLogs", "filter", "logs", blocks}, get_logs},
    Row{{"eth_gasPrice", "", "quantity", blocks}, gas_price},
    Row{{"eth_maxPriorityFeePerGas", "", "quantity", blocks}, max_priority_fee},
    Row{{"eth_baseFee", "", "quantity", blocks}, base_fee},
    Row{{"eth_blobBaseFee", "", "quantity", blocks}, blob_base_fee},
    Row{{"eth_feeHistory", "count, newest block, percentiles?", "fees by block", blocks},
        fee_history},
    Row{{"eth_config", "", "{current, next, last}", blocks}, eth_config},
    Row{{"eth_syncing", "", "false"}, syncing},
    Row{{"net_version", "", "text"}, network_version},
    Row{{"web3_clientVersion", "", "text"}, client_version},
    Row{{"debug_traceCall", "call, block?, trace options?", "trace"}, trace_call},
    Row{{"debug_traceTransaction", "hash, trace options?", "trace", blocks}, trace_transaction},
    Row{{"debug_traceBlockByNumber", "block, trace options?", "traces by transaction", blocks},
        trace_block_by_number},
    Row{{"debug_traceBlockByHash", "hash, trace options?", "traces by transaction", blocks},
        trace_block_by_hash},
    Row{{"debug_getRawBlock", "block", "bytes or null", blocks}, raw_block},
    Row{{"debug_getRawHeader", "block", "bytes or null", blocks}, raw_header},
    Row{{"debug_getRawReceipts", "block", "list of bytes or null", blocks}, raw_receipts},
    Row{{"debug_getRawTransaction", "hash", "bytes or null", blocks}, raw_transaction},
};

} // namespace

std::vector<MethodRow> known_methods() {
  std::vector<MethodRow> told;
  for (const Row& row : rows) told.push_back(row.told);
  return told;
}

std::vector<RpcMethod> make_methods(CallFront& calls, const ChainReader* chain,
                                    MethodOptions options) {
  const auto context = std::make_shared<const MethodContext>(calls, chain, std::move(options));
  std::vector<RpcMethod> methods;
  for (const Row& row : rows) {
    if (row.told.needs == blocks && chain == nullptr) continue;
    methods.push_back({row.told.name, [context, handle = row.handle](
                                          const JsonElement* params,
                                          std::shared_ptr<Exchange> exchange, RpcAnswerSink reply) {
                         handle({context, params, std::move(exchange), std::move(reply)});
                       }});
  }
  return methods;
}

} // namespace runahead
