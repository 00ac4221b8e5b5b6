// A call with everything at hand, to be run again and again: what is timed.
#pragma once

#include "bench/benchmark.hpp"
#include "machine/call_stack.hpp"
#include "sources/memory.hpp"
#include "tx/execution.hpp"

#include <optional>
#include <unordered_map>

namespace runahead {

/// Whether a run finds the code prepared (jump destinations, translation) or does that too, for
/// every contract it calls.
enum class Analysis : uint8_t { outside, inside };

/// `outside` or `inside`.
std::string_view name(Analysis analysis);

/// How a run ended; equal for all engines.
struct CallEnd {
  Status status{};
  int64_t gas_used = 0; ///< by the EVM: without what the transaction costs before it runs
  int64_t refund = 0;   ///< counted, not given back
  size_t logs = 0;
  Bytes output;

  friend bool operator==(const CallEnd&, const CallEnd&) = default;
};

/// `success, 123 gas, …`, for telling two ends apart.
std::string to_string(const CallEnd& end);

/// The message of a benchmark's transaction. Each run leaves the state as it was before. What cold
/// accounts and slots cost is paid in each, their values are at hand. Answers of precompiles are
/// not remembered from run to run. Used from one thread.
class PreparedCall {
public:
  /// Engine must outlive it. Refused: no transaction can hold the variant's value, or it calls an
  /// account without code.
  static Result<std::unique_ptr<PreparedCall>> make(const Benchmark& benchmark,
                                                    const Engine& engine);

  /// Runs once. REQUIRES: `check` was called and found nothing wrong.
  void run(Analysis analysis);

  /// Runs once and tells how it ended; refused if it did not.
  Result<CallEnd> check(Analysis analysis);

  size_t code_bytes() const { return code_->bytes.size(); }

private:
  /// The pre-state, each value made once.
  class View final : public StateView {
  public:
    explicit View(const FixtureTest& test);
    const StateValue* find(const StateKey& key) const override;

  private:
    MemorySource source_;
    mutable std::unordered_map<StateKey, StateValue> values_;
  };

  PreparedCall(const FixtureTest& test, ExecutionInput input, BytecodeRef code,
               const Engine& engine);

  Bytes input_;
  View view_;
  Caches caches_;
  JournaledWorld world_;
  BytecodeRef code_;
  Message message_;
  CallStack stack_;
  Program::Progress progress_{};
  int64_t refund_ = 0;
  size_t logs_ = 0;
};

} // namespace runahead
