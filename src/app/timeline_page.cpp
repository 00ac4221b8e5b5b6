#include "app/timeline_page.hpp"

#include "app/timeline_page_text.hpp"
#include "base/hex.hpp"
#include "io/json_writer.hpp"

#include <fmt/format.h>

namespace runahead {
namespace {

std::string milliseconds(Duration duration) {
  return fmt::format("{:.4f}", std::chrono::duration<double, std::milli>(duration).count());
}

void put(JsonWriter& json, const ReadStory& read) {
  json.begin_object().key("kind").text(name(read.key.kind));
  json.key("address").text(to_hex(read.key.address));
  if (read.key.kind == StateKind::storage || read.key.kind == StateKind::block_hash)
    json.key("slot").quantity(read.key.slot);
  json.key("from").raw(milliseconds(read.issued)).key("to").raw(milliseconds(read.arrived));
  json.key("ahead").boolean(read.speculative).key("used").boolean(read.used);
  json.key("wave").number(read.wave);
  if (read.waited_for) {
    json.key("waited").number(*read.waited_for);
    json.key("cause").text(name(read.cause));
  }
  json.end_object();
}

/// Everything that the page draws. No `<` stands in it, so it cannot end the element it is in.
std::string data_of(const std::string& title, const CallOutcome& outcome, const CallStory& story) {
  const Evaluation::Stats& evaluation = outcome.stats.evaluation;
  JsonWriter json;
  json.begin_object().key("title").text(title).key("elapsed").raw(milliseconds(story.elapsed));
  json.key("rounds").number(outcome.stats.rounds).key("reads").begin_array();
  for (const ReadStory& read : story.reads) put(json, read);
  json.end_array().key("stalls").begin_array();
  for (const CallStory::Stall& stall : story.stalls) {
    json.begin_object().key("from").raw(milliseconds(stall.from));
    json.key("to").raw(milliseconds(stall.to)).key("reads").begin_array();
    for (const size_t read : stall.reads) json.number(read);
    json.end_array().end_object();
  }
  json.end_array().key("serial").begin_array();
  for (const size_t read : story.program_order) json.number(read);
  json.end_array().key("wasted").number(evaluation.wasted_reads);
  json.key("scoutSteps").number(evaluation.scout_steps);
  json.key("scoutRuns").number(evaluation.scout_runs);
  std::string text = json.end_object().take();
  for (size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at))
    text.replace(at, 1, "\\u003c");
  return text;
}

} // namespace

std::string to_timeline_page(const std::string& title, const CallOutcome& outcome,
                             const CallStory& story) {
  std::string page = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<title>runahead timeline</title>\n<style>\n";
  page += timeline_style;
  page += "</style>\n</head>\n<body>\n";
  page += timeline_body;
  page += "<script type=\"application/json\" id=\"data\">" + data_of(title, outcome, story);
  page += "</script>\n<script>\n";
  page += timeline_script;
  return page + "</script>\n</body>\n</html>\n";
}

} // namespace runahead
