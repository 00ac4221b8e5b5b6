#include "app/call_run.hpp"

#include "app/spdlog_logger.hpp"
#include "io/duration.hpp"

#include <utility>

namespace runahead {
namespace {

/// What was said goes before what was recorded.
CallTexts with_recorded(CallTexts said, const CallTexts& recorded) {
  said.call = recorded.call;
  if (said.overrides.empty()) said.overrides = recorded.overrides;
  if (said.block_overrides.empty()) said.block_overrides = recorded.block_overrides;
  said.gas_cap = recorded.gas_cap;
  return said;
}

} // namespace

Result<CallPlan> plan_call(const CallOptions& options) {
  const auto state = plan_state(options.state);
  if (!state) return std::unexpected(state.error());
  auto texts = to_texts(options.call);
  if (!texts) return std::unexpected(texts.error());
  std::optional<LocalState> recorded;
  if (state->origin == StateOrigin::recorded) {
    auto recording = load_recorded_call(state->place);
    if (!recording) return std::unexpected(recording.error());
    if (texts->call.empty()) texts = with_recorded(*texts, recording->call);
    recorded = std::move(recording->state);
  }
  auto request = to_request(*texts, options.call.block);
  if (!request) return std::unexpected(request.error());
  const auto speculation = parse_speculation(options.speculation);
  if (!speculation) return fail_at("--speculation", speculation.error());
  const auto level = parse_log_level(options.log_level);
  if (!level) return fail_at("--log-level", level.error());
  const auto timeout = parse_duration(options.timeout);
  if (!timeout) return fail_at("--timeout", timeout.error());
  if (const auto engine = make_engine(options.engine); !engine)
    return fail_at("--engine", engine.error());
  if (options.virtual_time && state->origin != StateOrigin::alloc &&
      state->origin != StateOrigin::recorded)
    return fail("--virtual goes with --alloc and --recorded only");
  return CallPlan{*state, std::move(*texts), std::move(*request), std::move(recorded), *speculation,
                  *level, *timeout};
}

Result<PerformedCall> perform(CallService& service, CallRequest request, CallLoop& loop,
                              CallExtras extras) {
  RpcResult<PinRef> pin = rpc_fail(rpc_code::internal_error, "the block was not found in time");
  bool found = false;
  service.find(request.block, [&](RpcResult<PinRef> result) {
    pin = std::move(result);
    found = true;
  });
  loop.run_until([&] { return found; });
  if (!pin) return fail(pin.error().message);
  std::optional<CallOutcome> outcome;
  service.start(
      std::move(request), *pin, [&](CallOutcome ended) { outcome = std::move(ended); }, extras);
  if (!loop.run_until([&] { return outcome.has_value(); }))
    return fail("the call came to no end: its state was never answered");
  return PerformedCall{std::move(*outcome), std::move(*pin)};
}

Result<std::unique_ptr<ChainAccess>> open_chain(CallPlan& plan, CallLoop& loop, Logger& log) {
  if (plan.recorded)
    return make_local_chain(std::move(*plan.recorded), plan.state, loop.executor(), log);
  return open_chain(plan.state, loop.executor(), loop.real(), log);
}

} // namespace runahead
