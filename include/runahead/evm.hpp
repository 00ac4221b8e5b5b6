// Executing calls: an Evm is what a process needs once, a Session runs calls on one block.
//
//   Evm evm;
//   Session session(evm, source, Rules(1, Fork::osaka), block);
//   Report report = session.call(call);
#pragma once

#include "runahead/tracer.hpp"

#include <chrono>

namespace runahead::api {

enum class EngineKind : uint8_t {
  threaded, ///< the fast one
  stepping, ///< instruction by instruction: the reference, and the one that traces
};

enum class Speculation : uint8_t {
  off,  ///< reads one after another
  lean, ///< runs ahead of missing state along the likely path
  full, ///< along other paths too
};

struct Options {
  EngineKind engine = EngineKind::threaded;
  Speculation speculation = Speculation::full; ///< changes when an answer comes, never what it is
  /// Of each `Session::call`; zero: none. Looked at while waiting, and every few milliseconds while
  /// running; a call of up to fifty million gas ends within 10 ms of it.
  std::chrono::nanoseconds time_limit{0};
  /// Reads whose values a session remembers. Once there are more, the next `Session::call` begins
  /// with none and reads again what it needs.
  uint64_t kept_reads = 2'000'000;
};

/// The engine, the options, and caches that get better with use: prepared code by its hash, answers
/// of dear precompiles. May be used from any number of threads. A handle: copies are the same Evm,
/// and sessions keep it alive.
class Evm {
public:
  explicit Evm(Options options = {});

  struct Shared;
  const std::shared_ptr<Shared>& shared() const { return shared_; }

private:
  std::shared_ptr<Shared> shared_;
};

/// Calls on the state of one block. Remembers the values it read, up to `Options::kept_reads`. One
/// thread at a time may use a session; any number of sessions may run at once.
class Session {
public:
  /// `source` must outlive the session.
  Session(const Evm& evm, StateSource& source, const Rules& rules, const Block& block);
  /// Reads still under way may answer later; nobody listens.
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  /// Runs the call and waits for its end. Nothing of it stays: each call sees the block's state.
  /// With a `tracer` the stepping engine runs.
  Report call(const Call& call, Tracer* tracer = nullptr);

  /// Runs the calls side by side: while one waits for state the others run, and reads of all go out
  /// together. Reports come in the order of `calls`. The time limit is for all of them.
  std::vector<Report> call(std::span<const Call> calls);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace runahead::api
