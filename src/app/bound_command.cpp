#include "app/bound_command.hpp"

#include "app/exit_status.hpp"
#include "app/spdlog_logger.hpp"
#include "io/json_writer.hpp"
#include "speculate/bound.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace runahead {
namespace {

struct ReadCounts {
  size_t codes = 0, slots = 0, others = 0;
};

ReadCounts count_reads(const DependenceTrace& trace) {
  ReadCounts counts;
  for (const DependenceTrace::Read& read : trace.reads()) switch (read.key.kind) {
    case StateKind::code:
    case StateKind::code_hash: ++counts.codes; break;
    case StateKind::storage: ++counts.slots; break;
    default: ++counts.others; break;
    }
  return counts;
}

std::string_view meaning(const Foresight& foresight) {
  if (!foresight.foresees_aborts) return "in order up to each branch";
  if (!foresight.branches) return "every branch foreseen";
  if (*foresight.branches == 0) return "aborts foreseen, no other branch";
  return "that many branches run ahead of";
}

int refuse(const Error& error, int status) {
  fmt::print(stderr, "runahead bound: {}\n", error.message);
  return status;
}

Result<ExactTrace> trace_call(CallPlan& plan) {
  const std::unique_ptr<Logger> log = make_stderr_logger(plan.log_level);
  CallLoop loop(false);
  const auto chain = open_chain(plan, loop, *log);
  if (!chain) return std::unexpected(chain.error());
  const auto engine = make_engine(default_engine);
  if (!engine) return std::unexpected(engine.error());
  CallService service(**chain, **engine, loop.executor(),
                      {.speculation = plan.speculation, .timeout = plan.timeout});
  const auto ended = perform(service, plan.request, loop, {});
  if (!ended) return std::unexpected(ended.error());
  if (const auto* failure = std::get_if<StateFailure>(&ended->outcome.end))
    return fail(to_string(failure->key) + ": " + failure->cause.cause);
  if (const auto* aborted = std::get_if<CallAborted>(&ended->outcome.end))
    return fail(aborted->message);
  return trace_exactly(std::move(plan.request), *ended->pin, **chain);
}

} // namespace

std::string bounds_to_text(const ExactTrace& trace) {
  const DependenceTrace& d = trace.dependences;
  const ReadCounts counts = count_reads(d);
  std::string text =
      fmt::format("{} gas, {} instructions; reads: {} codes, {} slots, {} others\n", trace.gas_used,
                  trace.steps, counts.codes, counts.slots, counts.others);
  text += fmt::format("{:18} {:>6} {:>11}\n", "rounds at least", "cold", "known code");
  text += fmt::format("{:18} {:6} {:11}  one read after another\n", "serial",
                      serial_rounds(d, false), serial_rounds(d, true));
  for (const Foresight& foresight : foresights)
    text += fmt::format("{:18} {:6} {:11}  {}\n", foresight.name, least_rounds(d, foresight, false),
                        least_rounds(d, foresight, true), meaning(foresight));
  return text;
}

std::string bounds_to_json(const ExactTrace& trace) {
  const DependenceTrace& d = trace.dependences;
  const ReadCounts counts = count_reads(d);
  JsonWriter json;
  json.begin_object().key("gas").number(trace.gas_used).key("steps").number(trace.steps);
  json.key("codes").number(counts.codes).key("slots").number(counts.slots);
  json.key("others").number(counts.others).key("serial").begin_array();
  json.number(serial_rounds(d, false)).number(serial_rounds(d, true)).end_array();
  for (const Foresight& foresight : foresights) {
    json.key(foresight.name).begin_array().number(least_rounds(d, foresight, false));
    json.number(least_rounds(d, foresight, true)).end_array();
  }
  return json.end_object().take();
}

int run_bound(const CallOptions& options) {
  auto plan = plan_call(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  const auto trace = trace_call(*plan);
  if (!trace) return refuse(trace.error(), exit_status::failed);
  std::fputs((options.json ? bounds_to_json(*trace) + "\n" : bounds_to_text(*trace)).c_str(),
             stdout);
  return exit_status::ok;
}

void add_bound_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<CallOptions>();
  CLI::App* command = app.add_subcommand(
      "bound", "The least rounds that a call's reads can be had in, by what they depend on");
  add_call_flags(*command, options->call);
  add_state_options(*command, options->state);
  command->add_option("--recorded", options->state.recorded, "The call and state of a recording");
  command->add_flag("--json", options->json, "As one JSON object");
  command->add_option("--log-level", options->log_level, "error, warn, info or debug")
      ->envname("RUNAHEAD_LOG_LEVEL")
      ->capture_default_str();
  command->callback([options, &exit_status] { exit_status = run_bound(*options); });
}

} // namespace runahead
