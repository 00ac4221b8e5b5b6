#include "app/scenario_file.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "sources/text_file.hpp"

#include <nlohmann/json.hpp>

namespace runahead {
namespace {

using OrderedJson = nlohmann::ordered_json;

Result<Scenario> read_scenario(const std::string& name, const OrderedJson& value) {
  if (!value.is_object() || !value.contains("tx") || !value.contains("expect"))
    return fail("expected an object with tx and expect");
  auto call = parse_call_object(value["tx"].dump(), CallLimits{});
  if (!call) return fail_at("tx", call.error());
  if (!value["expect"].is_string()) return fail("expect: expected hex text");
  auto expected = parse_hex_bytes(value["expect"].get_ref<const std::string&>());
  if (!expected) return fail_at("expect", expected.error());
  return Scenario{name, std::move(*call), std::move(*expected)};
}

} // namespace

Result<std::vector<Scenario>> load_scenarios(const std::string& path) {
  const auto text = read_text_file(path, limits::alloc_file_bytes);
  if (!text) return std::unexpected(text.error());
  const OrderedJson root = OrderedJson::parse(*text, nullptr, false);
  if (root.is_discarded()) return fail(path + ": not JSON");
  if (!root.is_object() || !root.contains("scenarios") || !root["scenarios"].is_object())
    return fail(path + ": scenarios: missing, or not an object");
  std::vector<Scenario> scenarios;
  for (const auto& [name, value] : root["scenarios"].items()) {
    auto scenario = read_scenario(name, value);
    if (!scenario) return fail_at(path + ": " + name, scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  if (scenarios.empty()) return fail(path + ": scenarios: holds none");
  return scenarios;
}

} // namespace runahead
