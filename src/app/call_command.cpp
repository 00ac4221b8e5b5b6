#include "app/call_command.hpp"

#include "app/call_recording.hpp"
#include "app/call_report.hpp"
#include "app/exit_status.hpp"
#include "app/spdlog_logger.hpp"
#include "base/hex.hpp"
#include "interp/json_trace.hpp"
#include "io/duration.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_error.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <utility>

namespace runahead {
namespace {

/// What was said, checked.
struct CallPlan {
  StatePlan state;
  CallTexts texts;
  CallRequest request;
  std::optional<LocalState> recorded;
  Speculation speculation{};
  LogLevel log_level{};
  Duration timeout{};
};

int refuse(const Error& error, int status) {
  std::fprintf(stderr, "runahead call: %s\n", error.message.c_str());
  return status;
}

/// What was said goes before what was recorded.
CallTexts with_recorded(CallTexts said, const CallTexts& recorded) {
  said.call = recorded.call;
  if (said.overrides.empty()) said.overrides = recorded.overrides;
  if (said.block_overrides.empty()) said.block_overrides = recorded.block_overrides;
  said.gas_cap = recorded.gas_cap;
  return said;
}

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

/// The loop that a call runs on: of real or of virtual time.
class CallLoop {
public:
  explicit CallLoop(bool virtual_time) {
    if (virtual_time)
      virtual_.emplace();
    else
      real_.emplace();
  }
  Executor& executor() { return virtual_ ? static_cast<Executor&>(*virtual_) : *real_; }
  EventLoop* real() { return real_ ? &*real_ : nullptr; }
  bool run_until(const std::function<bool()>& done) {
    return virtual_ ? virtual_->run_until(done) : real_->run_until(done);
  }

private:
  std::optional<VirtualLoop> virtual_;
  std::optional<EventLoop> real_;
};

/// Where a trace goes, if one was asked for.
class TraceFile {
public:
  ~TraceFile() {
    if (file_ != nullptr && file_ != stderr) std::fclose(file_);
  }

  Result<void> open(const std::optional<std::string>& path) {
    if (!path) return {};
    file_ = path->empty() ? stderr : std::fopen(path->c_str(), "w");
    if (file_ == nullptr) return fail("--trace " + *path + ": cannot be written");
    trace_.emplace([this](std::string_view line) {
      failed_ |= std::fwrite(line.data(), 1, line.size(), file_) != line.size() ||
                 std::fputc('\n', file_) == EOF;
    });
    return {};
  }
  JsonTrace* trace() { return trace_ ? &*trace_ : nullptr; }

  /// Writes the last line.
  Result<void> finish(const CallOutcome& outcome) {
    if (!trace_) return {};
    if (const auto* result = std::get_if<ExecutionResult>(&outcome.end))
      trace_->summary(result->output, result->gas_used, result->status);
    if (failed_ || std::fflush(file_) != 0) return fail("the trace could not be written in full");
    return {};
  }

private:
  std::FILE* file_ = nullptr;
  std::optional<JsonTrace> trace_;
  bool failed_ = false;
};

/// A call that came to an end, and the block it ran on.
struct Performed {
  CallOutcome outcome;
  ChainBlock block;
};

/// Finds the block, runs the call on it.
Result<Performed> perform(CallService& service, CallRequest request, CallLoop& loop,
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
  return Performed{std::move(*outcome), (*pin)->block};
}

Result<std::unique_ptr<ChainAccess>> open_chain(CallPlan& plan, CallLoop& loop, Logger& log) {
  if (plan.recorded)
    return make_local_chain(std::move(*plan.recorded), plan.state, loop.executor(), log);
  return open_chain(plan.state, loop.executor(), loop.real(), log);
}

void print(const CallOutcome& outcome, const CallOptions& options) {
  const std::string text = options.json           ? to_json(outcome)
                           : is_executed(outcome) ? to_hex(output_of(outcome))
                                                  : std::string();
  if (!text.empty()) std::printf("%s\n", text.c_str());
  if (options.explain) std::fputs(to_explanation(outcome).c_str(), stderr);
  if (!options.json) std::fprintf(stderr, "%s\n", to_line(outcome).c_str());
}

} // namespace

int run_call(const CallOptions& options) {
  auto plan = plan_call(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  TraceFile trace;
  if (const auto ok = trace.open(options.trace); !ok)
    return refuse(ok.error(), exit_status::failed);
  const auto engine = make_engine(options.engine, trace.trace());
  const std::unique_ptr<Logger> log = make_stderr_logger(plan->log_level);
  CallLoop loop(options.virtual_time);
  const auto chain = open_chain(*plan, loop, *log);
  if (!chain) return refuse(chain.error(), exit_status::failed);
  RecordingChain recording(**chain);
  ChainAccess& used = options.record.empty() ? **chain : recording;
  CallService service(used, **engine, loop.executor(),
                      {.speculation = plan->speculation, .timeout = plan->timeout});
  auto ended = perform(service, std::move(plan->request), loop,
                       {.tracer = trace.trace(), .keep_reads = options.explain});
  if (!ended) return refuse(ended.error(), exit_status::failed);
  Result<void> ok = trace.finish(ended->outcome);
  if (ok && !options.record.empty()) ok = recording.save(options.record, plan->texts, ended->block);
  print(ended->outcome, options);
  if (!ok) return refuse(ok.error(), exit_status::failed);
  if (is_executed(ended->outcome)) return exit_status::ok;
  if (options.json) return refuse({error_of(ended->outcome)->message}, exit_status::failed);
  return exit_status::failed;
}

void add_call_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<CallOptions>();
  CLI::App* command = app.add_subcommand("call", "Run one call");
  add_call_flags(*command, options->call);
  add_state_options(*command, options->state);
  command->add_option("--engine", options->engine, "Which engine runs the code")
      ->envname("RUNAHEAD_ENGINE")
      ->capture_default_str();
  command->add_option("--speculation", options->speculation, "How to run ahead: off, lean or full")
      ->envname("RUNAHEAD_SPECULATION")
      ->capture_default_str();
  command->add_option("--timeout", options->timeout, "Give up after this long; 0: never")
      ->envname("RUNAHEAD_TIMEOUT")
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "--trace", [options](const std::string& file) { options->trace = file; },
          "Every instruction as a line of JSON (EIP-3155), to a file or standard error")
      ->expected(0, 1);
  command->add_option("--record", options->record,
                      "Keep the call and every value it reads in this file");
  command->add_option("--recorded", options->state.recorded,
                      "Run a recorded call again, or another one on what it read");
  command->add_flag("--explain", options->explain, "Tell which reads each round carried");
  command->add_flag("--json", options->json, "The outcome as one JSON object");
  command->add_flag("--virtual", options->virtual_time,
                    "Simulate the time that --delay takes instead of waiting");
  command->add_option("--log-level", options->log_level, "error, warn, info or debug")
      ->envname("RUNAHEAD_LOG_LEVEL")
      ->capture_default_str();
  command->callback([options, &exit_status] { exit_status = run_call(*options); });
}

} // namespace runahead
