// What a transaction touches, as it was before, as geth's prestateTracer tells it; in its diff mode
// only what changed, before and after.
#pragma once

#include "io/json_writer.hpp"
#include "rpc/access_tracer.hpp"
#include "rpc/result_tracer.hpp"

namespace runahead {

class PrestateTracer final : public ResultTracer {
public:
  explicit PrestateTracer(const TraceOptions& options) : options_(options) {}

  void enter(const Message& message) override;
  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  std::vector<StateKey> needs(const TracedEnd& end) const override;
  std::string result(const TracedEnd& end) override;

private:
  std::vector<AccessListEntry> touched(const TracedEnd& end) const;
  void write_before(JsonWriter& json, const TracedEnd& end) const;
  void write_difference(JsonWriter& json, const TracedEnd& end) const;

  TraceOptions options_;
  AccessTracer access_{{}};
};

} // namespace runahead
