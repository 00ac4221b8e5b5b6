// Code prepared for execution: padded, so that an immediate cut off by the end reads zeros and
// running off the end meets STOP, and with its jump destinations marked (Yellow Paper 9.4.3).
#pragma once

#include "base/bytes.hpp"
#include "code/counted_bytes.hpp"
#include "code/translation.hpp"
#include "spec/fork.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <memory>

namespace runahead {

class Code {
public:
  /// Enough for an immediate that the end cuts off, and for looking at 64 bytes at a time.
  static constexpr size_t padding = 64;

  /// Copies `bytes`. Linear time.
  explicit Code(BytesView bytes);
  ~Code();
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  size_t size() const { return size_; }
  BytesView bytes() const { return {padded_.data(), size_}; }
  /// The code followed by `padding` zero bytes.
  const uint8_t* padded() const { return padded_.data(); }

  /// True if `pc` is a JUMPDEST that is not part of an immediate. Any value may be asked.
  bool is_jump_destination(uint64_t pc) const {
    return pc < size_ && (jump_destinations_[pc / 64] >> (pc % 64) & 1) != 0;
  }

  /// How many jump destinations stand before this one. REQUIRES: `pc` is one.
  uint32_t rank_of_destination(uint64_t pc) const {
    const uint64_t before = jump_destinations_[pc / 64] & ((uint64_t{1} << pc % 64) - 1);
    return ranks_[pc / 64] + static_cast<uint32_t>(std::popcount(before));
  }
  /// The positions of all jump destinations, ascending, to `visit`.
  template <class Visit>
  void for_each_jump_destination(Visit visit) const {
    for (size_t word = 0; word < jump_destinations_.size(); ++word)
      for (uint64_t bits = jump_destinations_[word]; bits != 0; bits &= bits - 1)
        visit(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
  }
  /// How many there are.
  uint32_t jump_destination_count() const { return ranks_.back(); }

  /// The translation of a kind; null before one is attached. These may be called from any thread.
  template <KindOfTranslation T>
  const T* translation() const {
    return static_cast<const T*>(place_of(T::kind).load(std::memory_order_acquire));
  }
  /// Attaches it unless another thread was faster; gives what is attached.
  template <KindOfTranslation T>
  const T& attach(std::unique_ptr<const T> made) const {
    return static_cast<const T&>(attach(T::kind, std::move(made)));
  }
  /// The same, made for `fork` where there is none yet.
  template <KindOfTranslation T>
  const T& translated(Fork fork) const {
    if (const T* present = translation<T>()) return *present;
    return attach<T>(std::make_unique<const T>(*this, fork));
  }
  /// A translation has grown since it was made; one that is not attached does not count.
  template <KindOfTranslation T>
  void count_growth(const T& of, size_t bytes) const {
    if (translation<T>() == &of) footprint_.grow(bytes);
  }

  /// Bytes this object occupies, with its translations.
  size_t footprint() const { return footprint_.bytes(); }
  /// Makes its footprint part of a total, or takes it out again.
  void count_in(std::shared_ptr<CountedBytes::Total> total) {
    footprint_.count_in(std::move(total));
  }
  void count_out() const { footprint_.count_out(); }

private:
  using Place = std::atomic<const Translation*>;
  Place& place_of(TranslationKind kind) const { return translations_[static_cast<size_t>(kind)]; }
  const Translation& attach(TranslationKind kind, std::unique_ptr<const Translation> made) const;
  size_t own_bytes() const {
    return sizeof(*this) + padded_.size() + jump_destinations_.size() * 8 + ranks_.size() * 4;
  }

  size_t size_;
  Bytes padded_;
  std::vector<uint64_t> jump_destinations_; ///< one bit per byte
  std::vector<uint32_t> ranks_; ///< jump destinations before each word of bits; at last of all
  mutable std::array<Place, translation_kinds> translations_{}; ///< owned
  mutable CountedBytes footprint_{0};
};
using CodeRef = std::shared_ptr<const Code>;

} // namespace runahead
