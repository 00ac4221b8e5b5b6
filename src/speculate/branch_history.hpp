// Which way branches went whose conditions were pending when scouts came to them.
#pragma once

#include "base/limits.hpp"
#include "base/uint256.hpp"
#include "code/code.hpp"

#include <optional>
#include <unordered_map>

namespace runahead {

class BranchHistory {
public:
  /// How this branch of this code went last, if that is known.
  std::optional<bool> taken(const CodeRef& code, uint64_t pc) const {
    const auto place = taken_.find({code, pc});
    return place != taken_.end() ? std::optional(place->second) : std::nullopt;
  }
  /// Bounded: emptied when full.
  void note(const CodeRef& code, uint64_t pc, bool taken) {
    if (taken_.size() >= limits::branch_history) taken_.clear();
    taken_[{code, pc}] = taken;
  }

private:
  struct Key {
    CodeRef code; ///< kept alive by it
    uint64_t pc;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return mix64(key.pc ^ mix64(reinterpret_cast<uintptr_t>(key.code.get())));
    }
  };
  std::unordered_map<Key, bool, KeyHash> taken_;
};

} // namespace runahead
