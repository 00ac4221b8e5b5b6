// Every block of a test with the state behind it, side chains too, and which of them is the head.
#pragma once

#include "block/block_execution.hpp"
#include "block/validation.hpp"
#include "io/virtual_loop.hpp"
#include "sources/memory.hpp"
#include "statetest/case_runner.hpp"
#include "statetest/pre_state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace runahead {

/// Why a block was not taken into the tree.
struct BlockRefusal {
  enum class Kind : uint8_t {
    malformed, ///< it cannot be decoded
    unknown_parent,
    invalid, ///< see `faults`
    trouble, ///< not the block's fault: no end, no state, or two runs that differ
    skipped, ///< it is beyond one of our limits
  };
  Kind kind = Kind::invalid;
  std::string message; ///< of the first fault
  /// Everything that is wrong with an invalid block, as far as one fault does not hide the next:
  /// fixtures may name another one than the first.
  std::vector<InvalidBlock> faults;
};

/// Used from one thread.
class BlockTree {
public:
  /// Schedule, engine and code cache must outlive it. `seed` tells the tests' delays apart.
  BlockTree(const ForkSchedule& schedule, BlockHeader genesis, AccountMap accounts,
            const Engine& engine, Caches& caches, const CaseOptions& options, uint64_t seed);
  ~BlockTree();

  /// The root of the genesis' accounts, which may be another than its header's.
  const Hash256& genesis_root() const;

  /// Validates and executes the block on its parent's state. Empty if it is in the tree now; it is
  /// the head if it has more total difficulty than the one before, and always since Paris.
  std::optional<BlockRefusal> add(BytesView rlp);

  const Hash256& head_hash() const;
  const Hash256& head_state_root() const;
  const AccountMap& head_accounts() const;

private:
  struct Node;
  struct Outcome;

  std::vector<InvalidBlock> validate(const Block& block, size_t size_bytes, const Node& parent,
                                     const BlockRules& rules) const;
  Outcome execute(const Block& block, const BlockRules& rules, Node& parent) const;
  Outcome run(const Block& block, const BlockRules& rules, const PreState& pre_state,
              StateSource& source, VirtualLoop& loop, Speculation speculation) const;
  void link(Block block, const Hash256& hash, Node& parent, std::span<const AccountChange> changes,
            bool proof_of_stake);

  const ForkSchedule& schedule_;
  const Engine& engine_;
  Caches& caches_;
  const CaseOptions& options_;
  uint64_t seed_;
  std::unordered_map<Hash256, std::unique_ptr<Node>> nodes_;
  Node* genesis_ = nullptr;
  Node* head_ = nullptr;
};

} // namespace runahead
