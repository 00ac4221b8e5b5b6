// Several sources of the same state, read as one: the fast and healthy ones are asked, stragglers
// are overtaken, failures asked elsewhere, and answers compared where that is wanted. Knows nothing
// of how its members read.
#pragma once

#include "base/random.hpp"
#include "io/executor.hpp"
#include "sources/upstream_health.hpp"
#include "state/source.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

struct UpstreamPoolOptions {
  /// So many members have to give the same value, or the read fails; at least 1.
  size_t quorum = 1;
  /// Reads that are asked elsewhere because they take long, in shares of all reads.
  double hedges = 0.05;
  uint64_t seed = 1; ///< of choices
};

/// What the pool knows of its members from block to block. Belongs to the loop's thread.
class UpstreamPool {
public:
  struct Stats {
    uint64_t reads = 0;         ///< that the pool was asked for
    uint64_t asks = 0;          ///< of members
    uint64_t hedges = 0;        ///< of those, because another took long
    uint64_t failovers = 0;     ///< of those, because another failed
    uint64_t disagreements = 0; ///< keys for which members gave different values
  };
  /// Told of a member that gave another value than the others, as one sentence.
  using LiarSink = std::function<void(const std::string&)>;

  /// `names`: of the members, fit for messages. `executor` must outlive the pool.
  UpstreamPool(Executor& executor, std::vector<std::string> names, UpstreamPoolOptions options,
               LiarSink liar = nullptr);

  size_t size() const { return names_.size(); }
  const std::string& name(size_t member) const { return names_[member]; }
  const std::string& name() const { return name_; } ///< of all
  size_t quorum() const { return options_.quorum; }
  const Stats& stats() const { return stats_; }
  UpstreamHealth& health(size_t member) { return health_[member]; }

private:
  friend class PoolSource;

  std::optional<size_t> choose(const std::vector<bool>& asked);
  bool may_hedge();
  void accuse(size_t member, const std::string& sentence);

  Executor& executor_;
  std::vector<std::string> names_;
  std::string name_;
  UpstreamPoolOptions options_;
  LiarSink liar_;
  std::vector<UpstreamHealth> health_;
  Random random_;
  double hedges_allowed_ = 1;
  Stats stats_;
};

/// The members' state of one block. A value that members disagree on is never delivered unless a
/// quorum has it; then the others are accused.
class PoolSource final : public StateSource {
public:
  /// `pool` must outlive it; `members` in the order of its names.
  PoolSource(UpstreamPool& pool, std::vector<std::shared_ptr<StateSource>> members);
  ~PoolSource() override;

  std::string_view name() const override { return pool_.name(); }
  bool complete() const override;
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  class Read;

  UpstreamPool& pool_;
  std::vector<std::shared_ptr<StateSource>> members_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
