// What can be told of a branch's side without running it: whether it can only abort, what it reads,
// and which branches it comes to. Found by exploring the code from there with a stack of which only
// jump destinations are kept, so that return addresses are followed; shared functions would look
// like anything otherwise.
#pragma once

#include "base/uint256.hpp"
#include "code/code.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace runahead {

struct SideFacts {
  std::vector<uint32_t> reads;    ///< pcs of state reads and calls it may come to, ascending
  std::vector<uint32_t> branches; ///< pcs of JUMPIs it may come to, ascending

  bool reaches_branch(uint64_t pc) const;
  /// True if it may come to a read that `other` cannot.
  bool reads_more_than(const SideFacts& other) const;
};

/// The part of a stack that exploring needs: a jump destination's pc for each item that is one,
/// else `unknown`.
using JumpStack = std::vector<uint32_t>;
inline constexpr uint32_t unknown_item = ~uint32_t{0};

/// True if every path from `pc` ends in REVERT, INVALID or a fault, and none had to be left
/// unexplored. Ends at the first sign of success, so it is much cheaper than `explore_side`.
/// `steps` grows by the instructions looked at.
bool only_aborts(const Code& code, uint64_t pc, JumpStack stack, uint64_t& steps);

/// Explores from `pc` until nothing new is found or a bound is met; the lists hold what was found.
SideFacts explore_side(const Code& code, uint64_t pc, JumpStack stack, uint64_t& steps);

/// Remembers facts by code, pc and the jump destinations on the stack. Bounded: emptied when full.
class SideFactsCache {
public:
  bool only_aborts(const CodeRef& code, uint64_t pc, const JumpStack& stack);
  SideFacts explore(const CodeRef& code, uint64_t pc, const JumpStack& stack);
  /// Instructions looked at so far: what was not remembered.
  uint64_t steps() const { return steps_; }

private:
  struct Key {
    const Code* code;
    uint64_t pc;
    JumpStack stack;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept;
  };
  struct Entry {
    std::optional<bool> only_aborts;
    std::optional<SideFacts> facts;
  };
  Entry& entry(const CodeRef& code, uint64_t pc, const JumpStack& stack);

  std::unordered_map<Key, Entry, KeyHash> entries_;
  uint64_t steps_ = 0;
  std::unordered_set<CodeRef> held_; ///< keeps the keys' code alive
};

} // namespace runahead
