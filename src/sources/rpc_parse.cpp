#include "sources/rpc_parse.hpp"

#include "base/hex.hpp"

#include <string>
#include <string_view>

namespace runahead {

namespace dom = simdjson::dom;

namespace {

/// keccak256(rlp("")): the root of a trie without entries (Yellow Paper, appendix D).
constexpr Hash256 empty_trie_root{{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45,
                                   0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c,
                                   0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

std::string describe(const dom::element& value) {
  switch (value.type()) {
  case dom::element_type::NULL_VALUE: return "null";
  case dom::element_type::ARRAY: return "an array";
  case dom::element_type::OBJECT: return "an object";
  case dom::element_type::BOOL: return "true or false";
  case dom::element_type::STRING:
    return "the text " + quoted_start(value.get_string().value_unsafe());
  default: return "a number that is not text";
  }
}

/// Parses `value`, which must be text, by `parse`.
template <class T>
Result<T> from_text(const dom::element& value, const char* expected,
                    Result<T> (*parse)(std::string_view)) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS)
    return fail(std::string("expected ") + expected + ", got " + describe(value));
  return parse(text);
}

/// Fields of one object; the first problem is kept.
class Fields {
public:
  explicit Fields(const dom::element& object) : object_(object) {
    if (!object.is_object()) problem_ = fail("expected an object, got " + describe(object));
  }

  /// Null counts as missing.
  bool has(const char* field) const {
    dom::element value;
    return problem_ && object_[field].get(value) == simdjson::SUCCESS && !value.is_null();
  }

  template <class T, class Parse>
  void read(const char* field, T& into, Parse parse) {
    if (!problem_) return;
    dom::element value;
    if (object_[field].get(value) != simdjson::SUCCESS) {
      problem_ = fail(std::string(field) + ": missing");
      return;
    }
    auto parsed = parse(value);
    if (parsed)
      into = std::move(*parsed);
    else
      problem_ = fail_at(field, parsed.error());
  }

  const Result<void>& problem() const { return problem_; }

private:
  dom::element object_;
  Result<void> problem_;
};

Result<Address> rpc_address(const dom::element& value) {
  return from_text<Address>(value, "an address", parse_address);
}

Result<uint64_t> rpc_u64(const dom::element& value) {
  const auto number = rpc_quantity(value);
  if (!number) return std::unexpected(number.error());
  if (!number->fits_u64()) return fail("takes more than 64 bits");
  return number->w[0];
}

Result<uint256> rpc_hash_word(const dom::element& value) {
  const auto hash = rpc_hash(value);
  if (!hash) return std::unexpected(hash.error());
  return from(*hash);
}

/// A JSON number, as EIP-7910 has them.
Result<uint64_t> plain_number(const dom::element& value) {
  uint64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS)
    return fail("expected a number, got " + describe(value));
  return number;
}

Result<BlobSchedule> blob_schedule(const dom::element& value) {
  uint64_t target = 0, max = 0;
  BlobSchedule blobs;
  Fields fields(value);
  fields.read("target", target, plain_number);
  fields.read("max", max, plain_number);
  fields.read("baseFeeUpdateFraction", blobs.base_fee_update_fraction, plain_number);
  if (!fields.problem()) return std::unexpected(fields.problem().error());
  if (target > UINT32_MAX || max > UINT32_MAX) return fail("target or max is too large");
  blobs.target = static_cast<uint32_t>(target);
  blobs.max = static_cast<uint32_t>(max);
  return blobs;
}

using NamedAddresses = std::vector<std::pair<std::string, Address>>;

Result<NamedAddresses> named_addresses(const dom::element& value) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return fail("expected an object, got " + describe(value));
  NamedAddresses out;
  for (const auto& [key, entry] : object) {
    const bool address_first = key.starts_with("0x");
    std::string_view text;
    if (entry.get(text) != simdjson::SUCCESS)
      return fail(std::string(key) + ": expected text, got " + describe(entry));
    const auto address = parse_address(address_first ? key : text);
    if (!address) return fail_at(key, address.error());
    out.emplace_back(address_first ? text : key, *address);
  }
  return out;
}

} // namespace

Result<uint256> rpc_quantity(const dom::element& value) {
  return from_text<uint256>(value, "a hex number", parse_hex_quantity);
}

Result<Hash256> rpc_hash(const dom::element& value) {
  return from_text<Hash256>(value, "a hash", parse_hash);
}

Result<Bytes> rpc_bytes(const dom::element& value) {
  return from_text<Bytes>(value, "hex text", parse_hex_bytes);
}

Result<Head> rpc_block(const dom::element& block) {
  Head head;
  uint256 difficulty;
  Fields fields(block);
  fields.read("hash", head.hash, rpc_hash);
  fields.read("parentHash", head.parent, rpc_hash);
  fields.read("number", head.env.number, rpc_u64);
  fields.read("timestamp", head.env.timestamp, rpc_u64);
  fields.read("gasLimit", head.env.gas_limit, rpc_u64);
  fields.read("miner", head.env.coinbase, rpc_address);
  if (fields.has("difficulty")) fields.read("difficulty", difficulty, rpc_quantity);
  if (difficulty.is_zero())
    fields.read("mixHash", head.env.prev_randao, rpc_hash_word);
  else
    head.env.prev_randao = difficulty;
  if (fields.has("baseFeePerGas")) fields.read("baseFeePerGas", head.env.base_fee, rpc_quantity);
  if (fields.has("excessBlobGas")) fields.read("excessBlobGas", head.excess_blob_gas, rpc_u64);
  if (!fields.problem()) return std::unexpected(fields.problem().error());
  return head;
}

Result<EthConfig> rpc_eth_config(const dom::element& answer) {
  dom::element current;
  if (answer["current"].get(current) != simdjson::SUCCESS) return fail("current: missing");
  EthConfig config;
  BlobSchedule blobs;
  Fields fields(current);
  fields.read("activationTime", config.activation_time, plain_number);
  fields.read("chainId", config.chain_id, rpc_u64);
  fields.read("precompiles", config.precompiles, named_addresses);
  if (fields.has("systemContracts"))
    fields.read("systemContracts", config.system_contracts, named_addresses);
  if (fields.has("blobSchedule")) {
    fields.read("blobSchedule", blobs, blob_schedule);
    config.blobs = blobs;
  }
  if (!fields.problem()) return fail_at("current", fields.problem().error());
  return config;
}

Result<bool> rpc_has_storage(const dom::element& proof) {
  Hash256 root;
  Fields fields(proof);
  fields.read("storageHash", root, rpc_hash);
  if (!fields.problem()) return std::unexpected(fields.problem().error());
  return root != empty_trie_root && root != Hash256{};
}

} // namespace runahead
