#include "rpc/trace_options.hpp"

#include "base/hex.hpp"
#include "rpc/json_input.hpp"

namespace runahead {
namespace {

struct TracerName {
  std::string_view name;
  TracerKind kind;
};
constexpr std::array tracer_names = {
    TracerName{"", TracerKind::struct_logs},
    TracerName{"callTracer", TracerKind::calls},
    TracerName{"flatCallTracer", TracerKind::flat_calls},
    TracerName{"prestateTracer", TracerKind::prestate},
    TracerName{"4byteTracer", TracerKind::selectors},
    TracerName{"noopTracer", TracerKind::nothing},
};

Result<void> read_tracer(const JsonElement& value, TraceOptions& options) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return fail("expected text, got " + describe(value));
  for (const TracerName& known : tracer_names)
    if (known.name == text) {
      options.kind = known.kind;
      return {};
    }
  return fail("unknown tracer " + quoted_start(text));
}

Result<bool> read_not(const JsonElement& value) {
  auto truth = read_bool(value);
  if (truth) *truth = !*truth;
  return truth;
}

Result<void> ignore(const JsonElement&, TraceOptions&) { return {}; }

using Options = TraceOptions;
constexpr std::array<JsonField<Options>, 7> tracer_fields = {{
    {"onlyTopCall",
     [](const JsonElement& v, Options& o) { return store(read_bool(v), o.only_top_call); }},
    {"withLog", [](const JsonElement& v, Options& o) { return store(read_bool(v), o.with_log); }},
    {"diffMode", [](const JsonElement& v, Options& o) { return store(read_bool(v), o.diff_mode); }},
    {"disableCode",
     [](const JsonElement& v, Options& o) { return store(read_not(v), o.with_code); }},
    {"disableStorage",
     [](const JsonElement& v, Options& o) { return store(read_not(v), o.with_storage); }},
    {"includeEmpty",
     [](const JsonElement& v, Options& o) { return store(read_bool(v), o.include_empty); }},
    {"convertParityErrors", ignore},
}};

Result<uint64_t> read_plain_number(const JsonElement& value) {
  uint64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS)
    return fail("expected a number, got " + describe(value));
  return number;
}

constexpr std::array<JsonField<Options>, 11> option_fields = {{
    {"tracer", read_tracer},
    {"tracerConfig",
     [](const JsonElement& v, Options& o) { return read_fields(v, tracer_fields, o); }},
    {"disableStack", [](const JsonElement& v, Options& o) { return store(read_not(v), o.stack); }},
    {"disableStorage",
     [](const JsonElement& v, Options& o) { return store(read_not(v), o.storage); }},
    {"enableMemory",
     [](const JsonElement& v, Options& o) { return store(read_bool(v), o.memory); }},
    {"enableReturnData",
     [](const JsonElement& v, Options& o) { return store(read_bool(v), o.return_data); }},
    {"limit",
     [](const JsonElement& v, Options& o) { return store(read_plain_number(v), o.most_steps); }},
    {"timeout", ignore},
    {"reexec", ignore},
    {"stateOverrides",
     [](const JsonElement& v, Options& o) { return store(read_state_overrides(v), o.overrides); }},
    {"blockOverrides",
     [](const JsonElement& v, Options& o) {
       return store(read_block_overrides(v), o.block_overrides);
     }},
}};

} // namespace

Result<TraceOptions> read_trace_options(const JsonElement& value) {
  TraceOptions options;
  if (const auto ok = read_fields(value, option_fields, options); !ok)
    return std::unexpected(ok.error());
  return options;
}

} // namespace runahead
