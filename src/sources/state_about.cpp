#include "sources/state_about.hpp"

#include "sources/block_fields.hpp"
#include "spec/blob_fee.hpp"

namespace runahead {
namespace {

void write_blobs(JsonWriter& out, const BlobSchedule& blobs) {
  out.begin_object().key("target").number(blobs.target).key("max").number(blobs.max);
  out.key("baseFeeUpdateFraction").number(blobs.base_fee_update_fraction).end_object();
}

void write_schedule(JsonWriter& out, const char* key, const std::vector<Activation>& schedule) {
  if (schedule.empty()) return;
  out.key(key).begin_array();
  for (const Activation& activation : schedule) {
    out.begin_object().key("at").number(activation.at);
    out.key("fork").text(name(activation.fork)).key("blobSchedule");
    write_blobs(out, activation.blobs);
    out.end_object();
  }
  out.end_array();
}

Result<std::vector<Activation>> read_schedule(const Json& json) {
  if (!json.is_array()) return fail("expected an array, got " + describe(json));
  std::vector<Activation> schedule;
  for (const Json& entry : json) {
    if (!entry.is_object()) return fail("expected an object, got " + describe(entry));
    Activation activation;
    JsonFields fields(entry, "");
    fields.require("at", activation.at, json_u64);
    fields.require("fork", activation.fork, json_fork);
    fields.require("blobSchedule", activation.blobs, json_blob_schedule);
    if (!fields.result()) return std::unexpected(fields.result().error());
    schedule.push_back(activation);
  }
  return schedule;
}

void write_constants(JsonWriter& out, const ChainConstants& constants) {
  out.begin_object();
  if (constants.terminal_total_difficulty)
    out.key("terminalTotalDifficulty").quantity(*constants.terminal_total_difficulty);
  if (constants.dao_fork) out.key("daoFork").number(*constants.dao_fork);
  if (constants.deposit_contract) out.key("depositContract").hex(*constants.deposit_contract);
  out.key("glaciers").begin_array();
  for (const auto& glacier : constants.glaciers)
    out.begin_object().key("at").number(glacier.at).key("delay").number(glacier.delay).end_object();
  out.end_array().end_object();
}

Result<std::vector<ChainConstants::Glacier>> read_glaciers(const Json& json) {
  if (!json.is_array()) return fail("expected an array, got " + describe(json));
  std::vector<ChainConstants::Glacier> glaciers;
  for (const Json& entry : json) {
    if (!entry.is_object()) return fail("expected an object, got " + describe(entry));
    ChainConstants::Glacier glacier;
    JsonFields fields(entry, "");
    fields.require("at", glacier.at, json_u64);
    fields.require("delay", glacier.delay, json_u64);
    if (!fields.result()) return std::unexpected(fields.result().error());
    glaciers.push_back(glacier);
  }
  return glaciers;
}

Result<ChainConstants> read_constants(const Json& json) {
  constexpr std::array<std::string_view, 4> known = {"terminalTotalDifficulty", "daoFork",
                                                     "depositContract", "glaciers"};
  if (!json.is_object()) return fail("expected an object, got " + describe(json));
  ChainConstants constants;
  JsonFields fields(json, "");
  fields.refuse_unknown(known);
  fields.read("terminalTotalDifficulty", constants.terminal_total_difficulty, json_quantity);
  fields.read("daoFork", constants.dao_fork, json_u64);
  fields.read("depositContract", constants.deposit_contract, json_address);
  fields.read("glaciers", constants.glaciers, read_glaciers);
  if (!fields.result()) return std::unexpected(fields.result().error());
  return constants;
}

} // namespace

ChainConfig StateAbout::chain() const {
  return {chain_id.value_or(0), "the file's own", by_number, by_time};
}

void derive_blob_base_fee(StateAbout& about) {
  if (about.fork && *about.fork >= Fork::cancun && about.blobs)
    about.block.blob_base_fee = blob_base_fee(about.excess_blob_gas, *about.blobs);
}

Result<void> read_block(const Json& json, StateAbout& about) {
  constexpr std::array<std::string_view, 7> known = {"number",        "timestamp",  "gasLimit",
                                                     "baseFeePerGas", "prevRandao", "coinbase",
                                                     "excessBlobGas"};
  if (!json.is_object()) return fail("block: expected an object, got " + describe(json));
  BlockEnv& block = about.block;
  about.has_block = true;
  JsonFields fields(json, "block.");
  fields.refuse_unknown(known);
  fields.require("number", block.number, json_u64);
  fields.require("timestamp", block.timestamp, json_u64);
  fields.require("gasLimit", block.gas_limit, json_u64);
  fields.read("baseFeePerGas", block.base_fee, json_quantity);
  fields.read("prevRandao", block.prev_randao, json_hash_word);
  fields.read("coinbase", block.coinbase, json_address);
  fields.read("excessBlobGas", about.excess_blob_gas, json_u64);
  return fields.result();
}

void write_block(JsonWriter& out, const StateAbout& about) {
  const BlockEnv& block = about.block;
  out.begin_object();
  out.key("number").quantity(block.number).key("timestamp").quantity(block.timestamp);
  out.key("gasLimit").quantity(block.gas_limit).key("baseFeePerGas").quantity(block.base_fee);
  out.key("prevRandao").word(block.prev_randao).key("coinbase").hex(block.coinbase);
  out.key("excessBlobGas").quantity(about.excess_blob_gas).end_object();
}

std::string to_json(const StateAbout& about) {
  JsonWriter out;
  out.begin_object();
  if (about.chain_id) out.key("chainId").quantity(*about.chain_id);
  if (about.fork) out.key("fork").text(name(*about.fork));
  if (about.blobs) {
    out.key("blobSchedule");
    write_blobs(out, *about.blobs);
  }
  if (about.has_block) {
    out.key("block");
    write_block(out, about);
  }
  write_schedule(out, "byNumber", about.by_number);
  write_schedule(out, "byTime", about.by_time);
  if (about.constants != ChainConstants{}) {
    out.key("constants");
    write_constants(out, about.constants);
  }
  return out.end_object().take();
}

Result<StateAbout> parse_state_about(std::string_view text) {
  constexpr std::array<std::string_view, 7> known = {"chainId",  "fork",   "blobSchedule", "block",
                                                     "byNumber", "byTime", "constants"};
  const auto json = parse_json_text(text);
  if (!json) return std::unexpected(json.error());
  if (!json->is_object()) return fail("expected an object, got " + describe(*json));
  StateAbout about;
  JsonFields fields(*json, "");
  fields.refuse_unknown(known);
  fields.read("chainId", about.chain_id, json_u64);
  fields.read("fork", about.fork, json_fork);
  fields.read("blobSchedule", about.blobs, json_blob_schedule);
  fields.read("byNumber", about.by_number, read_schedule);
  fields.read("byTime", about.by_time, read_schedule);
  fields.read("constants", about.constants, read_constants);
  if (!fields.result()) return std::unexpected(fields.result().error());
  if (json->contains("block"))
    if (const auto ok = read_block(json->at("block"), about); !ok)
      return std::unexpected(ok.error());
  derive_blob_base_fee(about);
  return about;
}

} // namespace runahead
