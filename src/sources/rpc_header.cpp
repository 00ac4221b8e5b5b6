#include "sources/rpc_header.hpp"

#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "sources/rpc_parse.hpp"

#include <array>
#include <string>

namespace runahead {

namespace dom = simdjson::dom;

namespace {

struct HeaderField {
  const char* name;
  size_t size_bytes; ///< 0: a number; any: of any length
};
constexpr size_t any = SIZE_MAX;

/// In the order of the header's RLP; what stands behind the nonce came with later forks: EIP-1559,
/// 4895, 4844 (two), 4788, 7685, 7928, 7843.
constexpr std::array<HeaderField, 23> fields = {{
    {"parentHash", 32},
    {"sha3Uncles", 32},
    {"miner", 20},
    {"stateRoot", 32},
    {"transactionsRoot", 32},
    {"receiptsRoot", 32},
    {"logsBloom", 256},
    {"difficulty", 0},
    {"number", 0},
    {"gasLimit", 0},
    {"gasUsed", 0},
    {"timestamp", 0},
    {"extraData", any},
    {"mixHash", 32},
    {"nonce", 8},
    {"baseFeePerGas", 0},
    {"withdrawalsRoot", 32},
    {"blobGasUsed", 0},
    {"excessBlobGas", 0},
    {"parentBeaconBlockRoot", 32},
    {"requestsHash", 32},
    {"blockAccessListHash", 32},
    {"slotNumber", 0},
}};
constexpr size_t fields_of_frontier = 15;

Result<void> write_field(rlp::Writer& out, const HeaderField& field, const dom::element& value) {
  if (field.size_bytes == 0) {
    const auto number = rpc_quantity(value);
    if (!number) return std::unexpected(number.error());
    out.number(*number);
    return {};
  }
  const auto bytes = rpc_bytes(value);
  if (!bytes) return std::unexpected(bytes.error());
  if (field.size_bytes != any && bytes->size() != field.size_bytes)
    return fail("expected " + std::to_string(field.size_bytes) + " bytes, got " +
                std::to_string(bytes->size()));
  out.string(*bytes);
  return {};
}

} // namespace

Result<ProvenHeader> rpc_proven_header(const dom::element& block) {
  rlp::Writer out;
  for (size_t i = 0; i < fields.size(); ++i) {
    dom::element value;
    const bool is_missing =
        block[fields[i].name].get(value) != simdjson::SUCCESS || value.is_null();
    if (is_missing && i < fields_of_frontier)
      return fail(std::string(fields[i].name) + ": missing");
    if (is_missing) break; // the header is of a fork before
    if (const auto ok = write_field(out, fields[i], value); !ok)
      return fail_at(fields[i].name, ok.error());
  }
  ProvenHeader header;
  header.hash = keccak256(out.as_list());
  header.parent = *rpc_hash(block["parentHash"].value_unsafe());
  header.state_root = *rpc_hash(block["stateRoot"].value_unsafe());
  const auto number = rpc_quantity(block["number"].value_unsafe());
  if (!number->fits_u64()) return fail("number: takes more than 64 bits");
  header.number = number->w[0];
  return header;
}

} // namespace runahead
