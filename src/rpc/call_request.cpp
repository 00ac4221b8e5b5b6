// The call object and the list of parameters; overrides are in override_request.cpp.
#include "rpc/call_request.hpp"

#include "rpc/parameters.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// The object's fields as they were given.
struct CallFields {
  std::optional<Address> from, to;
  std::optional<uint64_t> gas, nonce, type;
  std::optional<uint256> gas_price, max_fee, max_priority_fee, max_fee_per_blob_gas, value,
      chain_id;
  std::optional<Bytes> data, input;
  std::optional<std::vector<AccessListEntry>> access_list;
  std::optional<std::vector<Hash256>> blob_hashes;
  std::optional<std::vector<Authorization>> authorizations;
};

// --- access lists (EIP-2930) ---

struct AccessFields {
  std::optional<Address> address;
  std::vector<uint256> slots;
};

Result<uint256> read_slot(const JsonElement& value) {
  const auto hash = read_hash(value);
  if (!hash) return std::unexpected(hash.error());
  return from(*hash);
}

constexpr std::array<JsonField<AccessFields>, 2> access_fields = {{
    {"address",
     [](const JsonElement& v, AccessFields& a) { return store(read_address(v), a.address); }},
    {"storageKeys",
     [](const JsonElement& v, AccessFields& a) { return read_list(v, a.slots, read_slot); }},
}};

Result<AccessListEntry> read_access(const JsonElement& value) {
  AccessFields fields;
  if (const auto ok = read_fields(value, access_fields, fields); !ok)
    return std::unexpected(ok.error());
  if (!fields.address) return fail("address: missing");
  return AccessListEntry{*fields.address, std::move(fields.slots)};
}

// --- authorizations (EIP-7702) ---

struct AuthFields {
  std::optional<uint256> chain_id, y_parity, v, r, s;
  std::optional<Address> address;
  std::optional<uint64_t> nonce;
};

constexpr std::array<JsonField<AuthFields>, 7> authorization_fields = {{
    {"chainId",
     [](const JsonElement& v, AuthFields& a) { return store(read_quantity(v), a.chain_id); }},
    {"address",
     [](const JsonElement& v, AuthFields& a) { return store(read_address(v), a.address); }},
    {"nonce", [](const JsonElement& v, AuthFields& a) { return store(read_u64(v), a.nonce); }},
    {"yParity",
     [](const JsonElement& v, AuthFields& a) { return store(read_quantity(v), a.y_parity); }},
    {"v", [](const JsonElement& v, AuthFields& a) { return store(read_quantity(v), a.v); }},
    {"r", [](const JsonElement& v, AuthFields& a) { return store(read_quantity(v), a.r); }},
    {"s", [](const JsonElement& v, AuthFields& a) { return store(read_quantity(v), a.s); }},
}};

Result<Authorization> read_authorization(const JsonElement& value) {
  AuthFields f;
  if (const auto ok = read_fields(value, authorization_fields, f); !ok)
    return std::unexpected(ok.error());
  if (!f.address) return fail("address: missing");
  if (f.y_parity && f.v && *f.y_parity != *f.v) return fail("v and yParity differ");
  if (!f.y_parity) f.y_parity = f.v;
  if (!f.y_parity) return fail("yParity: missing");
  if (!f.chain_id) return fail("chainId: missing");
  if (!f.nonce) return fail("nonce: missing");
  if (!f.r) return fail("r: missing");
  if (!f.s) return fail("s: missing");
  return Authorization{*f.chain_id, *f.address, *f.nonce, *f.y_parity, *f.r, *f.s};
}

// --- the call object ---

/// `field` empty or a list, read by `read_item`.
template <class Item, class ReadItem>
Result<void> store_list(const JsonElement& value, std::optional<std::vector<Item>>& field,
                        ReadItem read_item) {
  return read_list(value, field.emplace(), read_item);
}

using Call = CallFields;
constexpr std::array<JsonField<Call>, 16> call_fields = {{
    {"from", [](const JsonElement& v, Call& c) { return store(read_address(v), c.from); }},
    {"to", [](const JsonElement& v, Call& c) { return store(read_address(v), c.to); }},
    {"gas", [](const JsonElement& v, Call& c) { return store(read_u64(v), c.gas); }},
    {"gasPrice",
     [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.gas_price); }},
    {"maxFeePerGas",
     [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.max_fee); }},
    {"maxPriorityFeePerGas",
     [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.max_priority_fee); }},
    {"maxFeePerBlobGas",
     [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.max_fee_per_blob_gas); }},
    {"value", [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.value); }},
    {"nonce", [](const JsonElement& v, Call& c) { return store(read_u64(v), c.nonce); }},
    {"data", [](const JsonElement& v, Call& c) { return store(read_bytes(v), c.data); }},
    {"input", [](const JsonElement& v, Call& c) { return store(read_bytes(v), c.input); }},
    {"chainId", [](const JsonElement& v, Call& c) { return store(read_quantity(v), c.chain_id); }},
    {"type", [](const JsonElement& v, Call& c) { return store(read_u64(v), c.type); }},
    {"accessList",
     [](const JsonElement& v, Call& c) { return store_list(v, c.access_list, read_access); }},
    {"blobVersionedHashes",
     [](const JsonElement& v, Call& c) { return store_list(v, c.blob_hashes, read_hash); }},
    {"authorizationList",
     [](const JsonElement& v, Call& c) {
       return store_list(v, c.authorizations, read_authorization);
     }},
}};

