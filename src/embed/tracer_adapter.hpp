// Tells a user's tracer what the engine tells its own.
#pragma once

#include "machine/tracer.hpp"
#include "runahead/tracer.hpp"

namespace runahead {

class TracerAdapter final : public Tracer {
public:
  /// `tracer` must outlive the adapter.
  explicit TracerAdapter(api::Tracer& tracer) : tracer_(tracer) {}

  void enter(const Message& message) override;
  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  void stepped(int64_t gas_cost, Status error) override;
  void leave(const Message& message, const CallResult& result) override;

private:
  api::Tracer& tracer_;
  bool open_ = false; ///< a step was told whose end was not: told again, it has waited for state
};

} // namespace runahead
