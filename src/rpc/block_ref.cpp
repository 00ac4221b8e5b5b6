#include "rpc/block_ref.hpp"

#include "base/hex.hpp"
#include "rpc/json_input.hpp"

#include <array>
#include <optional>
#include <utility>

namespace runahead {
namespace {

using Kind = BlockRef::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> tags = {{
    {"latest", Kind::latest},
    {"pending", Kind::pending},
    {"safe", Kind::safe},
    {"finalized", Kind::finalized},
    {"earliest", Kind::earliest},
}};

constexpr size_t hash_digits = 64;

/// EIP-1898's object, as far as it was given.
struct BlockObject {
  std::optional<uint64_t> number;
  std::optional<Hash256> hash;
  std::optional<bool> require_canonical;
};

constexpr std::array<JsonField<BlockObject>, 3> block_fields = {{
    {"blockNumber",
     [](const JsonElement& v, BlockObject& b) { return store(read_u64(v), b.number); }},
    {"blockHash", [](const JsonElement& v, BlockObject& b) { return store(read_hash(v), b.hash); }},
    {"requireCanonical",
     [](const JsonElement& v, BlockObject& b) { return store(read_bool(v), b.require_canonical); }},
}};

Result<BlockRef> from_object(const JsonElement& value) {
  BlockObject object;
  if (const auto ok = read_fields(value, block_fields, object); !ok)
    return std::unexpected(ok.error());
  if (object.number && object.hash) return fail("blockNumber and blockHash are both given");
  if (object.number && object.require_canonical)
    return fail("requireCanonical goes with blockHash only");
  if (object.number) return BlockRef::of(*object.number);
  if (!object.hash) return fail("neither blockNumber nor blockHash is given");
  BlockRef block = BlockRef::of(*object.hash);
  block.require_canonical = object.require_canonical.value_or(false);
  return block;
}

} // namespace

std::string to_string(const BlockRef& block) {
  if (block.kind == Kind::number) return "number " + to_decimal(block.number);
  if (block.kind == Kind::hash) return "hash " + to_hex(block.hash);
  for (const auto& [tag, kind] : tags)
    if (kind == block.kind) return std::string(tag);
  return "?";
}

Result<BlockRef> parse_block_ref(std::string_view text, bool decimal) {
  for (const auto& [tag, kind] : tags)
    if (text == tag) return BlockRef{kind, 0, {}, false};
  if (text.starts_with("0x") && text.size() == 2 + hash_digits) {
    const auto hash = parse_hash(text);
    if (!hash) return std::unexpected(hash.error());
    return BlockRef::of(*hash);
  }
  const bool is_plain = text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!decimal && is_plain && !text.empty()) return fail("hex string without 0x prefix"); // geth's
  const auto number = decimal ? parse_number(text) : parse_hex_quantity(text);
  if (!number)
    return fail("expected a block's number or hash, latest, pending, safe, finalized or earliest, "
                "got " +
                quoted_start(text));
  if (!number->fits_u64()) return fail("a block number of more than 64 bits");
  return BlockRef::of(number->w[0]);
}

Result<BlockRef> read_block_ref(const JsonElement& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return parse_block_ref(text);
  if (value.is_object()) return from_object(value);
  return fail("expected a block's number, hash or tag, got " + describe(value));
}

} // namespace runahead
