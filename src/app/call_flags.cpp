#include "app/call_flags.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/text_file.hpp"

#include <CLI/CLI.hpp>

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
Result<std::string> json_of(const std::string& value) {
  if (!value.starts_with('@')) return value;
  return read_text_file(value.substr(1), limits::request_bytes);
}

template <class T, class Parse>
Result<void> parse_into(const char* flag, const std::string& value, T& into, Parse parse) {
  if (value.empty()) return {};
  const auto json = json_of(value);
  if (!json) return fail_at(flag, json.error());
  auto parsed = parse(*json);
  if (!parsed) return fail_at(flag, parsed.error());
  into = std::move(*parsed);
  return {};
}

/// One call object from the single flags.
Result<Transaction> from_fields(const CallFlags& flags, const CallLimits& limits) {
  JsonWriter json;
  json.begin_object();
  for (const Field& field : fields) {
    const std::string& value = flags.*field.value;
    if (value.empty()) continue;
    json.key(field.field);
    if (!field.is_number) {
      json.text(value);
      continue;
    }
    const auto number = parse_number(value);
    if (!number) return fail_at(field.flag, number.error());
    json.quantity(*number);
  }
  json.end_object();
  auto call = parse_call_object(json.str(), limits);
  if (!call) return fail("--" + call.error().message);
  return call;
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

Result<CallRequest> to_request(const CallFlags& flags) {
  const CallLimits call_limits{flags.gas_cap};
  CallRequest request;
  if (flags.call.empty()) {
    if (flags.to.empty() && flags.data.empty())
      return fail("no call is given: --to and --data, or --call");
    auto call = from_fields(flags, call_limits);
    if (!call) return std::unexpected(call.error());
    request.transaction = std::move(*call);
  } else {
    for (const Field& field : fields)
      if (!(flags.*field.value).empty())
        return fail("--call and " + std::string(field.flag) + " cannot be given together");
    const auto parse = [&](std::string_view json) { return parse_call_params(json, call_limits); };
    if (const auto ok = parse_into("--call", flags.call, request, parse); !ok)
      return std::unexpected(ok.error());
  }
  Result<void> ok =
      parse_into("--overrides", flags.overrides, request.overrides, parse_state_overrides);
  if (ok)
    ok = parse_into("--block-overrides", flags.block_overrides, request.block_overrides,
                    parse_block_overrides);
  if (!ok) return std::unexpected(ok.error());
  if (!flags.block.empty()) {
    const auto block = parse_block_ref(flags.block, true);
    if (!block) return fail_at("--block", block.error());
    request.block = *block;
  }
  return request;
}

} // namespace runahead
