// What can be told of a branch's side without running it: whether it can only abort, what it reads,
// and which branches it comes to. Found by exploring the code from there with a stack of which only
// jump destinations are kept, so that return addresses are followed; shared functions would look
// like anything otherwise.
#pragma once

#include "base/uint256.hpp"
#include "code/code.hpp"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace runahead {

struct SideFacts {
  bool only_aborts =
      false; ///< every path ends in REVERT, INVALID or a fault; none was left unexplored
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

/// Explores from `pc` until nothing new is found or a bound is met; then `only_aborts` is false and
/// the lists hold what was found.
SideFacts explore_side(const Code& code, uint64_t pc, JumpStack stack);

/// Remembers facts by code, pc and the jump destinations on the stack. Bounded: emptied when full.
class SideFactsCache {
public:
  /// The reference is good until the next call of `find`.
  const SideFacts& find(const CodeRef& code, uint64_t pc, JumpStack stack);

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
  std::unordered_map<Key, SideFacts, KeyHash> facts_;
  std::vector<CodeRef> held_; ///< keeps the keys' code alive
};

} // namespace runahead
