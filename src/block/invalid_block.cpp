#include "block/invalid_block.hpp"

namespace runahead {

InvalidBlock have_want(BlockFault fault, std::string_view field, std::string_view have,
                       std::string_view want) {
  std::string message(field);
  message.append(": have ").append(have).append(", want ").append(want);
  return {fault, std::move(message), {}, {}, {}};
}

} // namespace runahead
