#include "speculate/write_log.hpp"

#include <algorithm>

namespace runahead {

const Written* WriteLog::find(const Place& place, uint32_t position) const {
  const auto found = places_.find(place);
  if (found == places_.end()) return nullptr;
  const auto& versions = found->second.versions;
  for (auto v = versions.rbegin(); v != versions.rend(); ++v)
    if (v->position < position) return v->written.undone ? nullptr : &v->written;
  return nullptr;
}

void WriteLog::write(const Place& place, Written written) {
  places_[place].versions.push_back({size(), std::move(written)});
  log_.push_back({place, true, {}});
}

uint32_t WriteLog::reserve(const PendingWord& value) {
  log_.push_back({{}, false, value});
  ++unsettled_;
  return size() - 1;
}

bool WriteLog::settle(uint32_t position, const Place& place) {
  Entry& entry = log_[position];
  if (entry.settled) return true; // its frame has reverted
  entry.settled = true;
  entry.place = place;
  --unsettled_;
  History& history = places_[place];
  const auto behind = std::ranges::find_if(history.versions,
                                           [&](const Version& v) { return v.position > position; });
  history.versions.insert(behind, {position, {entry.value, nullptr, false}});
  return history.read_at <= position || history.read_at > size() + 1;
}

void WriteLog::note_read(const Place& place) {
  if (unsettled_ != 0) places_[place].read_at = size() + 1;
}

void WriteLog::revert(uint32_t begin) {
  const uint32_t end = size();
  for (uint32_t i = begin; i < end; ++i) {
    if (!log_[i].settled) {
      log_[i].settled = true; // nobody will see it
      log_[i].place = {};
      --unsettled_;
      continue;
    }
    const Place place = log_[i].place;
    const auto found = places_.find(place);
    if (found == places_.end() || found->second.versions.empty()) continue;
    if (found->second.versions.back().position >= end) continue; // done already
    const Written* before = find(place, begin);
    write(place, before != nullptr ? *before : Written{.undone = true});
  }
}

void WriteLog::truncate(uint32_t to) {
  for (; log_.size() > to; log_.pop_back()) {
    const Entry& entry = log_.back();
    if (!entry.settled) {
      --unsettled_;
      continue;
    }
    const auto found = places_.find(entry.place);
    if (found == places_.end()) continue;
    std::erase_if(found->second.versions,
                  [&](const Version& v) { return v.position == log_.size() - 1; });
  }
}

} // namespace runahead
