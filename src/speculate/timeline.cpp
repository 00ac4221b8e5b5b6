#include "speculate/timeline.hpp"

namespace runahead {

void Timeline::issued(const StateKey& key, bool speculative, const StateKey* released_by) {
  under_way_[key] = reads_.size();
  reads_.push_back({key, speculative, clock_.now()});
  if (released_by != nullptr) reads_.back().released_by = *released_by;
}

void Timeline::arrived(std::span<const StateKey> keys) {
  for (const StateKey& key : keys) {
    const auto read = under_way_.find(key);
    if (read == under_way_.end()) continue; // somebody else's
    reads_[read->second].arrived = clock_.now();
    under_way_.erase(read);
  }
}

void Timeline::stalled(std::span<const StateKey> keys) {
  stands_ = true;
  stalls_.push_back({clock_.now(), clock_.now(), {keys.begin(), keys.end()}});
}

void Timeline::resumed() {
  if (stands_) stalls_.back().to = clock_.now();
  stands_ = false;
}

void Timeline::predicted(const Prediction& prediction) {
  Predictions& of_kind = predictions_[static_cast<size_t>(prediction.kind)];
  ++(prediction.right ? of_kind.right : of_kind.wrong);
}

void Timeline::finished() { resumed(); }

} // namespace runahead
