// Stacks of which only jump destinations are known, as the exploration of jumps meets them: top
// first, without the unknown items at the bottom, each stack kept once and named by a number.
#pragma once

#include "base/limits.hpp"
#include "depblock/flow/index_table.hpp"

#include <algorithm>
#include <span>

namespace runahead::depblock {

class JumpStacks {
public:
  using Id = uint32_t;

  /// An item that is no jump destination, or not known.
  static constexpr uint32_t unknown = 0xffffffff;
  /// The stack of which nothing is known.
  static constexpr Id nothing = 0;
  static constexpr size_t most_items = limits::flow_stack_items;

  /// Positions of jump destinations. What `draft` or `keep` is called after may move them.
  std::span<const uint32_t> of(Id id) const {
    return std::span(items_).subspan(stacks_[id].first, stacks_[id].size);
  }

  /// Room to write a stack of `most_items` to.
  uint32_t* draft() {
    items_.resize(used_ + most_items);
    return items_.data() + used_;
  }
  /// The number of the stack that the first `size` items of the draft are.
  Id keep(size_t size) {
    const uint32_t* const items = items_.data() + used_;
    while (size > 0 && items[size - 1] == unknown) --size;
    if (size == 0) return nothing;
    const auto next = static_cast<Id>(stacks_.size());
    const Id id = table_.find_or_add(hash_of({items, size}), next, [&](Id other) {
      return stacks_[other].size == size &&
             std::equal(items, items + size, items_.data() + stacks_[other].first);
    });
    if (id != next) return id;
    stacks_.push_back({static_cast<uint32_t>(used_), static_cast<uint32_t>(size)});
    used_ += size;
    return id;
  }

private:
  struct Stack {
    uint32_t first = 0, size = 0; ///< in `items_`
  };

  /// Two products side by side, as each has to wait for the one before.
  static uint32_t hash_of(std::span<const uint32_t> items) {
    constexpr uint64_t factor = 0x9e3779b97f4a7c15;
    const auto pair = [&](size_t i) { return uint64_t{items[i]} << 32 | items[i + 1]; };
    uint64_t even = items.size(), odd = 0;
    size_t i = 0;
    for (; i + 4 <= items.size(); i += 4) {
      even = (even ^ pair(i)) * factor;
      odd = (odd ^ pair(i + 2)) * factor;
    }
    for (; i < items.size(); ++i) even = (even ^ items[i]) * factor;
    const uint64_t hash = (even ^ odd >> 29) * factor;
    return static_cast<uint32_t>(hash >> 32);
  }

  std::vector<uint32_t> items_;
  size_t used_ = 0; ///< of `items_`; the draft lies behind
  std::vector<Stack> stacks_{Stack{}};
  IndexTable table_;
};

} // namespace runahead::depblock
