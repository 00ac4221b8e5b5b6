#include "speculate/dependence_trace.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace runahead {

DependenceNode DependenceTrace::join(DependenceNode a, DependenceNode b) {
  if (a > b) std::swap(a, b);
  if (a == 0 || a == b) return b;
  const Node& later = nodes_[b];
  if (later.b < is_control && (later.a == a || later.b == a)) return b;
  RecentJoin& recent = recent_[mix64(uint64_t{a} << 32 | b) % recent_joins];
  if (recent.a == a && recent.b == b) return recent.node;
  recent = {a, b, static_cast<DependenceNode>(nodes_.size())};
  nodes_.push_back({a, b});
  return recent.node;
}

DependenceNode DependenceTrace::add_read(const StateKey& key, DependenceNode needs, uint32_t frame,
                                         uint32_t step, uint64_t pc) {
  const auto index = static_cast<uint32_t>(reads_.size());
  const auto value = static_cast<DependenceNode>(nodes_.size());
  nodes_.push_back({index, is_read});
  reads_.push_back({key, needs, value, frame, step, pc});
  events_.push_back({Event::Kind::read, index});
  index_of_.emplace(key, index);
  return value;
}

void DependenceTrace::add_branch(const Branch& branch) {
  events_.push_back({Event::Kind::branch, static_cast<uint32_t>(branches_.size())});
  branches_.push_back(branch);
}

DependenceNode DependenceTrace::add_control(uint32_t frame, Control::Kind kind) {
  const auto index = static_cast<uint32_t>(controls_.size());
  const auto value = static_cast<DependenceNode>(nodes_.size());
  nodes_.push_back({index, is_control});
  controls_.push_back({value, frame, kind});
  events_.push_back({Event::Kind::control, index});
  return value;
}

uint32_t DependenceTrace::add_frame(uint32_t caller) {
  callers_.push_back(caller);
  return static_cast<uint32_t>(callers_.size() - 1);
}

DependenceNode DependenceTrace::value_of(const StateKey& key) const {
  const auto found = index_of_.find(key);
  return found != index_of_.end() ? reads_[found->second].value : 0;
}

std::vector<uint32_t> DependenceTrace::sources_of(DependenceNode node, size_t budget) const {
  std::vector<uint32_t> sources;
  std::vector<DependenceNode> open = {node};
  std::unordered_set<DependenceNode> seen = {0, node};
  while (!open.empty() && budget-- > 0) {
    const Node& at = nodes_[open.back()];
    open.pop_back();
    if (at.b == is_read) sources.push_back(at.a);
    if (at.b >= is_control) continue;
    for (const DependenceNode next : {at.a, at.b})
      if (seen.insert(next).second) open.push_back(next);
  }
  std::ranges::sort(sources);
  return sources;
}

int64_t DependenceTrace::Times::of(DependenceNode node) {
  for (; known_ <= node; ++known_) {
    const Node& at = trace_.nodes_[known_];
    if (at.b < is_control) times_[known_] = std::max(times_[at.a], times_[at.b]);
  }
  return times_[node];
}

} // namespace runahead
