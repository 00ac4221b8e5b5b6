// Finds what was met before: indices into a list of the user's by the hashes of what stands there.
// Open addressing; the hashes are kept, so that growing looks at nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace runahead::depblock {

class IndexTable {
public:
  /// The index that was added with this hash and for which `same` holds; if there is none, `index`
  /// is added and given.
  template <class Same>
  uint32_t find_or_add(uint32_t hash, uint32_t index, Same same) {
    if (count_ * 2 >= places_.size()) grow();
    size_t i = hash & (places_.size() - 1);
    for (; places_[i].index != none; i = (i + 1) & (places_.size() - 1))
      if (places_[i].hash == hash && same(places_[i].index)) return places_[i].index;
    places_[i] = {hash, index};
    ++count_;
    return index;
  }

private:
  static constexpr uint32_t none = 0xffffffff;
  struct Place {
    uint32_t hash = 0, index = none;
  };

  void grow() {
    std::vector<Place> old(places_.empty() ? 256 : places_.size() * 4);
    old.swap(places_);
    for (const Place& place : old) {
      if (place.index == none) continue;
      size_t i = place.hash & (places_.size() - 1);
      while (places_[i].index != none) i = (i + 1) & (places_.size() - 1);
      places_[i] = place;
    }
  }

  std::vector<Place> places_;
  size_t count_ = 0;
};

} // namespace runahead::depblock
