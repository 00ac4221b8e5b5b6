#include "bench/report_json.hpp"

#include "io/json_writer.hpp"
#include "sources/json_fields.hpp"

#include <algorithm>
#include <cstdio>

namespace runahead {
namespace {

constexpr std::string_view form = "runahead-bench 1";

/// Tenths of a nanosecond are more than any clock tells.
std::string decimal(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

void put(JsonWriter& json, const Lane& lane, const Timing& timing, const CaseReport& row) {
  json.begin_object().key("engine").text(lane.engine).key("analysis").text(name(lane.analysis));
  json.key("minNs").raw(decimal(timing.min_ns)).key("medianNs").raw(decimal(timing.median_ns));
  json.key("runs").number(timing.runs).key("turns").number(timing.turns);
  if (const auto speed = gas_per_second(row, lane))
    json.key("gasPerSecond").number(static_cast<uint64_t>(*speed));
  json.end_object();
}

void put(JsonWriter& json, const CaseReport& row) {
  json.begin_object().key("group").text(row.group).key("name").text(row.name);
  json.key("fork").text(row.fork).key("status").text(row.status);
  if (row.gas) json.key("gas").number(*row.gas);
  if (row.code_bytes) json.key("codeBytes").number(*row.code_bytes);
  json.key("results").begin_array();
  for (const auto& [lane, timing] : row.timings) put(json, lane, timing, row);
  json.end_array().end_object();
}

Result<std::string> json_text(const Json& value) {
  if (!value.is_string()) return fail("expected text, found " + describe(value));
  return value.get<std::string>();
}

Result<double> json_positive(const Json& value) {
  if (!value.is_number() || !(value.get<double>() > 0))
    return fail("expected a number above zero, found " + describe(value));
  return value.get<double>();
}

Result<Analysis> json_analysis(const Json& value) {
  for (const Analysis analysis : {Analysis::outside, Analysis::inside})
    if (value == std::string(name(analysis))) return analysis;
  return fail("expected outside or inside, found " + describe(value));
}

Result<Json> json_list(const Json& value) {
  if (!value.is_array()) return fail("expected a list, found " + describe(value));
  return value;
}

Result<void> read_result(const Json& value, const std::string& place, BenchReport& report,
                         CaseReport& row) {
  if (!value.is_object()) return fail(place + ": expected an object, found " + describe(value));
  JsonFields fields(value, place + ".");
  Lane lane;
  Timing timing;
  fields.require("engine", lane.engine, json_text);
  fields.require("analysis", lane.analysis, json_analysis);
  fields.require("minNs", timing.min_ns, json_positive);
  timing.median_ns = timing.min_ns;
  fields.read("medianNs", timing.median_ns, json_positive);
  fields.read("runs", timing.runs, json_u64);
  fields.read("turns", timing.turns, json_u64);
  if (!fields.result()) return fields.result();
  if (std::ranges::find(report.engine_order, lane.engine) == report.engine_order.end())
    report.engine_order.push_back(lane.engine);
  if (!row.timings.emplace(lane, timing).second)
    return fail(place + ": a second result of " + lane.engine + " with analysis " +
                std::string(name(lane.analysis)));
  return {};
}

Result<void> read_case(const Json& value, const std::string& place, BenchReport& report) {
  if (!value.is_object()) return fail(place + ": expected an object, found " + describe(value));
  JsonFields fields(value, place + ".");
  CaseReport row;
  Json results;
  uint64_t number = 0;
  fields.require("group", row.group, json_text);
  fields.require("name", row.name, json_text);
  fields.read("fork", row.fork, json_text);
  fields.read("status", row.status, json_text);
  if (fields.read("gas", number, json_u64)) row.gas = number;
  if (fields.read("codeBytes", number, json_u64)) row.code_bytes = number;
  fields.require("results", results, json_list);
  if (!fields.result()) return fields.result();
  for (size_t i = 0; i < results.size(); ++i)
    if (auto ok =
            read_result(results[i], place + ".results[" + std::to_string(i) + "]", report, row);
        !ok)
      return ok;
  if (std::ranges::find(report.cases, row.title(), &CaseReport::title) != report.cases.end())
    return fail(place + ": a second case with the name " + quoted_start(row.title()));
  report.cases.push_back(std::move(row));
  return {};
}

} // namespace

std::string to_json(const BenchReport& report) {
  JsonWriter json;
  json.begin_object().key("form").text(form).key("program").text(report.program);
  json.key("date").text(report.date).key("host").begin_object();
  json.key("cpu").text(report.host.cpu).key("processors").number(report.host.processors);
  json.key("compiler").text(report.host.compiler).key("build").text(report.host.build);
  json.end_object().key("settings").begin_object();
  json.key("minSeconds").raw(std::to_string(report.settings.min_seconds));
  json.key("turns").number(report.settings.turns).end_object();
  json.key("cases").begin_array();
  for (const CaseReport& row : report.cases) put(json, row);
  json.end_array().end_object();
  return json.take() + "\n";
}

Result<BenchReport> parse_bench_report(std::string_view text) {
  const auto json = parse_json_text(text);
  if (!json) return std::unexpected(json.error());
  if (!json->is_object()) return fail("expected an object, found " + describe(*json));
  JsonFields fields(*json, "");
  BenchReport report;
  std::string said;
  Json cases;
  fields.require("form", said, json_text);
  fields.read("program", report.program, json_text);
  fields.read("date", report.date, json_text);
  fields.require("cases", cases, json_list);
  if (!fields.result()) return std::unexpected(fields.result().error());
  if (said != form)
    return fail("form: expected " + std::string(form) + ", found " + quoted_start(said));
  for (size_t i = 0; i < cases.size(); ++i)
    if (const auto ok = read_case(cases[i], "cases[" + std::to_string(i) + "]", report); !ok)
      return std::unexpected(ok.error());
  return report;
}

} // namespace runahead
