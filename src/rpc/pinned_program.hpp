// A computation on the state of one pinned block, with all that it runs in: a call, a block that is
// executed again, a simulation. It may go from thread to thread between two runs; as long as it
// wants nothing, only the known values of its block are read.
#pragma once

#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "rpc/call_outcome.hpp"
#include "rpc/pinned_block.hpp"
#include "speculate/spine_view.hpp"

#include <functional>
#include <memory>

namespace runahead {

/// What a computation is given to run in.
struct ProgramSite {
  PinRef pin;
  const Engine& engine;           ///< outlives every program
  std::shared_ptr<Caches> caches; ///< live as long as somebody runs with them
  Duration started{};             ///< when the client began to wait
};

class PinnedProgram {
public:
  explicit PinnedProgram(ProgramSite site)
      : started_at(site.started), pin_(std::move(site.pin)), caches_(std::move(site.caches)),
        engine_(site.engine), view_(pin_->broker) {}
  virtual ~PinnedProgram() = default;
  PinnedProgram(const PinnedProgram&) = delete;
  PinnedProgram& operator=(const PinnedProgram&) = delete;

  /// What an evaluation drives; it reads through `view()`.
  virtual Program& program() = 0;
  /// Its ending, for keeps. REQUIRES: done. What else it found out is left where whoever made it
  /// knows.
  virtual CallEnd take_end() = 0;
  /// The call, of a program that is one and nothing else; else null.
  virtual const Execution* call() const { return nullptr; }
  /// What a call was given; 0 for everything else.
  virtual uint64_t gas_limit() const { return 0; }

  /// Goes on for about `budget` gas.
  Program::Progress run(int64_t budget) { return program().run(budget); }

  /// The outcome of a program that never waited. REQUIRES: done.
  CallOutcome take_outcome(Duration now) {
    CallOutcome outcome{take_end(), {}, gas_limit(), {}};
    outcome.stats.elapsed = now - started_at;
    return outcome;
  }

  const PinRef& pin() const { return pin_; }
  SpineView& view() { return view_; }
  const SpineView& view() const { return view_; }

  const Duration started_at;

protected:
  Caches& caches() { return *caches_; }
  const Engine& engine() const { return engine_; }

private:
  PinRef pin_; ///< outlives what reads from it
  std::shared_ptr<Caches> caches_;
  const Engine& engine_;
  SpineView view_;
};

/// Makes a program where it is to run.
using ProgramMaker = std::move_only_function<std::unique_ptr<PinnedProgram>(ProgramSite)>;

} // namespace runahead
