// The bloom filter of logs that receipts and headers carry (Yellow Paper 4.3.1, function M).
#pragma once

#include "state/log_record.hpp"

#include <span>

namespace runahead {

/// 2048 bits, big-endian as written in hex. Plain value.
struct Bloom {
  std::array<uint8_t, 256> bytes{};

  bool operator==(const Bloom&) const = default;
  operator BytesView() const { return bytes; }

  /// Adds an address or a topic.
  void add(BytesView item);
  /// False if the item was certainly never added.
  bool may_contain(BytesView item) const;
  Bloom& operator|=(const Bloom& other);
};

/// Of the addresses and topics of all logs.
Bloom bloom_of(std::span<const Log> logs);

} // namespace runahead
