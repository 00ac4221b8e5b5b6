// A source that fails on purpose: a wrapper for tests and simulations.
#pragma once

#include "base/random.hpp"
#include "state/source.hpp"

#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace runahead {

struct FaultModel {
  double transient_chance = 0;  ///< of each key of each read
  unsigned most_failures = ~0u; ///< transient ones of one key; afterwards it is answered
  double whole_read_chance = 0; ///< that all keys of a read fail, as after a lost connection
  std::unordered_set<StateKey> dead = {}; ///< keys that fail for good
};

/// Keys that fail are answered at once and not read from `inner`. The seed decides which fail.
class FaultSource final : public StateSource {
public:
  /// `inner` must outlive it.
  FaultSource(StateSource& inner, FaultModel model, uint64_t seed);

  std::string_view name() const override { return inner_.name(); }
  bool complete() const override { return inner_.complete(); }
  size_t batch_limit() const override { return inner_.batch_limit(); }
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

  /// Transient failures given so far.
  uint64_t failures() const { return failures_; }

private:
  bool fails_now(const StateKey& key, bool whole_read);

  StateSource& inner_;
  FaultModel model_;
  Random random_;
  std::unordered_map<StateKey, unsigned> failures_of_;
  uint64_t failures_ = 0;
};

} // namespace runahead
