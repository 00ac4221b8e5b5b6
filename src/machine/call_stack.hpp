// The list of frames of one outermost call: begins and ends frames, moves value, runs precompiles,
// delivers results. Nested calls are entries of this list, not native recursion.
#pragma once

#include "machine/engine.hpp"
#include "machine/journaled_world.hpp"
#include "machine/program.hpp"
#include "machine/tracer.hpp"

#include <memory>
#include <span>
#include <vector>

namespace runahead {

class CallStack {
public:
  /// All must outlive it; `tracer` may be null.
  CallStack(JournaledWorld& world, const Engine& engine, Tracer* tracer = nullptr);

  /// Begins the outermost message. Its input must outlive the run.
  void start(const Message& message);

  /// Goes on for about `budget` gas. With `want`, the world's journal names what is missing.
  Program::Progress run(int64_t budget);

  /// After `done`.
  const CallResult& result() const { return result_; }
  /// The same, for keeps; `result().output` is empty afterwards.
  Bytes take_output() { return std::move(result_.output); }
  /// True once any frame called a precompile beyond a limit: the result means nothing then.
  bool met_limit() const { return met_limit_; }

  /// The frames alive, outermost first.
  std::span<const std::unique_ptr<Frame>> frames() const { return {frames_.data(), depth_}; }
  const JournaledWorld& world() const { return world_; }

private:
  void enter(const Message& message);
  void run_precompile_at(const Address& original, const Message& message,
                         const Journal::Checkpoint& checkpoint);
  void leave(Frame& frame);
  void deploy(const Frame& frame, CallResult& result);
  void finish(const Message& message, CallResult result);
  Frame& push_frame();

  JournaledWorld& world_;
  const Engine& engine_;
  Tracer* tracer_;
  std::vector<std::unique_ptr<Frame>>
      frames_; ///< the first `depth_` are alive, the rest kept for reuse
  size_t depth_ = 0;
  CallResult result_;
  bool met_limit_ = false;
};

} // namespace runahead
