// Which rules apply, and why: decided once, from everything that is known of the chain, never by a
// silent guess.
#pragma once

#include "base/result.hpp"
#include "spec/chain.hpp"
#include "spec/fork.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// What is known of a chain and of the block to start from.
struct RuleClues {
  uint64_t chain_id = 0;
  std::optional<Fork> demanded; ///< --fork
  bool has_block = true;        ///< number and timestamp are known
  uint64_t number = 0;
  uint64_t timestamp = 0;

  std::optional<Result<Rules>> node_config; ///< of a node: what its eth_config says

  // Of an account file or a database:
  std::optional<Fork> file_fork;
  std::optional<BlobSchedule> file_blobs;
  std::vector<Activation> by_number, by_time; ///< a genesis file's schedule
};

class RuleBook {
public:
  /// The rules of a block: of the schedule, or the same for all.
  Rules at(uint64_t number, uint64_t timestamp) const;
  /// For the log: `Osaka, from --fork`.
  const std::string& reason() const { return reason_; }

private:
  friend Result<RuleBook> choose_rules(const RuleClues&);

  Rules fixed_;
  const ChainConfig* built_in_ = nullptr;
  std::vector<Activation> by_number_, by_time_;
  std::string reason_;
};

/// In this order: --fork; the built-in schedule of the chain id; the node's eth_config; the file's
/// own fork or schedule. A file whose fork contradicts the built-in schedule, and nothing to go by,
/// are errors that name --fork.
Result<RuleBook> choose_rules(const RuleClues& clues);

} // namespace runahead
