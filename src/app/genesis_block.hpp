// The first block of a chain, as its genesis file tells it.
#pragma once

#include "base/result.hpp"
#include "block/block.hpp"
#include "sources/alloc_file.hpp"

namespace runahead {

/// The block without transactions whose state the file's accounts are. Fields that its fork has and
/// the file leaves out are as geth sets them: no blob gas, no withdrawals, no requests, the initial
/// base fee. Refused: a file that is no genesis file.
Result<Block> genesis_block(const AllocFile& file);

} // namespace runahead
