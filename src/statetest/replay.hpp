// Executes blocks of public chains on the state they read, and compares what comes of it with what
// their headers say.
#pragma once

#include "block/block_execution.hpp"
#include "statetest/replay_case.hpp"

#include <string>
#include <vector>

namespace runahead {

struct ReplayOutcome {
  uint64_t number = 0;
  std::string fork;
  size_t transactions = 0;
  uint64_t gas_used = 0; ///< by our execution
  /// What differs from the header or from the JSON; empty if nothing does.
  std::vector<std::string> faults;
  /// False before Byzantium, whose receipts hold state roots that need the whole state.
  bool receipts_checked = false;
  /// Keys that were read but stand in no file: they counted as zero.
  std::vector<std::string> unlisted_reads;
  size_t unlisted_accounts = 0; ///< different ones among those keys
  size_t unlisted_slots = 0;    ///< likewise, of accounts that are listed
  uint64_t senders_us = 0;      ///< time for the senders of all transactions
  uint64_t execution_us = 0;
};

/// Checks the hashes of header and transactions, the roots of the body, senders, gas, blooms and,
/// since Byzantium, receipts. The state root cannot be told from a part of the state, nor rewards
/// of ommers, whose headers the JSON leaves out. `threads` recover senders.
ReplayOutcome replay(const ReplayCase& replay_case, const ForkSchedule& schedule,
                     const Engine& engine, Caches& caches, unsigned threads);

} // namespace runahead
