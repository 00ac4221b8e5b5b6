#include "app/block_calls.hpp"

#include "block/block_execution.hpp"
#include "sources/memory.hpp"
#include "statetest/replay_case.hpp"

namespace runahead {
namespace {

/// As a client would ask for it: what it pays is not part of it.
Transaction as_call(Transaction transaction) {
  transaction.max_fee = transaction.max_priority_fee = transaction.max_fee_per_blob_gas = {};
  return transaction;
}

} // namespace

Result<std::vector<SimCall>> load_block_calls(const std::vector<std::string>& paths) {
  const auto folders = find_replay_folders(paths);
  if (!folders) return std::unexpected(folders.error());
  const ForkSchedule schedule = schedule_of(*find_chain(1));
  std::vector<SimCall> calls;
  for (const std::string& folder : *folders) {
    auto replay = read_replay_case(folder);
    if (!replay) return std::unexpected(replay.error());
    const BlockHeader& header = replay->block.block.header;
    const Rules rules = schedule.at(header.number, header.timestamp, {}).rules;
    auto state = std::make_shared<MemorySource>(std::move(replay->accounts), folder);
    for (const auto& [number, hash] : replay->block_hashes) state->set_block_hash(number, hash);
    const auto& transactions = replay->block.block.transactions;
    for (size_t i = 0; i < transactions.size(); ++i) {
      SimCall call{std::to_string(header.number) + "/" + std::to_string(i), {}, state};
      call.input.transaction = as_call(transactions[i].transaction);
      call.input.block = block_env(header, rules);
      call.input.rules = rules;
      call.input.mode = ExecutionMode::call;
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

} // namespace runahead
