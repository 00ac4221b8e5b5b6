// Which block a request means.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace simdjson::dom {
class element;
}

namespace runahead {

struct BlockRef {
  enum class Kind : uint8_t { latest, pending, safe, finalized, earliest, number, hash };
  Kind kind = Kind::latest;
  uint64_t number = 0;            ///< of Kind::number
  Hash256 hash;                   ///< of Kind::hash
  bool require_canonical = false; ///< of Kind::hash, EIP-1898

  friend bool operator==(const BlockRef&, const BlockRef&) = default;

  static BlockRef of(uint64_t number) { return {Kind::number, number, {}, false}; }
  static BlockRef of(const Hash256& hash) { return {Kind::hash, 0, hash, false}; }

  /// What is pending is not known here: it means the newest block, as `latest` does.
  bool is_head() const { return kind == Kind::latest || kind == Kind::pending; }
};

/// For messages: `latest`, `number 97`, `hash 0x…`.
std::string to_string(const BlockRef& block);

/// A tag, a hex number, a block's hash (32 bytes of hex), or with `decimal` a decimal number too.
Result<BlockRef> parse_block_ref(std::string_view text, bool decimal = false);

/// Text as above, or EIP-1898's {blockNumber} or {blockHash, requireCanonical}.
Result<BlockRef> read_block_ref(const simdjson::dom::element& value);

} // namespace runahead
