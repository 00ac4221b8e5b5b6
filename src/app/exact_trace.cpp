#include "app/exact_trace.hpp"

#include "interp/stepping.hpp"
#include "rpc/call_program.hpp"
#include "speculate/dependence_tracer.hpp"

#include <limits>

namespace runahead {

Result<void> run_through(Execution& call) {
  constexpr int64_t all_gas = std::numeric_limits<int64_t>::max() / 2;
  Program::Progress progress = Program::Progress::slice_over;
  while (progress == Program::Progress::slice_over) progress = call.run(all_gas);
  if (progress == Program::Progress::done) return {};
  return fail(to_string(call.wants().front()) + " is not known");
}

Result<ExactTrace> trace_exactly(CallRequest request, const PinnedBlock& pin,
                                 const ChainAccess& chain) {
  const auto input = to_input(std::move(request), pin.block, chain);
  if (!input) return std::unexpected(input.error());
  Caches caches;
  DependenceTracer tracer(pin.broker);
  const SteppingEngine engine(&tracer);
  Execution call(*input, tracer.view(), engine, caches, &tracer);
  if (const auto ok = run_through(call); !ok) return std::unexpected(ok.error());
  if (call.invalid()) return fail(call.invalid()->message);
  return ExactTrace{tracer.trace(), tracer.steps(), call.result()->gas_used};
}

} // namespace runahead
