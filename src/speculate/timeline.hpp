// When an evaluation asked for what, when it came, and when the spine stood still.
#pragma once

#include "io/executor.hpp"
#include "speculate/evaluation_observer.hpp"

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

namespace runahead {

class Timeline final : public EvaluationObserver {
public:
  struct Read {
    StateKey key;
    bool speculative = false;
    Duration issued{};
    std::optional<Duration> arrived = {}; ///< empty: not before the end
    std::optional<StateKey> released_by = {};
  };
  /// The spine waits. It runs in between, and from `started` on.
  struct Stall {
    Duration from{}, to{};
    std::vector<StateKey> keys;
  };
  struct Predictions {
    uint64_t right = 0, wrong = 0;
  };

  /// Times are the clock's, which must outlive it.
  explicit Timeline(const Executor& clock) : clock_(clock), started_(clock.now()) {}

  void issued(const StateKey& key, bool speculative, const StateKey* released_by) override;
  void arrived(std::span<const StateKey> keys) override;
  void stalled(std::span<const StateKey> keys) override;
  void resumed() override;
  void predicted(const Prediction& prediction) override;
  void finished() override;

  /// In the order in which they were asked for.
  const std::vector<Read>& reads() const { return reads_; }
  const std::vector<Stall>& stalls() const { return stalls_; }
  const Predictions& predictions(Prediction::Kind kind) const {
    return predictions_[static_cast<size_t>(kind)];
  }
  Duration started() const { return started_; }

private:
  static constexpr size_t prediction_kinds = 5;

  const Executor& clock_;
  Duration started_;
  std::vector<Read> reads_;
  std::unordered_map<StateKey, size_t> under_way_; ///< indices of reads
  std::vector<Stall> stalls_;
  bool stands_ = false;
  std::array<Predictions, prediction_kinds> predictions_{};
};

} // namespace runahead
