// The call that `runahead call` is told: by single flags or as JSON.
#pragma once

#include "base/result.hpp"
#include "rpc/call_request.hpp"

#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// As given; empty: not given. Numbers are hex or decimal.
struct CallFlags {
  std::string from, to, data, value, gas, gas_price, max_fee, max_priority_fee;
  std::string call;            ///< JSON or @FILE
  std::string overrides;       ///< the same
  std::string block_overrides; ///< the same
  std::string block;
  uint64_t gas_cap = CallLimits{}.gas_cap;
};

void add_call_flags(CLI::App& command, CallFlags& flags);

/// A call as JSON texts, which a recording keeps too; empty: not given.
struct CallTexts {
  std::string call; ///< a call object or eth_call's parameters
  std::string overrides;
  std::string block_overrides;
  uint64_t gas_cap = CallLimits{}.gas_cap;
};

/// Reads the files that are named, and makes one call object of the single flags. Errors name the
/// flag.
Result<CallTexts> to_texts(const CallFlags& flags);

/// The call as eth_call would take it. `block` is text as --block has it, or empty. Errors name the
/// flag and the field.
Result<CallRequest> to_request(const CallTexts& texts, const std::string& block);

} // namespace runahead
