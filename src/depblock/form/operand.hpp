// What an instruction of a dependency block takes: a value of the block, a literal, or what a slot
// of the run-time stack held at the block's entry. Four bytes each.
#pragma once

#include <cassert>
#include <cstdint>

namespace runahead::depblock {

/// Names what an instruction gives: its place in the block's list. Prints as `$3`.
struct ValueId {
  uint32_t index = 0;
  friend bool operator==(ValueId, ValueId) = default;
};

/// A place on the run-time stack, counted from the top at the block's entry: -1 is the top, 0 the
/// first place above it. Prints as `@-1`.
using Slot = int32_t;

/// Literals below `word_end` stand in the operand itself, wider ones in the block's pool. So two
/// literals of one block are equal if their operands are, or if their words in the pool are.
class Operand {
public:
  enum class Kind : uint8_t { value, word, literal, unspill };

  static constexpr uint32_t word_end = 1u << 30;

  constexpr Operand() : Operand(Kind::word, 0) {}
  static constexpr Operand of(ValueId id) { return {Kind::value, id.index}; }
  /// REQUIRES: `word` < `word_end`.
  static constexpr Operand of_word(uint32_t word) { return {Kind::word, word}; }
  /// `index`: into the block's pool.
  static constexpr Operand of_literal(uint32_t index) { return {Kind::literal, index}; }
  static constexpr Operand unspill(Slot slot) {
    return {Kind::unspill, static_cast<uint32_t>(slot + bias)};
  }

  constexpr Kind kind() const { return static_cast<Kind>(bits_ >> 30); }
  constexpr bool is_value() const { return kind() == Kind::value; }
  constexpr bool is_unspill() const { return kind() == Kind::unspill; }
  constexpr bool is_word() const { return kind() == Kind::word; }
  /// A word or a pool literal.
  constexpr bool is_literal() const { return is_word() || kind() == Kind::literal; }

  constexpr ValueId id() const { return {payload()}; }
  constexpr uint32_t word() const { return payload(); }
  constexpr uint32_t literal_index() const { return payload(); }
  constexpr Slot slot() const { return static_cast<Slot>(payload()) - bias; }

  /// The same operand, not only the same number: pool literals may stand twice.
  friend constexpr bool operator==(Operand, Operand) = default;
  constexpr uint32_t bits() const { return bits_; }

private:
  static constexpr int32_t bias = 1 << 29;
  constexpr Operand(Kind kind, uint32_t payload)
      : bits_(static_cast<uint32_t>(kind) << 30 | payload) {
    assert(payload < word_end);
  }
  constexpr uint32_t payload() const { return bits_ & (word_end - 1); }

  uint32_t bits_;
};
static_assert(sizeof(Operand) == 4);

} // namespace runahead::depblock
