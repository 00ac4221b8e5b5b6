// An evaluation: one program (the spine) and the scouts that run ahead of it, driven by arrivals.
// It does no I/O and knows no clock: wanted keys go to the broker, the broker's arrivals move it
// on.
//
//   SpineView view(broker);
//   Execution call(input, view, engine, caches);
//   Evaluation evaluation(call, view, executor, {.speculation = Speculation::full});
//   evaluation.start([&] { ... evaluation.failure(), call.result() ... });
#pragma once

#include "base/limits.hpp"
#include "machine/program.hpp"
#include "speculate/evaluation_observer.hpp"
#include "speculate/rehearsal.hpp"
#include "speculate/scout.hpp"
#include "speculate/spine_view.hpp"
#include "state/broker.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>

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

/// How scouts go past what is missing.
enum class ScoutForm : uint8_t {
  tags,     ///< guesses, run again when values land
  dataflow, ///< promises, of which only wrong assumptions are run again
};

class Evaluation final : private Broker::Listener, private Scout::Reads {
public:
  struct Options {
    Speculation speculation = Speculation::full;
    ScoutForm scout = ScoutForm::dataflow;
    /// Values of an older block, to predict with; may be null, must outlive the evaluation.
    const StateView* remembered = nullptr;
    /// The same call on these values; may be null, is not used after `start`.
    const Rehearsal* rehearsal = nullptr;
    int64_t slice_gas = limits::slice_gas;  ///< run per turn of the loop
    EvaluationObserver* observer = nullptr; ///< must outlive the evaluation
  };
  /// A read that this evaluation was the first to ask for.
  struct Read {
    StateKey key;
    bool speculative; ///< by a scout or a hint, not by the spine
    uint32_t wave;    ///< how many flushes this evaluation had made before
  };
  /// What speculation did for this evaluation.
  struct Stats {
    uint64_t spine_reads = 0;       ///< of `reads()`, those of the spine
    uint64_t speculative_reads = 0; ///< of `reads()`, the others
    uint64_t wasted_reads = 0;      ///< speculative ones that the spine did not use; after the end
    uint64_t stalls = 0;            ///< times the spine waited
    uint64_t waves = 0;             ///< flushes that carried a read of this evaluation
    uint64_t scout_runs = 0;
    uint64_t scout_steps = 0;
  };
  using Done = std::move_only_function<void()>;

  /// Program (which reads through `view`), view, broker and executor must outlive the evaluation.
  /// Destroying it cancels it.
  Evaluation(Program& program, SpineView& view, Executor& executor, Options options);
  ~Evaluation() override;
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  /// Starts; `done` is called once on the loop's thread, possibly before `start` returns. It may
  /// destroy the evaluation only through the executor.
  void start(Done done);

  bool finished() const { return finished_; }
  /// After the end: set if state was unavailable; then the program has no result.
  const std::optional<StateFailure>& failure() const { return failure_; }
  const Stats& stats() const { return stats_; }
  const std::vector<Read>& reads() const { return reads_; }

private:
  enum class Advance : uint8_t { finished, stalled, yielded };

  void arrived(const std::vector<StateKey>& keys) override;
  void issue(const StateKey& key) override;
  const StateView& view() const override { return broker_; }
  const StateValue* remembered(const StateKey& key) const override {
    return options_.remembered != nullptr ? options_.remembered->find(key) : nullptr;
  }

  void advance();
  Advance step();
  bool ask(const StateKey& key, bool speculative);
  bool demand(const std::vector<StateKey>& keys);
  void rehearse();
  void scout_ahead();
  void flush();
  bool spine_can_go_on() const;
  void finish();

  Program& program_;
  SpineView& view_;
  Broker& broker_;
  Executor& executor_;
  Options options_;
  Done done_;
  std::unique_ptr<Scout> scout_;
  const StateKey* releasing_ = nullptr; ///< the arrival that the scout is being given
  bool unforeseen_ = false;             ///< the spine was the first to ask for what it waits for
  bool running_ = false;                ///< inside `advance`; arrivals then only leave marks
  bool started_ = false;
  bool finished_ = false;
  std::vector<StateKey> waiting_for_;     ///< what the spine waits for
  std::unordered_set<StateKey> demanded_; ///< what the spine has ever waited for
  std::optional<StateFailure> failure_;
  std::vector<Read> reads_;
  size_t flushed_reads_ = 0;
  Stats stats_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
