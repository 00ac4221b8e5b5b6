// Blocks as nodes give them in JSON: eth_getBlockByNumber with whole transactions.
#pragma once

#include "block/block.hpp"

#include <string_view>
#include <vector>

namespace runahead {

/// What the JSON says, and it may say things that do not fit together: `hash` is not compared with
/// the header, nor are the transactions' hashes and senders with their content.
struct JsonBlock {
  Block block; ///< without ommers: only their hashes are told. Senders are those of `from`
  Hash256 hash;
  std::vector<Hash256> ommer_hashes;
  std::vector<Hash256> transaction_hashes;
};

/// Reads one block object. Fields that are none of a block's are read past; errors name the field.
Result<JsonBlock> parse_json_block(std::string_view json);

} // namespace runahead
