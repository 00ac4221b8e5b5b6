// What a scout has written, as a log in program order with an index by place. A promise that is
// looked up late reads as of its own point of the path, and going back is cutting the log's end
// off. A frame that reverts writes the old values again, so that the points inside it remain.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "speculate/pending_bytes.hpp"
#include "state/value.hpp"

#include <unordered_map>
#include <vector>

namespace runahead {

/// What can be written.
struct Place {
  enum class Space : uint8_t {
    slot,
    transient,
    balance,      ///< the sum of what was added
    nonce,        ///< likewise
    code,         ///< its hash, and the code
    created,      ///< a new contract: its other slots are zero
    warm_account, ///< accessed (EIP-2929)
    warm_slot,
  };
  Space space{};
  Address address;
  uint256 key; ///< of slots, else zero

  friend bool operator==(const Place&, const Place&) = default;
};

struct Written {
  PendingWord word = {};
  BytecodeRef code = {};
  bool undone = false; ///< by a revert: as if it had never been written
};

class WriteLog {
public:
  /// Later than every write.
  static constexpr uint32_t now = ~uint32_t{0};

  /// The next write's position; a point to go back to.
  uint32_t size() const { return static_cast<uint32_t>(log_.size()); }

  /// The last write to the place before `position`, or null.
  const Written* find(const Place& place, uint32_t position = now) const;
  void write(const Place& place, Written written);

  /// A write whose place is not known yet; gives its position.
  uint32_t reserve(const PendingWord& value);
  /// Puts it where it belongs. False if somebody behind it has read that place already, in vain.
  bool settle(uint32_t position, const Place& place);
  /// Notes that the place was read just now.
  void note_read(const Place& place);

  /// Undoes, at this point of the path, all writes since `begin`.
  void revert(uint32_t begin);
  /// Forgets all writes from `to` on.
  void truncate(uint32_t to);

private:
  struct PlaceHash {
    size_t operator()(const Place& p) const noexcept {
      return mix64(std::hash<Address>{}(p.address) ^ std::hash<uint256>{}(p.key)) +
             static_cast<size_t>(p.space);
    }
  };
  struct Version {
    uint32_t position;
    Written written;
  };
  struct History {
    std::vector<Version> versions; ///< ascending
    uint32_t read_at = 0;          ///< one more than the log's size when it was last read
  };
  struct Entry {
    Place place;
    bool settled;
    PendingWord value; ///< of one that is not settled
  };

  std::unordered_map<Place, History, PlaceHash> places_;
  std::vector<Entry> log_;
  uint32_t unsettled_ = 0; ///< entries; while there are none, reads need no note
};

} // namespace runahead
