// What fixtures call the reasons for which a transaction is refused, and which of ours each means.
#pragma once

#include "base/result.hpp"
#include "tx/execution.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace runahead {

/// Why a transaction was refused; empty: no transaction can hold what the fixture says, so that it
/// was refused before there was one.
using Refusal = std::optional<InvalidCode>;

/// Every refusal that fulfils the exception: `TR_NoFunds`, `TransactionException.NONCE_IS_MAX`, or
/// several joined by `|`, any of which may happen. An error names the part that is not known.
Result<std::vector<Refusal>> refusals_of(std::string_view exception);

} // namespace runahead
