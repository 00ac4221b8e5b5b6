#include "rpc/result_tracer.hpp"

#include "rpc/call_tracer.hpp"
#include "rpc/prestate_tracer.hpp"
#include "rpc/struct_log_tracer.hpp"

namespace runahead {
namespace {

class NoTracer final : public ResultTracer {
public:
  std::string result(const TracedEnd&) override { return "{}"; }
};

} // namespace

std::unique_ptr<ResultTracer> make_tracer(const TraceOptions& options, const TracedPlace& place) {
  switch (options.kind) {
  case TracerKind::struct_logs: return std::make_unique<StructLogTracer>(options);
  case TracerKind::calls:
  case TracerKind::flat_calls:
  case TracerKind::selectors: return std::make_unique<CallTracer>(options, place);
  case TracerKind::prestate: return std::make_unique<PrestateTracer>(options);
  case TracerKind::nothing: break;
  }
  return std::make_unique<NoTracer>();
}

} // namespace runahead
