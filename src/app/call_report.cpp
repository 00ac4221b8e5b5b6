#include "app/call_report.hpp"

#include "io/duration.hpp"
#include "io/json_writer.hpp"
#include "rpc/call_error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace runahead {
namespace {

std::string_view status_word(const CallOutcome& outcome) {
  if (const auto* result = std::get_if<ExecutionResult>(&outcome.end)) {
    if (result->status == Status::success) return "success";
    return result->status == Status::revert ? "revert" : "failed";
  }
  if (std::holds_alternative<InvalidTransaction>(outcome.end)) return "invalid";
  return std::holds_alternative<StateFailure>(outcome.end) ? "unavailable" : "aborted";
}

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

/// `1 read`, `2 reads`.
std::string counted(uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

} // namespace

bool is_executed(const CallOutcome& outcome) {
  const auto* result = std::get_if<ExecutionResult>(&outcome.end);
  return result != nullptr && result->status != Status::precompile_beyond_limits;
}

BytesView output_of(const CallOutcome& outcome) {
  if (!is_executed(outcome)) return {};
  return std::get<ExecutionResult>(outcome.end).output;
}

std::string to_json(const CallOutcome& outcome) {
  JsonWriter json;
  json.begin_object();
  if (is_executed(outcome)) json.key("output").hex(output_of(outcome));
  json.key("status").text(status_word(outcome));
  if (is_executed(outcome))
    json.key("gasUsed").number(std::get<ExecutionResult>(outcome.end).gas_used);
  if (const auto error = error_of(outcome)) {
    json.key("error").text(error->message);
    if (error->data)
      if (const auto reason = revert_reason(*error->data)) json.key("revertReason").text(*reason);
  }
  const CallStats& stats = outcome.stats;
  json.key("rounds").number(stats.rounds);
  json.key("requests").number(stats.requests);
  json.key("reads").number(stats.reads);
  json.key("speculativeReads").number(stats.evaluation.speculative_reads);
  json.key("wastedReads").number(stats.evaluation.wasted_reads);
  json.key("retries").number(stats.retries);
  json.key("scoutSteps").number(stats.evaluation.scout_steps);
  json.key("elapsedMs").raw(fmt::format("{:.3f}", milliseconds(stats.elapsed)));
  json.end_object();
  return json.take();
}

std::string to_line(const CallOutcome& outcome) {
  const auto error = error_of(outcome);
  std::string line = error ? error->message : "success";
  if (is_executed(outcome))
    line += fmt::format("; gas used {}", std::get<ExecutionResult>(outcome.end).gas_used);
  const CallStats& stats = outcome.stats;
  return line + fmt::format("; {}, {}, {} wasted, {:.1f} ms", counted(stats.rounds, "round"),
                            counted(stats.reads, "read"), stats.evaluation.wasted_reads,
                            milliseconds(stats.elapsed));
}

std::string to_explanation(const CallOutcome& outcome) {
  const CallStats& stats = outcome.stats;
  const Evaluation::Stats& evaluation = stats.evaluation;
  // Answers that come one by one let later reads out before a round is over: then there are more
  // departures than rounds.
  const std::string_view unit = evaluation.waves == stats.rounds ? "round" : "departure";
  std::string text;
  size_t i = 0;
  for (uint32_t wave = 0; wave < evaluation.waves; ++wave) {
    const size_t first = i;
    while (i < outcome.reads.size() && outcome.reads[i].wave == wave) ++i;
    text += fmt::format("{} {}: {}\n", unit, wave + 1, counted(i - first, "read"));
    for (size_t k = first; k < i; ++k) {
      const CallRead& read = outcome.reads[k];
      text += fmt::format("  {}  {}{}\n", read.speculative ? "scout" : "spine", to_string(read.key),
                          read.used ? "" : "  (not used)");
    }
  }
  const uint64_t used = static_cast<uint64_t>(
      std::ranges::count_if(outcome.reads, [](const CallRead& read) { return read.used; }));
  text +=
      fmt::format("{} in {}: {} by the spine, {} ahead of it, {} wasted\n",
                  counted(stats.reads, "read"), counted(stats.requests, "request"),
                  evaluation.spine_reads, evaluation.speculative_reads, evaluation.wasted_reads);
  text += fmt::format("{}, where one read after the other takes {}; {} of scouts; {}\n",
                      counted(stats.rounds, "round"), used, counted(evaluation.scout_steps, "step"),
                      to_string(stats.elapsed));
  return text;
}

} // namespace runahead
