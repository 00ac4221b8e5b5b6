// Told of what an evaluation does, as it happens: for explanations and pictures. Nothing is
// computed for it, and without one nothing is spent.
#pragma once

#include "state/key.hpp"

#include <cstdint>
#include <span>

namespace runahead {

/// What a scout took to be so, and what came of it.
struct Prediction {
  enum class Kind : uint8_t {
    value,       ///< of `key`, as an older block had it
    branch,      ///< which way the JUMPI at `pc` goes
    call_target, ///< the account that is called at `pc`
    return_size, ///< bytes that the call at `pc` gives back
    memory_offset,
  };
  Kind kind{};
  StateKey key;    ///< of a value; else the account whose code runs, as StateKind::code
  uint64_t pc = 0; ///< of anything but a value
  bool right = false;
};

/// All of it is called on the evaluation's thread, in the order of events; times are those of the
/// evaluation's executor. What is passed lives as long as the call only.
class EvaluationObserver {
public:
  virtual ~EvaluationObserver() = default;
  /// The evaluation is the first to ask for `key`. `released_by`: the arrival that a scout was just
  /// given and that made this read possible; null where no single one did, or none is known.
  virtual void issued(const StateKey& /*key*/, bool /*speculative*/,
                      const StateKey* /*released_by*/) {}
  /// One delivery: values, or the failure to have them. Of any reader of the same block.
  virtual void arrived(std::span<const StateKey> /*keys*/) {}
  /// The spine waits for these.
  virtual void stalled(std::span<const StateKey> /*keys*/) {}
  /// The spine goes on: at the start, behind a stall, behind a pause for others.
  virtual void resumed() {}
  /// A scout was let run from where the spine stands.
  virtual void scouted(uint64_t /*steps*/) {}
  /// A prediction was compared with the truth.
  virtual void predicted(const Prediction& /*prediction*/) {}
  /// The spine is at its end, or state was unavailable.
  virtual void finished() {}
};

} // namespace runahead
