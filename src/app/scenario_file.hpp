// Files of calls with the output each must give, as the testbed has them.
#pragma once

#include "base/result.hpp"
#include "rpc/call_request.hpp"

#include <string>
#include <vector>

namespace runahead {

struct Scenario {
  std::string name;
  Transaction call;
  Bytes expected; ///< output
};

/// `{scenarios: {name: {tx: call object, expect: hex}}}`; other fields are read past. In the order
/// of the file. Errors name the file and the scenario.
Result<std::vector<Scenario>> load_scenarios(const std::string& path);

} // namespace runahead
