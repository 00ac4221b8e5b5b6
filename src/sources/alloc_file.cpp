#include "sources/alloc_file.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "sources/genesis_config.hpp"
#include "sources/json_fields.hpp"
#include "sources/text_file.hpp"
#include "spec/blob_fee.hpp"

#include <algorithm>
#include <array>

namespace runahead {
namespace {

/// Reads one field if it is there and not null; the first refusal is kept, with the field's place.
class Fields {
public:
  Fields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {}

  template <class T, class Parse>
  bool read(const char* field, T& into, Parse parse) {
    const auto found = object_.find(field);
    if (found == object_.end() || found->is_null() || !result_) return false;
    auto value = parse(*found);
    if (!value) {
      result_ = fail_at(place_ + field, value.error());
      return false;
    }
    into = std::move(*value);
    return true;
  }

  /// The first field that is none of `known`, or nothing.
  template <size_t n>
  std::vector<std::string> unknown(const std::array<std::string_view, n>& known) const {
    std::vector<std::string> fields;
    for (const auto& [field, value] : object_.items())
      if (std::ranges::find(known, std::string_view(field)) == known.end())
        fields.push_back(place_ + field);
    return fields;
  }

  template <size_t n>
  void refuse_unknown(const std::array<std::string_view, n>& known) {
    const auto fields = unknown(known);
    if (fields.empty() || !result_) return;
    std::string names;
    for (const std::string_view name : known)
      names += (names.empty() ? "" : ", ") + std::string(name);
    result_ = fail(place_ + quoted_start(fields[0].substr(place_.size())) +
                   ": unknown field; known are " + names);
  }

  const Result<void>& result() const { return result_; }

private:
  const Json& object_;
  std::string place_;
  Result<void> result_;
};

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
  Fields fields(json, "");
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

/// `osaka`, as parse_fork takes it.
Result<Fork> json_fork(const Json& value) {
  if (!value.is_string()) return fail("expected a fork's name, got " + describe(value));
  return parse_fork(value.get_ref<const std::string&>());
}

Result<uint256> json_hash_word(const Json& value) {
  const auto hash = json_hash(value);
  if (!hash) return std::unexpected(hash.error());
  return from(*hash);
}

void set_blob_fee(AllocFile& file) {
  if (file.fork && *file.fork >= Fork::cancun && file.blobs)
    file.block.blob_base_fee = blob_base_fee(file.excess_blob_gas, *file.blobs);
}

Result<void> read_own_form(const Json& json, AllocFile& file) {
  constexpr std::array<std::string_view, 4> known = {"chainId", "fork", "block", "alloc"};
  constexpr std::array<std::string_view, 7> known_of_block = {
      "number",     "timestamp", "gasLimit",     "baseFeePerGas",
      "prevRandao", "coinbase",  "excessBlobGas"};
  Fields fields(json, "");
  fields.refuse_unknown(known);
  fields.read("chainId", file.chain_id, json_u64);
  fields.read("fork", file.fork, json_fork);
  if (!fields.result()) return fields.result();
  if (file.fork) file.blobs = default_blob_schedule(*file.fork);
  const auto found = json.find("block");
  if (found == json.end() || found->is_null()) return {};
  if (!found->is_object()) return fail("block: expected an object, got " + describe(*found));
  file.has_block = true;
  Fields block(*found, "block.");
  block.refuse_unknown(known_of_block);
  block.read("number", file.block.number, json_u64);
  block.read("timestamp", file.block.timestamp, json_u64);
  block.read("gasLimit", file.block.gas_limit, json_u64);
  block.read("baseFeePerGas", file.block.base_fee, json_quantity);
  block.read("prevRandao", file.block.prev_randao, json_hash_word);
  block.read("coinbase", file.block.coinbase, json_address);
  block.read("excessBlobGas", file.excess_blob_gas, json_u64);
  set_blob_fee(file);
  return block.result();
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
  file.warnings = std::move(config->warnings);
  file.has_block = true;

  Fields fields(json, "");
  uint256 difficulty, mix_hash;
  fields.read("number", file.block.number, json_u64);
  fields.read("timestamp", file.block.timestamp, json_u64);
  fields.read("gasLimit", file.block.gas_limit, json_u64);
  fields.read("coinbase", file.block.coinbase, json_address);
  fields.read("difficulty", difficulty, json_quantity);
  fields.read("mixHash", mix_hash, json_hash_word);
  fields.read("excessBlobGas", file.excess_blob_gas, json_u64);
  const bool has_base_fee = fields.read("baseFeePerGas", file.block.base_fee, json_quantity);
  if (!fields.result()) return fields.result();
  for (const std::string& field : fields.unknown(known)) file.warnings.push_back(field);

  const Rules rules = rules_at(file.chain(), file.block.number, file.block.timestamp);
  file.fork = rules.fork;
  file.blobs = rules.blobs;
  file.block.prev_randao = rules.fork >= Fork::paris ? mix_hash : difficulty;
  constexpr uint64_t initial_base_fee = 1'000'000'000; // EIP-1559
  if (!has_base_fee && rules.fork >= Fork::london) file.block.base_fee = initial_base_fee;
  set_blob_fee(file);
  return {};
}

} // namespace

ChainConfig AllocFile::chain() const {
  return {chain_id.value_or(0), "genesis file", by_number, by_time};
}

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
  const auto text = read_text_file(path, limits::alloc_file_bytes);
  if (!text) return std::unexpected(text.error());
  auto file = parse_alloc(*text);
  if (!file) return fail_at(path, file.error());
  return file;
}

} // namespace runahead
