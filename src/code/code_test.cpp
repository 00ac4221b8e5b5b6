#include "code/code.hpp"
#include "code/code_cache.hpp"
#include "crypto/keccak.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Code, JumpDestinationsInsideImmediatesDoNotCount) {
  const Code code(Bytes{0x60, 0x5b, 0x5b, 0x7f, 0x5b}); // PUSH1 5b JUMPDEST PUSH32 5b<cut off>
  EXPECT_FALSE(code.is_jump_destination(1));
  EXPECT_TRUE(code.is_jump_destination(2));
  EXPECT_FALSE(code.is_jump_destination(4));
  EXPECT_FALSE(code.is_jump_destination(5));
  EXPECT_FALSE(code.is_jump_destination(~uint64_t{0}));
}

TEST(Code, IsPaddedWithZeros) {
  const Code code(Bytes{0x7f});
  for (int i = 1; i < 34; ++i) EXPECT_EQ(code.padded()[i], 0);
  EXPECT_EQ(Code(Bytes{}).padded()[0], 0);
}

/// Translations of two kinds, of as many bytes as they are told.
template <TranslationKind own_kind>
class Sized final : public Translation {
public:
  static constexpr TranslationKind kind = own_kind;
  Sized(const Code& code, Fork) : bytes_(code.size()) {}
  explicit Sized(size_t bytes) : bytes_(bytes) {}
  size_t footprint() const override { return bytes_; }

private:
  size_t bytes_;
};
using Threaded = Sized<TranslationKind::threaded_code>;
using Blocks = Sized<TranslationKind::dependency_blocks>;

TEST(Code, KeepsATranslationOfEachKind) {
  const Code code(Bytes(100, 0x5b));
  const size_t plain = code.footprint();
  EXPECT_EQ(code.translation<Threaded>(), nullptr);
  const Threaded& threaded = code.translated<Threaded>(Fork::osaka);
  EXPECT_EQ(code.translation<Blocks>(), nullptr);
  const Blocks& blocks = code.attach<Blocks>(std::make_unique<const Blocks>(7000));
  EXPECT_EQ(code.translation<Threaded>(), &threaded);
  EXPECT_EQ(code.translation<Blocks>(), &blocks);
  EXPECT_EQ(code.footprint(), plain + 100 + 7000);
  // Only the first of a kind stays, and only what is attached counts as it grows.
  EXPECT_EQ(&code.attach<Blocks>(std::make_unique<const Blocks>(1)), &blocks);
  code.count_growth(blocks, 50);
  code.count_growth(Blocks(1), 1000);
  EXPECT_EQ(code.footprint(), plain + 100 + 7050);
}

TEST(CodeCache, CountsWhatEnginesMakeOfCode) {
  const Bytes a(1000, 0x5b), b(1000, 0x00);
  const auto get = [](CodeCache& cache, const Bytes& bytes) {
    return cache.get(keccak256(bytes), bytes, Fork::osaka);
  };
  const size_t plain = Code(a).footprint();
  CodeCache cache(plain * 3);
  const CodeRef first = get(cache, a), second = get(cache, b);
  EXPECT_EQ(cache.bytes(), 2 * plain);
  const Threaded& translation = second->attach<Threaded>(std::make_unique<const Threaded>(10));
  EXPECT_EQ(cache.bytes(), 2 * plain + 10);
  second->count_growth(translation, plain);
  EXPECT_EQ(cache.size(), 2u); // dropped with the next request
  EXPECT_EQ(get(cache, b), second);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.bytes(), second->footprint());
  // What was dropped does not count, however it grows.
  first->attach<Blocks>(std::make_unique<const Blocks>(5000));
  EXPECT_EQ(cache.bytes(), second->footprint());
}

TEST(CodeCache, IsOutlivedByItsCodes) {
  const Bytes bytes(1000, 0x5b);
  auto cache = std::make_unique<CodeCache>();
  const CodeRef code = cache->get(keccak256(bytes), bytes, Fork::osaka);
  cache.reset();
  const size_t before = code->footprint();
  code->translated<Blocks>(Fork::osaka);
  EXPECT_EQ(code->footprint(), before + bytes.size());
}

TEST(CodeCache, KeepsTheMostRecentWithinItsBytes) {
  const Bytes a(1000, 0x5b), b(1000, 0x00);
  CodeCache cache(Code(a).footprint() * 3 / 2);
  const CodeRef first = cache.get(keccak256(a), a, Fork::osaka);
  EXPECT_EQ(cache.get(keccak256(a), a, Fork::osaka), first);
  cache.get(keccak256(b), b, Fork::osaka);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_NE(cache.get(keccak256(a), a, Fork::osaka), first);
  EXPECT_TRUE(first->is_jump_destination(999));
}

} // namespace runahead
