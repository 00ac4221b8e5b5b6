// Executes blocks one after another on the newest state of a database, checks them in full, and
// extends the database by them.
#pragma once

#include "app/head_view.hpp"
#include "block/block_execution.hpp"
#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "sources/lmdb_extender.hpp"
#include "state/state_trie.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace runahead {

/// Used from one thread.
class ChainImporter {
public:
  struct Counts {
    uint64_t blocks = 0;  ///< imported
    uint64_t skipped = 0; ///< in the database already
    uint64_t transactions = 0;
    uint64_t gas = 0;
  };
  /// Told between 0 and 1 how much of a long work is done.
  using Progress = std::function<void(double)>;

  /// Opens the database and computes the trie of its newest state, which takes time and memory in
  /// proportion to it. Refused as LmdbExtender::open is, and if the state does not have the root
  /// that the newest block names. `engine` must outlive the importer.
  static Result<std::unique_ptr<ChainImporter>>
  open(const std::string& folder, const Engine& engine, const Progress& progress);

  /// A block that is in the database already is skipped; any other must follow its newest. Errors
  /// name the block and the field, and nothing of the block is kept; after one, only `flush` may be
  /// called.
  Result<void> import(BytesView block_rlp);
  /// Makes what was imported durable. `import` does so now and then.
  Result<void> flush() { return chain_.flush(); }

  uint64_t head() const { return chain_.head(); }
  const Counts& counts() const { return counts_; }

private:
  struct Known {
    Block block;
    Hash256 hash;
  };

  ChainImporter(LmdbExtender chain, const Engine& engine);
  Result<void> load_trie(const Progress& progress);
  Result<void> load_ancestors();
  Result<void> skip(const Block& block, const Hash256& hash);
  Result<void> execute(Known known, BytesView rlp);
  std::optional<InvalidBlock> check_before(Block& block, size_t size_bytes,
                                           const BlockRules& rules);
  Result<void> run(BlockExecution& execution);
  Result<void> put(Known known, BytesView rlp, const BlockExecution& execution,
                   std::span<const AccountChange> changes);

  LmdbExtender chain_;
  const Engine& engine_;
  ForkSchedule schedule_;
  HeadView view_;
  Caches caches_;
  StateTrie trie_;
  std::deque<Known> ancestors_; ///< the newest block first
  uint256 total_difficulty_;    ///< of the chain up to and with the newest block
  Counts counts_;
};

} // namespace runahead
