// What a scout has written, over what the spine has written, over what has arrived. Everything can
// be undone to an earlier point, for frames that revert and for branches taken back.
#pragma once

#include "machine/journaled_world.hpp"
#include "speculate/scout.hpp"
#include "speculate/tagged.hpp"

#include <unordered_map>
#include <vector>

namespace runahead {

/// Bits for missing reads, and which of them may have hidden something.
class Sources {
public:
  /// The bit of `key`, the same as long as this run and the arrivals after it last.
  Tag bit(const StateKey& key);
  /// Notes that the run went on past something that rests on these reads.
  void block(Tag tag) { blocked_ |= tag; }
  /// True if the last run was blocked by this key.
  bool blocked_by(const StateKey& key) const;
  void clear();

private:
  std::unordered_map<StateKey, Tag> bits_;
  Tag blocked_ = 0;
};

class Overlay {
public:
  /// All must outlive it. `world` is the spine's.
  Overlay(const JournaledWorld& world, Scout::Reads& reads, Sources& sources)
      : world_(world), reads_(reads), sources_(sources) {}

  /// Missing values are asked for and taken to be zero, with the read's bit. Where the address or
  /// slot itself rests on a guess (`key_tag`), nothing is asked for and that tag is the value's.
  TaggedWord slot(const Address& address, const TaggedWord& key);
  TaggedWord balance(const Address& address, Tag key_tag);
  TaggedWord nonce(const Address& address);
  TaggedWord block_hash(const TaggedWord& number);
  /// Null if it has not arrived; then its tag is in `missing`.
  BytecodeRef code(const Address& address, Tag key_tag, Tag& missing);
  /// Asks for what the spine will need to know of a value's receiver or a new contract's address.
  void foresee(const StateKey& key);

  void set_slot(const Address& address, const uint256& key, const TaggedWord& value);
  TaggedWord transient(const Address& address, const uint256& key) const;
  void set_transient(const Address& address, const uint256& key, const TaggedWord& value);
  void add_balance(const Address& address, const uint256& amount);
  void increment_nonce(const Address& address);
  void set_code(const Address& address, BytecodeRef code);
  /// A new contract's slots are zero.
  void mark_created(const Address& address);

  size_t checkpoint() const { return undo_.size(); }
  void revert(size_t checkpoint);

  const JournaledWorld& world() const { return world_; }

private:
  enum class Space : uint8_t { slot, transient, balance, nonce, code, created };
  struct Place {
    Space space;
    Address address;
    uint256 key;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceHash {
    size_t operator()(const Place& p) const noexcept {
      return mix64(std::hash<Address>{}(p.address) ^ std::hash<uint256>{}(p.key)) +
             static_cast<size_t>(p.space);
    }
  };
  struct Entry {
    TaggedWord word;
    BytecodeRef code;
  };
  struct Undo {
    Place place;
    bool existed;
    Entry old;
  };

  const Entry* find(const Place& place) const;
  void set(const Place& place, Entry entry);
  TaggedWord read(const StateKey& key, Tag key_tag);

  const JournaledWorld& world_;
  Scout::Reads& reads_;
  Sources& sources_;
  std::unordered_map<Place, Entry, PlaceHash> entries_;
  std::vector<Undo> undo_;
};

} // namespace runahead
