#include "rpc/call_program.hpp"

#include "crypto/checksum_address.hpp"
#include "io/duration.hpp"
#include "machine/precompiles.hpp"

#include <utility>

namespace runahead {
namespace {

/// Only precompiles can be moved; which there are depends on the rules.
Result<void> check_moves(const StateOverrides& overrides, Fork fork) {
  for (const AccountOverride& account : overrides)
    if (account.move_precompile_to && !is_precompile(account.address, fork))
      return fail("account " + to_checksum_hex(account.address) + " is not a precompile");
  return {};
}

} // namespace

Result<ExecutionInput> to_input(CallRequest request, const ChainBlock& block,
                                const ChainAccess& chain) {
  const BlockOverrides& overrides = request.block_overrides;
  ExecutionInput input;
  input.rules = block.rules;
  if (overrides.number || overrides.time) {
    const auto rules = chain.rules_at(block, overrides.number.value_or(block.env.number),
                                      overrides.time.value_or(block.env.timestamp));
    if (!rules) return std::unexpected(rules.error());
    input.rules = *rules;
  }
  if (const auto ok = check_moves(request.overrides, input.rules.fork); !ok)
    return std::unexpected(ok.error());
  input.block = overrides.applied_to(block.env, input.rules.fork);
  input.mode = ExecutionMode::call;
  input.transaction = std::move(request.transaction);
  input.overrides = std::move(request.overrides);
  return input;
}

CallOutcome aborted(std::string message, uint64_t gas_limit, Duration elapsed) {
  CallOutcome outcome{CallAborted{std::move(message)}, {}, gas_limit, {}};
  outcome.stats.elapsed = elapsed;
  return outcome;
}

std::string timeout_message(Duration timeout) {
  return "execution aborted (timeout = " + to_string(timeout) + ")";
}

} // namespace runahead
