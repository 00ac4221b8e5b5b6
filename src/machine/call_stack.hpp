// The list of frames of one outermost call: begins and ends frames, moves value, runs precompiles,
// delivers results. Nested calls are entries of this list, not native recursion.
#pragma once

#include "machine/engine.hpp"
#include "machine/frame_store.hpp"
#include "machine/journaled_world.hpp"
#include "machine/precompile_run.hpp"
#include "machine/program.hpp"
#include "machine/tracer.hpp"

#include <memory>
#include <optional>
#include <span>

namespace runahead {

class CallStack {
public:
  /// All must outlive it; `tracer` may be null.
  CallStack(JournaledWorld& world, const Engine& engine, Tracer* tracer = nullptr);
  /// Leaves its frames to the world's pool.
  ~CallStack();
  CallStack(const CallStack&) = delete;
  CallStack& operator=(const CallStack&) = delete;

  /// Begins the outermost message. Its input must outlive the run.
  void start(const Message& message);

  /// Goes on for about `budget` gas; a dear precompile ends the slice after each of its parts. With
  /// `want`, the world's journal names what is missing.
  Program::Progress run(int64_t budget);
  /// Gives back what is not needed while the call waits; the next `run` takes it again.
  void park();

  /// After `done`.
  const CallResult& result() const { return result_; }
  /// The same, for keeps; `result().output` is empty afterwards.
  Bytes take_output() { return std::move(result_.output); }
  /// True once any frame called a precompile beyond a limit: the result means nothing then.
  bool met_limit() const { return met_limit_; }

  /// The frames alive, outermost first.
  std::span<const std::unique_ptr<Frame>> frames() const { return store_.frames(); }
  const JournaledWorld& world() const { return world_; }
  /// Expires with it: for whoever keeps references to it or its world from run to run.
  std::weak_ptr<const void> lifetime() const {
    if (lifetime_ == nullptr) lifetime_ = std::make_shared<char>();
    return lifetime_;
  }

private:
  /// A precompile between two of its parts.
  struct PendingPrecompile {
    Message message;
    Journal::Checkpoint checkpoint;
    PrecompileRun run;
  };

  void enter(const Message& message);
  void enter_precompile(const Address& original, const Message& message,
                        const Journal::Checkpoint& checkpoint);
  bool go_on_with_precompile();
  void end_precompile(const Message& message, const Journal::Checkpoint& checkpoint,
                      PrecompileOutcome& outcome);
  void leave(Frame& frame);
  void deploy(const Frame& frame, CallResult& result);
  void finish(const Message& message, CallResult result);
  void conclude(CallResult& result);

  JournaledWorld& world_;
  const Engine& engine_;
  Tracer* tracer_;
  FrameStore store_;
  std::optional<PendingPrecompile> precompile_; ///< called by the frame on top, or the outermost
  CallResult result_;
  bool met_limit_ = false;
  mutable std::shared_ptr<const void> lifetime_; ///< made for who asks for it
};

} // namespace runahead
