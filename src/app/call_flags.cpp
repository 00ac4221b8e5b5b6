#include "app/call_flags.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/text_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>

namespace runahead {
namespace {

/// A flag that is one field of the call object.
struct Field {
  const char* flag;
  const char* field;
  std::string CallFlags::* value;
  bool is_number;
  const char* about;
};
constexpr std::array fields = {
    Field{"--from", "from", &CallFlags::from, false, "Sender; the zero address if not given"},
    Field{"--to", "to", &CallFlags::to, false,
          "Called account; without one, a contract is created"},
    Field{"--data", "data", &CallFlags::data, false, "Call data, hex"},
    Field{"--value", "value", &CallFlags::value, true, "Wei sent"},
    Field{"--gas", "gas", &CallFlags::gas, true, "Gas limit of the call"},
    Field{"--gas-price", "gasPrice", &CallFlags::gas_price, true, "Wei per gas"},
    Field{"--max-fee", "maxFeePerGas", &CallFlags::max_fee, true, "Wei per gas (EIP-1559)"},
    Field{"--priority-fee", "maxPriorityFeePerGas", &CallFlags::max_priority_fee, true,
          "Wei per gas (EIP-1559)"},
};

/// The JSON text of a flag: its value, or with @ in front what the file of that name holds.
Result<void> read_json_flag(const char* flag, const std::string& value, std::string& into) {
  if (!value.starts_with('@')) {
    into = value;
    return {};
  }
  auto text = read_text_file(value.substr(1), limits::request_bytes);
  if (!text) return fail_at(flag, text.error());
  into = std::move(*text);
  return {};
}

/// Reads one text if it is given.
template <class T, class Parse>
Result<void> parse_into(const char* flag, const std::string& json, T& into, Parse parse) {
  if (json.empty()) return {};
  auto parsed = parse(json);
  if (!parsed) return fail_at(flag, parsed.error());
  into = std::move(*parsed);
  return {};
}

/// One call object from the single flags. What is wrong with one of them is told by its own name.
Result<std::string> from_fields(const CallFlags& flags) {
  JsonWriter json;
  json.begin_object();
  for (const Field& field : fields) {
    const std::string& value = flags.*field.value;
    if (value.empty()) continue;
    JsonWriter alone;
    alone.begin_object().key(field.field);
    json.key(field.field);
    if (field.is_number) {
      const auto number = parse_number(value);
      if (!number) return fail_at(field.flag, number.error());
      alone.quantity(*number);
      json.quantity(*number);
    } else {
      alone.text(value);
      json.text(value);
    }
    const auto read = parse_call_object(alone.end_object().str(), {});
    if (!read) return fail("--" + read.error().message);
  }
  return json.end_object().take();
}

} // namespace

void add_call_flags(CLI::App& command, CallFlags& flags) {
  for (const Field& field : fields) command.add_option(field.flag, flags.*field.value, field.about);
  command.add_option("--call", flags.call,
                     "The call as JSON or @FILE: an object, or [call, block, overrides, "
                     "blockOverrides] as eth_call has them");
  command.add_option("--overrides", flags.overrides, "State overrides: JSON or @FILE");
  command.add_option("--block-overrides", flags.block_overrides, "Block overrides: JSON or @FILE");
  command.add_option("--block", flags.block, "Number, hash or tag; latest if not given");
  command.add_option("--gas-cap", flags.gas_cap, "The most gas a call gets; 0: no cap")
      ->envname("RUNAHEAD_GAS_CAP")
      ->capture_default_str();
}

Result<CallTexts> to_texts(const CallFlags& flags) {
  CallTexts texts;
  texts.gas_cap = flags.gas_cap;
  const auto given = [&](const Field& field) { return !(flags.*field.value).empty(); };
  const auto first = std::ranges::find_if(fields, given);
  if (!flags.call.empty() && first != fields.end())
    return fail("--call and " + std::string(first->flag) + " cannot be given together");
  Result<void> ok = read_json_flag("--call", flags.call, texts.call);
  if (ok) ok = read_json_flag("--overrides", flags.overrides, texts.overrides);
  if (ok) ok = read_json_flag("--block-overrides", flags.block_overrides, texts.block_overrides);
  if (!ok) return std::unexpected(ok.error());
  if (first == fields.end()) return texts;
  auto call = from_fields(flags);
  if (!call) return std::unexpected(call.error());
  texts.call = std::move(*call);
  return texts;
}

Result<CallRequest> to_request(const CallTexts& texts, const std::string& block) {
  if (texts.call.empty()) return fail("no call is given: --to and --data, or --call");
  const CallLimits call_limits{texts.gas_cap};
  CallRequest request;
  const auto parse_call = [&](std::string_view json) {
    return parse_call_params(json, call_limits);
  };
  Result<void> ok = parse_into("call", texts.call, request, parse_call);
  if (ok) ok = parse_into("--overrides", texts.overrides, request.overrides, parse_state_overrides);
  if (ok)
    ok = parse_into("--block-overrides", texts.block_overrides, request.block_overrides,
                    parse_block_overrides);
  if (!ok) return std::unexpected(ok.error());
  if (!block.empty()) {
    const auto ref = parse_block_ref(block, true);
    if (!ref) return fail_at("--block", ref.error());
    request.block = *ref;
  }
  return request;
}

} // namespace runahead
