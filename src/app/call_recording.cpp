#include "app/call_recording.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace runahead {
namespace {

using Json = nlohmann::ordered_json;

/// A part of the context as JSON text; empty if it is not there.
std::string part(const Json& context, const char* name) {
  const auto it = context.find(name);
  return it == context.end() ? std::string() : it->dump();
}

} // namespace

std::string to_json(const CallContext& context) {
  JsonWriter json;
  json.begin_object().key("call").raw(context.call.call);
  if (!context.call.overrides.empty()) json.key("overrides").raw(context.call.overrides);
  if (!context.call.block_overrides.empty())
    json.key("blockOverrides").raw(context.call.block_overrides);
  json.key("gasCap").number(context.call.gas_cap);
  json.key("blockHash").hex(context.block_hash);
  json.key("state").raw(to_json(context.about));
  return json.end_object().take();
}

Result<CallContext> parse_call_context(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail("context: expected an object");
  for (const char* name : {"call", "gasCap", "blockHash", "state"})
    if (!json.contains(name)) return fail(std::string("context.") + name + ": missing");
  CallContext context;
  context.call.call = part(json, "call");
  context.call.overrides = part(json, "overrides");
  context.call.block_overrides = part(json, "blockOverrides");
  if (!json["gasCap"].is_number_unsigned()) return fail("context.gasCap: expected a number");
  context.call.gas_cap = json["gasCap"].get<uint64_t>();
  if (!json["blockHash"].is_string()) return fail("context.blockHash: expected a hash");
  const auto hash = parse_hash(json["blockHash"].get_ref<const std::string&>());
  if (!hash) return fail_at("context.blockHash", hash.error());
  context.block_hash = *hash;
  auto about = parse_state_about(part(json, "state"));
  if (!about) return fail_at("context.state", about.error());
  context.about = std::move(*about);
  return context;
}

struct RecordingChain::Stack {
  explicit Stack(std::shared_ptr<StateSource> below) : inner(std::move(below)), record(*inner) {}

  std::shared_ptr<StateSource> inner;
  RecordSource record;
};

std::shared_ptr<StateSource> RecordingChain::open(const ChainBlock& block) {
  last_ = std::make_shared<Stack>(ChainWrapper::open(block));
  return {last_, &last_->record};
}

Result<void> RecordingChain::save(const std::string& path, const CallTexts& call,
                                  const ChainBlock& block) const {
  CallContext context{call, block.hash, {}};
  context.about.chain_id = block.rules.chain_id;
  context.about.fork = block.rules.fork;
  context.about.blobs = block.rules.blobs;
  context.about.block = block.env;
  context.about.excess_blob_gas = block.excess_blob_gas;
  context.about.has_block = true;
  return save_recording(path,
                        {to_json(context), last_ ? last_->record.reads() : std::vector<Answer>{}});
}

Result<RecordedCall> load_recorded_call(const std::string& path) {
  const auto recording = load_recording(path);
  if (!recording) return std::unexpected(recording.error());
  auto context = parse_call_context(recording->context);
  if (!context) return fail_at(path, context.error());
  auto source = std::make_shared<ReplaySource>(recording->reads, path);
  return RecordedCall{
      std::move(context->call),
      {path, std::move(context->about), std::move(source), {}, context->block_hash}};
}

} // namespace runahead
