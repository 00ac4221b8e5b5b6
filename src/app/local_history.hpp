// A chain whose blocks and states are held in a database: calls at any of its blocks.
#pragma once

#include "app/local_blocks.hpp"
#include "app/state_options.hpp"
#include "block/fork_schedule.hpp"
#include "io/thread_pool.hpp"
#include "rpc/chain_access.hpp"
#include "sources/lmdb.hpp"

#include <map>
#include <memory>

namespace runahead {

/// Blocks are found by number and hash; every one is canonical. `latest`, `pending`, `safe` and
/// `finalized` are all the newest, as an imported chain says nothing of what is final. While
/// another process extends the database, the newest block moves on.
class LocalHistory final : public ChainAccess {
public:
  /// Chooses the rules: those of the database's schedule, or of `plan.fork` for all blocks.
  /// `database` holds blocks; `executor` must outlive the chain, and runs in real time.
  static Result<std::unique_ptr<ChainAccess>> open(std::shared_ptr<const LmdbDatabase> database,
                                                   const StatePlan& plan, Executor& executor,
                                                   Logger& log);

  ~LocalHistory() override { *alive_ = false; }

  uint64_t chain_id() const override { return blocks_.schedule().chain_id; }
  RpcResult<ChainBlock> head() override;
  uint64_t head_stamp() const override { return database_->changes(); }
  void find(const BlockRef& block, BlockSink sink) override;
  Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                         uint64_t timestamp) const override;
  std::shared_ptr<StateSource> open(const ChainBlock& block) override;
  /// Made of all accounts, on another thread; the newest that was made is kept.
  void trie(const ChainBlock& block, TrieSink sink) override;
  const ChainReader* blocks() const override { return &blocks_; }

private:
  void end_trie(uint64_t number, const RpcResult<TrieRef>& made);
  LocalHistory(std::shared_ptr<const LmdbDatabase> database, ForkSchedule schedule,
               SourceWrapping wrapping, Executor& executor);

  RpcResult<uint64_t> number_of(const BlockRef& block) const;
  RpcResult<ChainBlock> load(uint64_t number) const;
  std::unexpected<RpcError> unknown(const BlockRef& block) const;

  std::shared_ptr<const LmdbDatabase> database_;
  LocalBlocks blocks_;
  SourceWrapping wrapping_;
  Executor& executor_;
  std::shared_ptr<ThreadPool> pool_; ///< shared with the sources
  std::optional<ChainBlock> newest_; ///< as it was when last asked
  // The trie that was made last, and who waits for one that is being made.
  std::pair<uint64_t, TrieRef> made_trie_;
  std::map<uint64_t, std::vector<TrieSink>> waiting_for_tries_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
