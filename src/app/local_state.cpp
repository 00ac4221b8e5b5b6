#include "app/local_state.hpp"

#include "app/local_chain.hpp"
#include "app/local_history.hpp"
#include "base/hex.hpp"
#include "sources/alloc_file.hpp"
#include "sources/lmdb.hpp"
#include "spec/blob_fee.hpp"

#include <utility>

namespace runahead {
namespace {

/// A database's reads mostly wait for the disk.
constexpr size_t db_threads = 4;

struct DbStack {
  explicit DbStack(Executor& executor) : pool(executor, db_threads) {}

  ThreadPool pool;
  std::optional<LmdbSource> source;
};

RuleClues clues_of(const StateAbout& about) {
  RuleClues clues;
  clues.has_block = about.has_block;
  clues.number = about.block.number;
  clues.timestamp = about.block.timestamp;
  clues.file_fork = about.fork;
  clues.file_blobs = about.blobs;
  clues.by_number = about.by_number;
  clues.by_time = about.by_time;
  return clues;
}

} // namespace

Result<LocalState> load_alloc_state(const std::string& path) {
  auto file = load_alloc(path);
  if (!file) return std::unexpected(file.error());
  auto source = std::make_shared<MemorySource>(std::move(file->accounts), path);
  return LocalState{path,
                    std::move(static_cast<StateAbout&>(*file)),
                    std::move(source),
                    std::move(file->warnings),
                    {}};
}

Result<std::unique_ptr<ChainAccess>> make_local_chain(LocalState state, const StatePlan& plan,
                                                      Executor& executor, Logger& log) {
  for (const std::string& warning : state.warnings) log.warn(state.name + ": " + warning);
  const StateAbout& about = state.about;
  const auto chain_id = plan.chain_id ? plan.chain_id : about.chain_id;
  if (!chain_id) return fail(state.name + ": names no chain id; give --chain-id");
  if (about.chain_id && *about.chain_id != *chain_id)
    return fail(state.name + ": is of chain " + std::to_string(*about.chain_id) +
                ", not of --chain-id " + std::to_string(*chain_id));
  RuleClues clues = clues_of(about);
  clues.chain_id = *chain_id;
  clues.demanded = plan.fork;
  auto book = choose_rules(clues);
  if (!book) return fail_at(state.name, book.error());
  const Rules rules = book->at(about.block.number, about.block.timestamp);
  log.info("rules: " + book->reason() + "; block " + to_decimal(about.block.number) + " of chain " +
           std::to_string(*chain_id));
  ChainBlock block{state.block_hash, {}, about.block, rules, about.excess_blob_gas};
  block.env.blob_base_fee = blob_base_fee(about.excess_blob_gas, rules.blobs);
  return std::make_unique<LocalChain>(state.name, std::move(block), std::move(*book),
                                      wrap(std::move(state.source), executor, plan.wrapping));
}

Result<std::unique_ptr<ChainAccess>> open_db_chain(const StatePlan& plan, Executor& executor,
                                                   Logger& log) {
  const auto database = LmdbDatabase::open(plan.place);
  if (!database) return std::unexpected(database.error());
  const auto blocks = (*database)->has_blocks();
  if (!blocks) return std::unexpected(blocks.error());
  if (*blocks) return LocalHistory::open(*database, plan, executor, log);
  const auto stack = std::make_shared<DbStack>(executor);
  stack->source.emplace(*database, (*database)->first(), stack->pool);
  return make_local_chain({plan.place, (*database)->about(), {stack, &*stack->source}, {}, {}},
                          plan, executor, log);
}

} // namespace runahead
