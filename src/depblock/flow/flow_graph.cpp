#include "depblock/flow/flow_graph.hpp"

namespace runahead::depblock {

Edges::Edges(BlockNumber blocks, std::span<const std::pair<BlockNumber, BlockNumber>> pairs)
    : first_(blocks + size_t{1}), targets_(pairs.size()) {
  for (const auto& [from, to] : pairs) ++first_[from + 1];
  for (BlockNumber i = 0; i < blocks; ++i) first_[i + 1] += first_[i];
  std::vector<uint32_t> next(first_.begin(), first_.end() - 1);
  for (const auto& [from, to] : pairs) targets_[next[from]++] = to;
  drop_repetitions();
}

void Edges::drop_repetitions() {
  std::vector<BlockNumber> last_from(first_.size(), no_block); // by target
  uint32_t kept = 0, begin = 0;
  for (BlockNumber from = 0; from + 1 < first_.size(); ++from) {
    const uint32_t end = first_[from + 1];
    for (uint32_t i = begin; i < end; ++i) {
      const BlockNumber to = targets_[i];
      if (last_from[to] != from) targets_[kept++] = to;
      last_from[to] = from;
    }
    begin = end;
    first_[from + 1] = kept;
  }
  targets_.resize(kept);
}

Edges Edges::reversed() const {
  Edges result;
  result.first_.resize(first_.size());
  result.targets_.resize(targets_.size());
  for (const BlockNumber to : targets_) ++result.first_[to + 1];
  for (size_t i = 0; i + 1 < first_.size(); ++i) result.first_[i + 1] += result.first_[i];
  std::vector<uint32_t> next(result.first_.begin(), result.first_.end() - 1);
  for (BlockNumber from = 0; from + 1 < first_.size(); ++from)
    for (const BlockNumber to : of(from)) result.targets_[next[to]++] = from;
  return result;
}

} // namespace runahead::depblock
