#include "app/call_command.hpp"

#include "app/call_report.hpp"
#include "app/exit_status.hpp"
#include "app/spdlog_logger.hpp"
#include "app/timeline_page.hpp"
#include "base/hex.hpp"
#include "interp/json_trace.hpp"
#include "rpc/call_error.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <utility>

namespace runahead {
namespace {

int refuse(const Error& error, int status) {
  std::fprintf(stderr, "runahead call: %s\n", error.message.c_str());
  return status;
}

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

/// What a timeline is called by.
std::string title_of(const CallRequest& request) {
  const Transaction& tx = request.transaction;
  std::string title = tx.to ? "call to " + to_hex(*tx.to) : "creation";
  if (tx.data.size() >= 4) title += ", " + to_hex(BytesView(tx.data).first(4));
  return title;
}

Result<void> write_page(const std::string& path, const std::string& page) {
  std::ofstream file(path, std::ios::binary);
  file << page;
  file.close();
  if (!file) return fail("--timeline " + path + ": cannot be written");
  return {};
}

/// Explains and draws, as far as that was asked for.
Result<void> show(const CallOptions& options, const PerformedCall& ended, const Timeline& timeline,
                  const CallRequest& request, const ChainAccess& chain) {
  if (!options.explain && options.timeline.empty()) return {};
  std::optional<ExactTrace> trace;
  if (is_executed(ended.outcome)) {
    auto traced = trace_exactly(request, *ended.pin, chain);
    if (!traced) return std::unexpected(traced.error());
    trace = std::move(*traced);
  }
  const CallStory story = tell(ended.outcome, timeline, trace ? &*trace : nullptr);
  if (options.explain) std::fputs(to_explanation(ended.outcome, story).c_str(), stderr);
  if (options.timeline.empty()) return {};
  return write_page(options.timeline, to_timeline_page(title_of(request), ended.outcome, story));
}

void print(const CallOutcome& outcome, const CallOptions& options) {
  const std::string text = options.json           ? to_json(outcome)
                           : is_executed(outcome) ? to_hex(output_of(outcome))
                                                  : std::string();
  if (!text.empty()) std::printf("%s\n", text.c_str());
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
  const bool is_shown = options.explain || !options.timeline.empty();
  Timeline timeline(loop.executor());
  auto ended = perform(service, plan->request, loop,
                       {.tracer = trace.trace(),
                        .keep_reads = is_shown,
                        .observer = is_shown ? &timeline : nullptr});
  if (!ended) return refuse(ended.error(), exit_status::failed);
  Result<void> ok = trace.finish(ended->outcome);
  if (ok && !options.record.empty())
    ok = recording.save(options.record, plan->texts, ended->pin->block);
  if (ok) ok = show(options, *ended, timeline, plan->request, used);
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
  command->add_flag("--explain", options->explain, "Tell which reads each round carried and why");
  command->add_option("--timeline", options->timeline,
                      "Draw when each read was asked for and what it waited for: a page (HTML)");
  command->add_flag("--json", options->json, "The outcome as one JSON object");
  command->add_flag("--virtual", options->virtual_time,
                    "Simulate the time that --delay takes instead of waiting");
  command->add_option("--log-level", options->log_level, "error, warn, info or debug")
      ->envname("RUNAHEAD_LOG_LEVEL")
      ->capture_default_str();
  command->callback([options, &exit_status] { exit_status = run_call(*options); });
}

} // namespace runahead
