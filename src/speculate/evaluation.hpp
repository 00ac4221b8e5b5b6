// An evaluation: one program (the spine) and the scouts that run ahead of it, driven by arrivals. It does
// no I/O and knows no clock: wanted keys go to the broker, the broker's arrivals move it on.
#pragma once

#include "machine/program.hpp"
#include "speculate/scout.hpp"
#include "state/broker.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace runahead {

enum class Speculation : uint8_t {
  off,  ///< serial: one read after another
  lean, ///< scouts without flips and side scouts
  full,
};

/// State that the spine needed and could not get: the call has no answer.
struct StateFailure {
  StateKey key;
  Unavailable cause;
};

class Evaluation final : private Broker::Listener {
public:
  struct Options {
    Speculation speculation = Speculation::full;
    int64_t slice_gas = 10'000'000; ///< run per turn of the loop before others get theirs
  };
  /// What speculation did for this evaluation.
  struct Stats {
    uint64_t spine_reads = 0;      ///< keys the spine asked for and had to wait for or found
    uint64_t speculative_reads = 0; ///< keys that scouts asked for first
    uint64_t stalls = 0;           ///< times the spine waited
    uint64_t scout_runs = 0;
    uint64_t scout_steps = 0;
    uint64_t wasted_reads = 0;     ///< speculative reads that the spine never used; after the end
  };
  using Done = std::move_only_function<void()>;

  /// Program, broker and executor must outlive the evaluation. Destroying it cancels it.
  Evaluation(Program& program, Broker& broker, Executor& executor, Options options);
  ~Evaluation() override;

  /// Starts; `done` is called once on the loop's thread, possibly before `start` returns.
  void start(Done done);

  bool finished() const { return finished_; }
  /// After the end: set if state was unavailable; then the program has no result.
  const std::optional<StateFailure>& failure() const { return failure_; }
  const Stats& stats() const { return stats_; }

private:
  void arrived(const std::vector<StateKey>& keys) override;
  void advance();

  Program& program_;
  Broker& broker_;
  Executor& executor_;
  Options options_;
  Done done_;
  bool finished_ = false;
  std::optional<StateFailure> failure_;
  Stats stats_;
};

} // namespace runahead
