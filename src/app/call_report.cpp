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

/// `; branches 5 right, 2 wrong`; nothing where none was made.
std::string told(std::string_view what, const Timeline::Predictions& made) {
  if (made.right + made.wrong == 0) return "";
  return fmt::format("; {} {} right, {} wrong", what, made.right, made.wrong);
}

/// `  #3 scout  storage … of …  (its key, from #1)`
std::string line_of(const CallStory& story, size_t index) {
  const ReadStory& read = story.reads[index];
  std::string text = fmt::format("  #{} {}  {}", index + 1, read.speculative ? "scout" : "spine",
                                 to_string(read.key));
  if (!read.used) text += "  (not used)";
  if (read.waited_for)
    text += fmt::format("  waited for {} #{}", name(read.cause), *read.waited_for + 1);
  return text + "\n";
}

std::string summary_of(const CallOutcome& outcome, const CallStory& story) {
  const CallStats& stats = outcome.stats;
  const Evaluation::Stats& evaluation = stats.evaluation;
  const auto used = static_cast<uint64_t>(std::ranges::count_if(story.reads, &ReadStory::used));
  Duration stood{};
  for (const CallStory::Stall& stall : story.stalls) stood += stall.to - stall.from;
  std::string text =
      fmt::format("{} in {}: {} by the spine, {} ahead of it, {} wasted\n",
                  counted(stats.reads, "read"), counted(stats.requests, "request"),
                  evaluation.spine_reads, evaluation.speculative_reads, evaluation.wasted_reads);
  text +=
      fmt::format("predictions: reads {} right, {} wrong",
                  evaluation.speculative_reads - evaluation.wasted_reads, evaluation.wasted_reads);
  text += told("branches", story.branches) + told("values", story.values) +
          told("others", story.others) + "\n";
  text += fmt::format("the spine stood still {}, {} in all\n", counted(story.stalls.size(), "time"),
                      to_string(stood));
  text += fmt::format("{}, where one read after the other takes {}; {} of scouts in {}; {}\n",
                      counted(stats.rounds, "round"), used, counted(evaluation.scout_steps, "step"),
                      counted(evaluation.scout_runs, "run"), to_string(stats.elapsed));
  return text;
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

std::string to_explanation(const CallOutcome& outcome, const CallStory& story) {
  const CallStats& stats = outcome.stats;
  const Evaluation::Stats& evaluation = stats.evaluation;
  // Answers that come one by one let later reads out before a round is over: then there are more
  // departures than rounds.
  const std::string_view unit = evaluation.waves == stats.rounds ? "round" : "departure";
  std::string text;
  size_t i = 0;
  for (uint32_t wave = 0; wave < evaluation.waves; ++wave) {
    const size_t first = i;
    while (i < story.reads.size() && story.reads[i].wave == wave) ++i;
    const std::string at = first < i ? to_string(story.reads[first].issued) : "";
    text += fmt::format("{} {} at {}: {}\n", unit, wave + 1, at, counted(i - first, "read"));
    for (size_t k = first; k < i; ++k) text += line_of(story, k);
  }
  return text + summary_of(outcome, story);
}

} // namespace runahead
