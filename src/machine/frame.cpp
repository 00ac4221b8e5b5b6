#include "machine/frame.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

void Frame::begin(const Message& to_run) {
  message = to_run;
  code = to_run.code;
  pc = 0;
  gas = to_run.gas;
  sp = bottom;
  memory.reset();
  return_data.clear();
  resume = {};
  status = Status::success;
  output.clear();
}

void Frame::deliver(CallResult& result) {
  const bool success = result.status == Status::success;
  gas += result.gas_left;
  if (is_create(request.kind)) {
    push(success ? from(request.recipient) : uint256{});
    if (success) result.output.clear(); // EIP-211: a creation returns data only when it reverts
  } else {
    push(success ? 1 : 0);
    const size_t copied = std::min<size_t>(request.output_size, result.output.size());
    if (copied != 0)
      std::memcpy(memory.data() + request.output_offset, result.output.data(), copied);
  }
  std::swap(return_data, result.output);
}

} // namespace runahead
