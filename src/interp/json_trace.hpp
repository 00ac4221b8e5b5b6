// Traces in the form of EIP-3155: one JSON object a line for each instruction, and a closing one.
#pragma once

#include "machine/tracer.hpp"

#include <functional>
#include <string>

namespace runahead {

class JsonTrace final : public Tracer {
public:
  using Sink = std::function<void(std::string_view line)>;

  /// `sink` gets each line without its line break.
  explicit JsonTrace(Sink sink) : sink_(std::move(sink)) {}

  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  void stepped(int64_t gas_cost, Status error) override;

  /// The last line: output, gas used and whether the transaction succeeded.
  void summary(BytesView output, uint64_t gas_used, Status status);

private:
  Sink sink_;
  std::string line_; ///< of the step being run, up to its cost
};

} // namespace runahead
