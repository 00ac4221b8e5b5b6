#include "app/local_state.hpp"

#include "app/local_chain.hpp"
#include "base/hex.hpp"
#include "sources/alloc_file.hpp"
#include "spec/blob_fee.hpp"

namespace runahead {

Result<LocalState> load_alloc_state(const std::string& path) {
  auto file = load_alloc(path);
  if (!file) return std::unexpected(file.error());
  LocalState state;
  state.name = path;
  state.chain_id = file->chain_id;
  state.block = file->block;
  state.excess_blob_gas = file->excess_blob_gas;
  state.warnings = std::move(file->warnings);
  state.clues.has_block = file->has_block;
  state.clues.file_fork = file->fork;
  state.clues.file_blobs = file->blobs;
  state.clues.by_number = std::move(file->by_number);
  state.clues.by_time = std::move(file->by_time);
  state.source = std::make_shared<MemorySource>(std::move(file->accounts), path);
  return state;
}

Result<std::unique_ptr<ChainAccess>> make_local_chain(LocalState state, const StatePlan& plan,
                                                      Executor& executor, Logger& log) {
  for (const std::string& warning : state.warnings) log.warn(state.name + ": " + warning);
  const auto chain_id = plan.chain_id ? plan.chain_id : state.chain_id;
  if (!chain_id) return fail(state.name + ": names no chain id; give --chain-id");
  if (state.chain_id && *state.chain_id != *chain_id)
    return fail(state.name + ": is of chain " + std::to_string(*state.chain_id) +
                ", not of --chain-id " + std::to_string(*chain_id));
  RuleClues& clues = state.clues;
  clues.chain_id = *chain_id;
  clues.demanded = plan.fork;
  clues.number = state.block.number;
  clues.timestamp = state.block.timestamp;
  auto book = choose_rules(clues);
  if (!book) return fail_at(state.name, book.error());
  const auto rules = book->at(clues.number, clues.timestamp);
  if (!rules) return fail_at(state.name, rules.error());
  log.info("rules: " + book->reason() + "; block " + to_decimal(state.block.number) + " of chain " +
           std::to_string(*chain_id));
  if (rules->fork >= Fork::cancun)
    state.block.blob_base_fee = blob_base_fee(state.excess_blob_gas, rules->blobs);
  ChainBlock block{{}, {}, state.block, *rules};
  return std::make_unique<LocalChain>(state.name, std::move(block), std::move(*book),
                                      wrap(std::move(state.source), executor, plan.wrapping));
}

} // namespace runahead
