#include "sources/alloc_file.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "sources/block_fields.hpp"
#include "sources/genesis_config.hpp"
#include "sources/json_fields.hpp"
#include "sources/text_file.hpp"

#include <array>

namespace runahead {
namespace {

Result<void> read_storage(const Json& storage, Account& account) {
  if (!storage.is_object()) return fail("expected an object, got " + describe(storage));
  account.storage.reserve(storage.size());
  for (const auto& [slot_text, value_json] : storage.items()) {
    const auto slot = json_word(Json(slot_text));
    if (!slot) return fail_at(quoted_start(slot_text), slot.error());
    const auto value = json_word(value_json);
    if (!value) return fail_at(slot_text, value.error());
    if (!account.storage.emplace(*slot, *value).second)
      return fail(slot_text + ": the slot appears twice");
  }
  return {};
}

Result<Account> read_account(const Json& json) {
  constexpr std::array<std::string_view, 4> known = {"balance", "nonce", "code", "storage"};
  if (!json.is_object()) return fail("expected an object, got " + describe(json));
  Account account;
  JsonFields fields(json, "");
  fields.refuse_unknown(known);
  fields.read("balance", account.balance, json_quantity);
  fields.read("nonce", account.nonce, json_u64);
  Bytes code;
  if (fields.read("code", code, json_bytes)) account.code = make_bytecode(std::move(code));
  if (!fields.result()) return std::unexpected(fields.result().error());
  const auto storage = json.find("storage");
  if (storage == json.end() || storage->is_null()) return account;
  if (const auto ok = read_storage(*storage, account); !ok) return fail_at("storage", ok.error());
  return account;
}

Result<AccountMap> read_accounts(const Json& json) {
  const auto alloc = json.find("alloc");
  if (alloc == json.end()) return fail("alloc: missing");
  if (!alloc->is_object()) return fail("alloc: expected an object, got " + describe(*alloc));
  AccountMap accounts;
  accounts.reserve(alloc->size());
  for (const auto& [address_text, account_json] : alloc->items()) {
    const auto address = json_address(Json(address_text));
    if (!address) return fail_at("alloc", address.error());
    auto account = read_account(account_json);
    // A field of the account follows with a dot, a complaint about the account itself with a colon.
    if (!account)
      return fail("alloc." + to_hex(*address) + (account_json.is_object() ? "." : ": ") +
                  account.error().message);
    if (!accounts.emplace(*address, std::move(*account)).second)
      return fail("alloc." + to_hex(*address) + ": the account appears twice");
  }
  return accounts;
}

Result<void> read_own_form(const Json& json, AllocFile& file) {
  constexpr std::array<std::string_view, 4> known = {"chainId", "fork", "block", "alloc"};
  JsonFields fields(json, "");
  fields.refuse_unknown(known);
  fields.read("chainId", file.chain_id, json_u64);
  fields.read("fork", file.fork, json_fork);
  if (!fields.result()) return fields.result();
  if (file.fork) file.blobs = default_blob_schedule(*file.fork);
  const auto block = json.find("block");
  if (block == json.end() || block->is_null()) return {};
  if (const auto ok = read_block(*block, file); !ok) return ok;
  derive_blob_base_fee(file);
  return {};
}

Result<void> read_genesis_form(const Json& json, AllocFile& file) {
  constexpr std::array<std::string_view, 15> known = {
      "config",  "alloc",         "gasLimit",      "timestamp",   "number",
      "nonce",   "extraData",     "difficulty",    "mixHash",     "coinbase",
      "gasUsed", "baseFeePerGas", "excessBlobGas", "blobGasUsed", "parentHash"};
  auto config = read_genesis_config(json.at("config"));
  if (!config) return fail_at("config", config.error());
  file.chain_id = config->chain_id;
  file.by_number = std::move(config->by_number);
  file.by_time = std::move(config->by_time);
  file.constants = std::move(config->constants);
  file.warnings = std::move(config->warnings);
  file.has_block = true;

  JsonFields fields(json, "");
  GenesisFields& genesis = file.genesis.emplace();
  fields.read("parentHash", genesis.parent_hash, json_hash);
  fields.read("nonce", genesis.nonce, json_u64);
  fields.read("extraData", genesis.extra_data, json_bytes);
  fields.read("gasUsed", genesis.gas_used, json_u64);
  fields.read("blobGasUsed", genesis.blob_gas_used, json_u64);
  fields.read("number", file.block.number, json_u64);
  fields.read("timestamp", file.block.timestamp, json_u64);
  fields.read("gasLimit", file.block.gas_limit, json_u64);
  fields.read("coinbase", file.block.coinbase, json_address);
  fields.read("difficulty", genesis.difficulty, json_quantity);
  fields.read("mixHash", genesis.mix_hash, json_hash);
  fields.read("excessBlobGas", file.excess_blob_gas, json_u64);
  const bool has_base_fee = fields.read("baseFeePerGas", file.block.base_fee, json_quantity);
  if (!fields.result()) return fields.result();
  for (const std::string& field : fields.unknown(known)) file.warnings.push_back(field);

  const Rules rules = rules_at(file.chain(), file.block.number, file.block.timestamp);
  file.fork = rules.fork;
  file.blobs = rules.blobs;
  file.block.prev_randao = rules.fork >= Fork::paris ? from(genesis.mix_hash) : genesis.difficulty;
  constexpr uint64_t initial_base_fee = 1'000'000'000; // EIP-1559
  if (!has_base_fee && rules.fork >= Fork::london) file.block.base_fee = initial_base_fee;
  derive_blob_base_fee(file);
  return {};
}

} // namespace

Result<AllocFile> parse_alloc(std::string_view text) {
  const auto json = parse_json_text(text);
  if (!json) return std::unexpected(json.error());
  if (!json->is_object()) return fail("expected an object, got " + describe(*json));
  AllocFile file;
  const auto read = json->contains("config") ? read_genesis_form : read_own_form;
  if (const auto ok = read(*json, file); !ok) return std::unexpected(ok.error());
  auto accounts = read_accounts(*json);
  if (!accounts) return std::unexpected(accounts.error());
  file.accounts = std::move(*accounts);
  return file;
}

Result<AllocFile> load_alloc(const std::string& path) {
  return load_text_file(path, limits::alloc_file_bytes, parse_alloc);
}

} // namespace runahead
