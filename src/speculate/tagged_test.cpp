#include "base/random.hpp"
#include "spec/opcodes.hpp"
#include "speculate/tagged.hpp"

#include <gtest/gtest.h>

#include <map>

namespace runahead {
namespace {

TEST(TaggedWord, MasksCutTagsOff) {
  const TaggedWord guess{7, 1}, low_byte{0xff, 0}, high{uint256{0xff} << 248, 0};
  const TaggedWord masked = combine(OP_AND, guess.value & low_byte.value, guess, low_byte);
  EXPECT_EQ(masked.bytes, 1u);
  EXPECT_EQ(masked.tag, 1u);
  const TaggedWord none = combine(OP_AND, {}, masked, high);
  EXPECT_EQ(none.tag, 0u);
  EXPECT_EQ(none.bytes, 0u);
}

TEST(TaggedWord, KnownShiftsMoveTags) {
  const TaggedWord low{1, 2, 0x1};
  EXPECT_EQ(combine(OP_SHL, {}, {16, 0}, low).bytes, 0x4u);
  EXPECT_EQ(combine(OP_SHL, {}, {4, 0}, low).bytes, 0x3u);
  EXPECT_EQ(combine(OP_SHR, {}, {8, 0}, low).tag, 0u);
  EXPECT_EQ(combine(OP_SHR, {}, {12, 0}, {1, 2, 0x4}).bytes, 0x3u);
  EXPECT_EQ(combine(OP_SHL, {}, {16, 4}, low).bytes, TaggedWord::all_bytes);
  EXPECT_EQ(combine(OP_SHL, {}, {256, 0}, low).tag, 0u);
}

TEST(TaggedWord, AShiftNeverLosesATaggedBit) {
  // Flip each bit of the tagged byte: every byte of the result that changes must be tagged.
  for (unsigned byte = 0; byte < 32; ++byte)
    for (unsigned shift = 0; shift < 256; ++shift)
      for (const uint8_t op : {uint8_t{OP_SHL}, uint8_t{OP_SHR}}) {
        const TaggedWord word{{}, 1, uint32_t{1} << byte};
        const TaggedWord result = combine(op, {}, {shift, 0}, word);
        const uint256 moved = op == OP_SHL ? uint256{0xff} << (byte * 8) << shift
                                           : uint256{0xff} << (byte * 8) >> shift;
        for (unsigned i = 0; i < 32; ++i)
          if ((moved >> (i * 8) & uint256{0xff}))
            ASSERT_NE(result.bytes >> i & 1, 0u) << byte << " by " << shift << " at " << i;
      }
}

TEST(TaggedMemory, IsABaseUntilWritten) {
  const Bytes base(64, 0xab);
  TaggedMemory memory(base);
  EXPECT_EQ(memory.load(32).value.w[0], 0xababababababababu);
  TaggedMemory copy = memory;
  copy.store(32, {5, 1});
  EXPECT_EQ(copy.load(32).value, uint256{5});
  EXPECT_EQ(copy.load(32).tag, 1u);
  EXPECT_EQ(memory.load(32).tag, 0u);
  EXPECT_EQ(base[40], 0xab);
}

TEST(TaggedMemory, OverwritingTakesTagsAway) {
  TaggedMemory memory;
  memory.grow(0, 128);
  memory.store(1, {1, 1});
  memory.store(33, {1, 2});
  memory.store(17, {9, 0}); // covers the end of the first and the start of the second
  EXPECT_EQ(memory.load(17).tag, 0u);
  EXPECT_EQ(memory.load(1).tag, 1u);
  EXPECT_EQ(memory.load(33).tag, 2u);
  EXPECT_EQ(memory.load(16).tag, 1u);
}

TEST(TaggedMemory, AgreesWithAPlainArrayOnRandomOperations) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  TaggedMemory memory;
  memory.grow(0, 4096);
  std::vector<uint8_t> bytes(4096 + 32);
  std::vector<Tag> tags(4096 + 32);
  for (int step = 0; step < 5000; ++step) {
    const size_t at = random.below(4000);
    if (random.chance(0.5)) {
      const TaggedWord word{random.edge_word(),
                            random.chance(0.3) ? Tag{1} << random.below(64) : 0};
      memory.store(at, word);
      store_be(bytes.data() + at, word.value);
      std::fill_n(tags.begin() + static_cast<ptrdiff_t>(at), 32, word.tag);
    } else {
      const TaggedBytes piece = memory.copy_out(at, 60);
      const size_t to = random.below(4000);
      memory.copy_in(to, piece, 3, 50);
      std::vector<uint8_t> old(bytes.begin() + static_cast<ptrdiff_t>(at) + 3,
                               bytes.begin() + static_cast<ptrdiff_t>(at) + 53);
      std::vector<Tag> old_tags(tags.begin() + static_cast<ptrdiff_t>(at) + 3,
                                tags.begin() + static_cast<ptrdiff_t>(at) + 53);
      std::ranges::copy(old, bytes.begin() + static_cast<ptrdiff_t>(to));
      std::ranges::copy(old_tags, tags.begin() + static_cast<ptrdiff_t>(to));
    }
    const size_t look = random.below(4000);
    Tag all = 0;
    for (size_t i = look; i < look + 32; ++i) all |= tags[i];
    ASSERT_EQ(memory.load(look).value, load_be(bytes.data() + look)) << step;
    ASSERT_EQ(memory.load(look).tag, all) << step;
  }
}

TEST(TaggedBytes, WordsBehindTheEndAreZeros) {
  const TaggedBytes data(Bytes{1, 2, 3, 4}, Tag{8});
  EXPECT_EQ(data.word(0).value, uint256{0x01020304} << 224);
  EXPECT_EQ(data.word(0).bytes, 0xf0000000u);
  EXPECT_EQ(data.word(4).tag, 0u);
  EXPECT_EQ(data.word(~uint64_t{0}).value, uint256{});
}

} // namespace
} // namespace runahead
