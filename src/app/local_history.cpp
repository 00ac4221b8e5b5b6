#include "app/local_history.hpp"

#include "app/chain_schedule.hpp"
#include "app/state_trie_load.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "block/block_execution.hpp"

#include <utility>

namespace runahead {
namespace {

/// A database's reads mostly wait for the disk.
constexpr size_t threads = 4;

/// A source with the pool that it reads on.
struct Pooled {
  Pooled(std::shared_ptr<const LmdbDatabase> database, uint64_t block,
         std::shared_ptr<ThreadPool> threads_)
      : pool(std::move(threads_)), source(std::move(database), block, *pool) {}

  std::shared_ptr<ThreadPool> pool;
  LmdbSource source;
};

ForkSchedule fixed_schedule(Fork fork, const StateAbout& about, uint64_t chain_id) {
  BlobSchedule blobs = default_blob_schedule(fork);
  for (const Activation& activation : about.by_time)
    if (activation.fork == fork) blobs = activation.blobs;
  return schedule_of(fork, blobs, chain_id);
}

} // namespace

LocalHistory::LocalHistory(std::shared_ptr<const LmdbDatabase> database, ForkSchedule schedule,
                           SourceWrapping wrapping, Executor& executor)
    : database_(std::move(database)), blocks_(database_, std::move(schedule)),
      wrapping_(std::move(wrapping)), executor_(executor),
      pool_(std::make_shared<ThreadPool>(executor, threads)) {}

Result<std::unique_ptr<ChainAccess>>
LocalHistory::open(std::shared_ptr<const LmdbDatabase> database, const StatePlan& plan,
                   Executor& executor, Logger& log) {
  const std::string& name = database->folder();
  const StateAbout& about = database->about();
  if (!about.chain_id) return fail(name + ": is damaged: it names no chain id");
  if (plan.chain_id && *plan.chain_id != *about.chain_id)
    return fail(name + ": is of chain " + std::to_string(*about.chain_id) + ", not of --chain-id " +
                std::to_string(*plan.chain_id));
  auto schedule =
      plan.fork ? fixed_schedule(*plan.fork, about, *about.chain_id) : schedule_of(about);
  std::unique_ptr<LocalHistory> chain(
      new LocalHistory(std::move(database), std::move(schedule), plan.wrapping, executor));
  const auto newest = chain->head();
  if (!newest) return fail(newest.error().message);
  log.info("rules: " + std::string(runahead::name(newest->rules.fork)) +
           (plan.fork ? ", from --fork" : ", from the genesis file's schedule") + "; blocks " +
           std::to_string(chain->database_->first()) + " to " + to_decimal(newest->env.number) +
           " of chain " + std::to_string(*about.chain_id));
  return chain;
}

RpcResult<ChainBlock> LocalHistory::head() {
  const auto number = database_->head();
  if (!number) return rpc_fail(rpc_code::internal_error, number.error().message);
  if (newest_ && newest_->env.number == *number) return *newest_;
  auto block = load(*number);
  if (block) newest_ = *block;
  return block;
}

std::unexpected<RpcError> LocalHistory::unknown(const BlockRef& block) const {
  const auto newest = database_->head();
  if (!newest) return rpc_fail(rpc_code::internal_error, newest.error().message);
  return rpc_fail(rpc_code::block_not_found, "unknown block: " + to_string(block) + "; " +
                                                 database_->folder() + " holds the blocks " +
                                                 std::to_string(database_->first()) + " to " +
                                                 std::to_string(*newest));
}

RpcResult<uint64_t> LocalHistory::number_of(const BlockRef& block) const {
  const auto newest = database_->head();
  if (!newest) return rpc_fail(rpc_code::internal_error, newest.error().message);
  switch (block.kind) {
  case BlockRef::Kind::latest:
  case BlockRef::Kind::pending:
  case BlockRef::Kind::safe:
  case BlockRef::Kind::finalized: return *newest;
  case BlockRef::Kind::earliest: return database_->first();
  case BlockRef::Kind::number:
    if (block.number < database_->first() || block.number > *newest) return unknown(block);
    return block.number;
  case BlockRef::Kind::hash: break;
  }
  const auto number = database_->number_of(block.hash);
  if (!number) return rpc_fail(rpc_code::internal_error, number.error().message);
  return *number ? RpcResult<uint64_t>(**number) : unknown(block);
}

RpcResult<ChainBlock> LocalHistory::load(uint64_t number) const {
  const auto stored = blocks_.header(number);
  if (!stored) return rpc_fail(rpc_code::internal_error, stored.error().message);
  const BlockHeader& header = stored->header;
  const Rules& rules = stored->rules.rules;
  return ChainBlock{stored->hash, header.parent_hash, block_env(header, rules), rules,
                    header.excess_blob_gas.value_or(0)};
}

void LocalHistory::find(const BlockRef& block, BlockSink sink) {
  const auto number = number_of(block);
  if (!number) return sink(std::unexpected(number.error()));
  sink(load(*number));
}

/// A block that a call makes up follows the one that it is made from.
Result<Rules> LocalHistory::rules_at(const ChainBlock& block, uint64_t number,
                                     uint64_t timestamp) const {
  uint256 total_difficulty;
  if (blocks_.schedule().terminal_total_difficulty) {
    const auto stored = database_->header(block.env.number);
    if (!stored) return std::unexpected(stored.error());
    if (*stored) total_difficulty = (*stored)->total_difficulty;
  }
  return blocks_.schedule().at(number, timestamp, total_difficulty).rules;
}

std::shared_ptr<StateSource> LocalHistory::open(const ChainBlock& block) {
  const auto source = std::make_shared<Pooled>(database_, block.env.number, pool_);
  return wrap({source, &source->source}, executor_, wrapping_);
}

namespace {

/// The state after a block as a trie. Blocks, in proportion to the state.
RpcResult<TrieRef> load_trie(const LmdbDatabase& database, uint64_t number) {
  const auto trie = std::make_shared<StateTrie>();
  TrieLoad load(*trie);
  bool too_large = false;
  const auto ok = database.visit_accounts(
      number, [&](const Address& address, const Account& account) -> Result<void> {
        load.add(address, account);
        too_large = load.values() > limits::trie_values;
        return too_large ? Result<void>(fail("")) : Result<void>();
      });
  if (too_large)
    return rpc_fail(rpc_code::beyond_limits, "the state has more than " +
                                                 std::to_string(limits::trie_values) +
                                                 " accounts and slots: its trie is not made");
  if (!ok) return rpc_fail(rpc_code::internal_error, ok.error().message);
  load.finish();
  const Hash256 root = trie->root();
  const auto stored = database.header(number);
  if (!stored) return rpc_fail(rpc_code::internal_error, stored.error().message);
  if (const auto header = *stored ? decode_header((*stored)->rlp) : fail("is missing");
      !header || header->state_root != root)
    return rpc_fail(rpc_code::internal_error,
                    database.folder() + ": is damaged: the state of block " +
                        std::to_string(number) + " has the root " + to_hex(root) +
                        ", which its header does not name");
  return trie;
}

} // namespace

void LocalHistory::trie(const ChainBlock& block, TrieSink sink) {
  const uint64_t number = block.env.number;
  if (made_trie_.second && made_trie_.first == number) return sink(made_trie_.second);
  auto& waiting = waiting_for_tries_[number];
  waiting.push_back(std::move(sink));
  if (waiting.size() > 1) return;
  pool_->run([this, alive = alive_, database = database_, number]() -> Executor::Task {
    return [this, alive, number, made = load_trie(*database, number)] {
      if (*alive) end_trie(number, made);
    };
  });
}

void LocalHistory::end_trie(uint64_t number, const RpcResult<TrieRef>& made) {
  if (made) made_trie_ = {number, *made};
  auto waiting = waiting_for_tries_.extract(number);
  for (TrieSink& sink : waiting.mapped()) sink(made);
}

} // namespace runahead