Result<void> check(const CallFields& f) {
  if (f.gas_price && (f.max_fee || f.max_priority_fee))
    return fail("gasPrice: both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
  if (f.data && f.input && *f.data != *f.input)
    return fail("input: both \"data\" and \"input\" are given and not equal");
  if (f.blob_hashes && f.authorizations)
    return fail("authorizationList: not together with blobVersionedHashes");
  if (f.type && *f.type > static_cast<uint64_t>(TxType::set_code))
    return fail("type: unknown transaction type " + to_decimal(*f.type));
  return {};
}

TxType type_of(const CallFields& f) {
  if (f.authorizations) return TxType::set_code;
  if (f.blob_hashes) return TxType::blob;
  if (f.max_fee || f.max_priority_fee) return TxType::dynamic_fee;
  return f.access_list ? TxType::access_list : TxType::legacy;
}

uint64_t capped_gas(const std::optional<uint64_t>& gas, const CallLimits& limits) {
  // Gas is counted in 63 bits with a sign; nobody runs out of so much.
  constexpr uint64_t most = uint64_t{1} << 62;
  const uint64_t cap = limits.gas_cap == 0 ? most : std::min(limits.gas_cap, most);
  return std::min(gas.value_or(cap), cap);
}

Transaction to_transaction(CallFields f, const CallLimits& limits) {
  Transaction tx;
  tx.type = type_of(f);
  tx.sender = f.from.value_or(Address{});
  tx.to = f.to;
  tx.nonce = f.nonce.value_or(0);
  tx.gas_limit = capped_gas(f.gas, limits);
  tx.value = f.value.value_or(uint256{});
  tx.data = f.input ? std::move(*f.input) : std::move(f.data).value_or(Bytes{});
  tx.max_fee = f.gas_price ? *f.gas_price : f.max_fee.value_or(uint256{});
  tx.max_priority_fee = f.gas_price ? *f.gas_price : f.max_priority_fee.value_or(uint256{});
  tx.max_fee_per_blob_gas = f.max_fee_per_blob_gas.value_or(uint256{});
  tx.chain_id = f.chain_id;
  tx.access_list = std::move(f.access_list).value_or(std::vector<AccessListEntry>{});
  tx.blob_hashes = std::move(f.blob_hashes).value_or(std::vector<Hash256>{});
  tx.authorizations = std::move(f.authorizations).value_or(std::vector<Authorization>{});
  return tx;
}

template <class T, class Read>
Result<T> parse_with(std::string_view json, Read read) {
  JsonText text;
  const auto root = text.parse(json);
  if (!root) return std::unexpected(root.error());
  return read(*root);
}

} // namespace

Result<Transaction> read_call_object(const JsonElement& value, const CallLimits& limits,
                                     GivenFields* given) {
  CallFields fields;
  if (const auto ok = read_fields(value, call_fields, fields); !ok)
    return std::unexpected(ok.error());
  if (const auto ok = check(fields); !ok) return std::unexpected(ok.error());
  if (given != nullptr) *given = {fields.gas, fields.nonce, fields.gas_price.has_value()};
  return to_transaction(std::move(fields), limits);
}

Result<CallRequest> read_call_params(const JsonElement* value, const CallLimits& limits,
                                     bool bare) {
  CallRequest request;
  const auto read_call = [&](const JsonElement& v) {
    return read_call_object(v, limits, &request.given);
  };
  if (value != nullptr && bare && value->is_object()) {
    auto call = read_call(*value);
    if (!call) return std::unexpected(call.error());
    request.transaction = std::move(*call);
    return request;
  }
  const auto params = Parameters::read(value, 4);
  if (!params) return std::unexpected(params.error());
  Result<void> ok = params->required(0, read_call, request.transaction);
  if (ok) ok = params->optional(1, read_block_ref, request.block);
  if (ok) ok = params->optional(2, read_state_overrides, request.overrides);
  if (ok) ok = params->optional(3, read_block_overrides, request.block_overrides);
  if (!ok) return std::unexpected(ok.error());
  return request;
}

Result<Transaction> parse_call_object(std::string_view json, const CallLimits& limits) {
  return parse_with<Transaction>(json,
                                 [&](const JsonElement& v) { return read_call_object(v, limits); });
}

Result<StateOverrides> parse_state_overrides(std::string_view json) {
  return parse_with<StateOverrides>(json, read_state_overrides);
}

Result<BlockOverrides> parse_block_overrides(std::string_view json) {
  return parse_with<BlockOverrides>(json, read_block_overrides);
}

Result<CallRequest> parse_call_params(std::string_view json, const CallLimits& limits) {
  return parse_with<CallRequest>(
      json, [&](const JsonElement& v) { return read_call_params(&v, limits, true); });
}

} // namespace runahead
