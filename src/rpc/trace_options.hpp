// How a trace is asked for: the last parameter of the debug_trace methods.
#pragma once

#include "rpc/call_request.hpp"

#include <string>

namespace runahead {

enum class TracerKind : uint8_t { struct_logs, calls, flat_calls, prestate, selectors, nothing };

struct TraceOptions {
  TracerKind kind = TracerKind::struct_logs;

  // Of struct logs:
  bool stack = true, storage = true;
  bool memory = false, return_data = false;
  uint64_t most_steps = 0; ///< 0: no limit but the answer's

  // Of `tracerConfig`:
  bool only_top_call = false, with_log = false;
  bool diff_mode = false, with_code = true, with_storage = true;
  bool include_empty = false;

  // Of debug_traceCall:
  StateOverrides overrides;
  BlockOverrides block_overrides;
};

/// `{tracer, tracerConfig, disableStack, disableStorage, enableMemory, enableReturnData, limit,
/// stateOverrides, blockOverrides}`; `timeout` and `reexec` are taken and not looked at.
Result<TraceOptions> read_trace_options(const simdjson::dom::element& value);

} // namespace runahead
