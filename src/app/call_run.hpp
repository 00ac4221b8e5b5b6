// Running one call that the command line tells of: checking what was said, opening the state,
// waiting for the end.
#pragma once

#include "app/call_flags.hpp"
#include "app/call_recording.hpp"
#include "app/engine_choice.hpp"
#include "app/state_options.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_service.hpp"

#include <functional>
#include <optional>
#include <string>

namespace runahead {

/// What the command line says.
struct CallOptions {
  StateOptions state;
  CallFlags call;
  std::string engine = default_engine;
  std::string speculation = "full";
  std::string log_level = "warn";
  std::string timeout = "0";        ///< a duration; 0: none
  std::optional<std::string> trace; ///< a file; empty: standard error
  std::string record;               ///< a file
  bool json = false;
  bool explain = false;
  std::string timeline; ///< a file
  bool virtual_time = false;
};

/// The same, checked.
struct CallPlan {
  StatePlan state;
  CallTexts texts;
  CallRequest request;
  std::optional<LocalState> recorded;
  Speculation speculation{};
  LogLevel log_level{};
  Duration timeout{};
};

/// Errors name the flag.
Result<CallPlan> plan_call(const CallOptions& options);

/// The loop that a call runs on: of real or of virtual time.
class CallLoop {
public:
  explicit CallLoop(bool virtual_time) {
    if (virtual_time)
      virtual_.emplace();
    else
      real_.emplace();
  }
  Executor& executor() { return virtual_ ? static_cast<Executor&>(*virtual_) : *real_; }
  EventLoop* real() { return real_ ? &*real_ : nullptr; }
  bool run_until(const std::function<bool()>& done) {
    return virtual_ ? virtual_->run_until(done) : real_->run_until(done);
  }

private:
  std::optional<VirtualLoop> virtual_;
  std::optional<EventLoop> real_;
};

/// A call that came to an end, and the block it ran on.
struct PerformedCall {
  CallOutcome outcome;
  PinRef pin;
};

/// Finds the block, runs the call on it.
Result<PerformedCall> perform(CallService& service, CallRequest request, CallLoop& loop,
                              CallExtras extras);

/// Opens the state; takes a recorded one from the plan.
Result<std::unique_ptr<ChainAccess>> open_chain(CallPlan& plan, CallLoop& loop, Logger& log);

} // namespace runahead
