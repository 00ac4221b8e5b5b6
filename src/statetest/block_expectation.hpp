// What blockchain fixtures call the reasons for which a block is refused, and which of ours each
// means.
#pragma once

#include "statetest/block_tree.hpp"

#include <string_view>

namespace runahead {

/// Whether `refusal` is what the exception names: `InvalidGasLimit`,
/// `BlockException.INVALID_REQUESTS`, `TransactionException.NONCE_IS_MAX`, or several joined by
/// `|`, any of which may have happened. An error names the part that is not known.
Result<bool> fulfils(const BlockRefusal& refusal, std::string_view exception);

} // namespace runahead
