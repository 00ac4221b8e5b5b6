// When the next request may go to a node: within the rate that its user allows, and not while the
// node asks to be left alone. Knows no clock: time is passed in.
#pragma once

#include "io/executor.hpp"

#include <cstdint>
#include <optional>

namespace runahead {

/// Zero: no bound.
struct RpcBudget {
  double requests_per_second = 0;
  double credits_per_second = 0; ///< see rpc_credits
};

/// Tokens fill up at the rate of the budget, to what one second gives; a request takes its tokens
/// at once, below zero if need be, and goes when they are there. Belongs to one thread.
class RpcPace {
public:
  explicit RpcPace(const RpcBudget& budget) : budget_(budget) {}

  /// How long a request of so many credits that is made now has to wait before it may be sent.
  Duration wait(Duration now, uint64_t credits) const;

  /// Takes the tokens of a request that will be sent after its wait.
  void take(Duration now, uint64_t credits);

  /// The node has refused a request as one too many. Without its own word on how long to wait,
  /// waits grow from refusal to refusal. Returns the wait.
  Duration refused(Duration now, std::optional<Duration> retry_after);

  /// The node has answered.
  void accepted() { refusals_ = 0; }

private:
  struct Bucket {
    double missing = 0; ///< tokens at `filled_at`; below zero: saved up
    Duration filled_at{0};
    double missing_at(Duration now, double rate) const;
  };

  RpcBudget budget_;
  Bucket requests_, credits_;
  Duration paused_until_{0};
  unsigned refusals_ = 0; ///< in a row, for which nobody said how long to wait
};

} // namespace runahead
