// The tree of a transaction's calls, as geth's callTracer, flatCallTracer and 4byteTracer tell it.
#pragma once

#include "io/json_writer.hpp"
#include "rpc/result_tracer.hpp"
#include "state/log_record.hpp"

#include <memory>

namespace runahead {

/// One call or creation, or a self-destruction, with all within it.
struct CallNode {
  std::string_view type; ///< the opcode's name
  Address from, to;
  std::optional<uint256> value; ///< none for those that move none
  uint64_t gas = 0, gas_used = 0;
  Bytes input, output;
  Status status = Status::success;
  bool is_precompile = false;
  std::vector<std::pair<Log, size_t>> logs; ///< each with the number of calls before it
  std::vector<std::unique_ptr<CallNode>> calls;
};

/// Builds the tree, which is as deep as calls can be.
class CallTracer final : public ResultTracer {
public:
  CallTracer(const TraceOptions& options, const TracedPlace& place)
      : options_(options), place_(place) {}

  void enter(const Message& message) override;
  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  void stepped(int64_t gas_cost, Status error) override;
  void leave(const Message& message, const CallResult& result) override;
  std::string result(const TracedEnd& end) override;
  bool overflowed() const override;

private:
  void finish(const TracedEnd& end);
  void write_flat(JsonWriter& json) const;
  void write_selectors(JsonWriter& json) const;

  TraceOptions options_;
  TracedPlace place_;
  std::unique_ptr<CallNode> root_;
  std::vector<CallNode*> open_;
  size_t bytes_ = 0; ///< of inputs, outputs and logs
  std::optional<Log> log_;
  std::optional<std::pair<Address, Address>> destruct_; ///< self, heir
  const World* world_ = nullptr;
};

} // namespace runahead
