#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/rlp.hpp"

#include <gtest/gtest.h>

namespace runahead::rlp {
namespace {

Bytes hex(std::string_view digits) { return parse_hex_bytes("0x" + std::string(digits)).value(); }
Bytes text(std::string_view s) { return Bytes(s.begin(), s.end()); }

std::string refusal(std::string_view digits) {
  const Bytes input = hex(digits);
  const auto checked = validate(input);
  return checked ? "accepted" : checked.error().message;
}

// The examples of the specification (ethereum.org, "Recursive-length prefix serialization").
TEST(RlpWriter, WritesTheSpecificationsExamples) {
  EXPECT_EQ(Writer().string(text("dog")).items(), hex("83646f67"));
  EXPECT_EQ(Writer().string(text("cat")).string(text("dog")).as_list(), hex("c88363617483646f67"));
  EXPECT_EQ(Writer().string({}).items(), hex("80"));
  EXPECT_EQ(Writer().as_list(), hex("c0"));
  EXPECT_EQ(Writer().number(0).items(), hex("80"));
  EXPECT_EQ(Writer().string(Bytes{0}).items(), hex("00"));
  EXPECT_EQ(Writer().number(15).items(), hex("0f"));
  EXPECT_EQ(Writer().number(1024).items(), hex("820400"));
  // [ [], [[]], [ [], [[]] ] ]
  const Writer empty, one = Writer().list(empty), two = Writer().list(empty).list(one);
  EXPECT_EQ(Writer().list(empty).list(one).list(two).as_list(), hex("c7c0c1c0c3c0c1c0"));
  const Bytes lorem = text("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
  EXPECT_EQ(to_hex(Writer().string(lorem).items()), "0xb838" + to_hex(lorem).substr(2));
}

TEST(RlpWriter, ChoosesTheShortestLength) {
  EXPECT_EQ(Writer().string(Bytes{0x7f}).items(), hex("7f"));
  EXPECT_EQ(Writer().string(Bytes{0x80}).items(), hex("8180"));
  EXPECT_EQ(Writer().string(Bytes(55)).items()[0], 0x80 + 55);
  EXPECT_EQ(to_hex(Writer().string(Bytes(56)).items()).substr(0, 6), "0xb838");
  EXPECT_EQ(to_hex(Writer().string(Bytes(256)).items()).substr(0, 8), "0xb90100");
  EXPECT_EQ(to_hex(Writer().string(Bytes(65536)).items()).substr(0, 10), "0xba010000");
  EXPECT_EQ(Writer().raw(Bytes(55)).as_list()[0], 0xc0 + 55);
  EXPECT_EQ(to_hex(Writer().raw(Bytes(56)).as_list()).substr(0, 6), "0xf838");
  EXPECT_EQ(to_hex(Writer().raw(Bytes(256)).as_list()).substr(0, 8), "0xf90100");
}

TEST(RlpReader, ReadsFieldsInOrder) {
  const Address sender = parse_address("0x00112233445566778899aabbccddeeff00112233").value();
  const Hash256 root = to_hash(uint256::max() >> 9);
  const Bytes encoded = Writer()
                            .number(7)
                            .number(uint256::max())
                            .string(sender)
                            .string({})
                            .string(sender)
                            .string(root)
                            .list(Writer().number(1).number(2))
                            .string(text("data"))
                            .as_list();
  Reader outer(encoded);
  Reader fields = outer.list().value();
  EXPECT_TRUE(outer.finish());
  EXPECT_EQ(fields.number_u64().value(), 7u);
  EXPECT_EQ(fields.number().value(), uint256::max());
  EXPECT_EQ(fields.address().value(), sender);
  EXPECT_FALSE(fields.optional_address().value().has_value());
  EXPECT_EQ(fields.optional_address().value(), sender);
  EXPECT_EQ(fields.hash().value(), root);
  Reader pair = fields.list().value();
  EXPECT_EQ(pair.number().value(), 1);
  EXPECT_FALSE(pair.finish());
  EXPECT_EQ(pair.number().value(), 2);
  EXPECT_TRUE(pair.finish());
  EXPECT_TRUE(pair.done());
  EXPECT_TRUE(equal(fields.string().value(), text("data")));
  EXPECT_TRUE(fields.finish());
  EXPECT_FALSE(fields.item());
}

TEST(RlpReader, StaysWhereItWasAfterAnError) {
  const Bytes encoded = Writer().string(text("hello")).list(Writer().number(1)).items();
  Reader reader(encoded);
  EXPECT_FALSE(reader.list());
  EXPECT_FALSE(reader.address());
  EXPECT_FALSE(reader.optional_address());
  EXPECT_FALSE(reader.string(4));
  EXPECT_EQ(reader.number().value(), from_be(text("hello")));
  EXPECT_FALSE(reader.string());
  EXPECT_FALSE(reader.number());
  EXPECT_FALSE(reader.number_u64());
  EXPECT_FALSE(reader.finish());
  const Item item = reader.item().value();
  EXPECT_TRUE(item.is_list);
  EXPECT_EQ(to_hex(item.payload), "0x01");
  EXPECT_EQ(to_hex(item.encoded), "0xc101");
}

TEST(RlpReader, RefusesNumbersThatAreNotCanonicalOrTooLarge) {
  const auto number = [](const Bytes& encoded) { return Reader(encoded).number(); };
  EXPECT_EQ(number(hex("80")).value(), 0);
  EXPECT_FALSE(number(hex("00")));
  EXPECT_FALSE(number(hex("820001")));
  EXPECT_TRUE(number(Writer().string(Bytes(32, 1)).items()));
  EXPECT_FALSE(number(Writer().string(Bytes(33, 1)).items()));
  const Bytes nine = Writer().number(uint256(1) << 64).items();
  EXPECT_EQ(number(nine).value(), uint256(1) << 64);
  EXPECT_FALSE(Reader(nine).number_u64());
}

TEST(RlpValidate, RefusesWhatHasAShorterEncodingOrDoesNotEnd) {
  EXPECT_EQ(refusal(""), "RLP ends where an item is expected");
  EXPECT_EQ(refusal("8100"), "RLP single byte with a length in front");
  EXPECT_EQ(refusal("817f"), "RLP single byte with a length in front");
  EXPECT_EQ(refusal("8180"), "accepted");
  EXPECT_EQ(refusal("b801ff"), "RLP length in the long form that fits the short one");
  EXPECT_EQ(refusal("f801c0"), "RLP length in the long form that fits the short one");
  EXPECT_EQ(refusal("b837" + std::string(110, '1')),
            "RLP length in the long form that fits the short one");
  EXPECT_EQ(refusal("b838" + std::string(112, '1')), "accepted");
  EXPECT_EQ(refusal("b90038" + std::string(112, '1')), "RLP length with a leading zero");
  EXPECT_EQ(refusal("b9ff"), "RLP ends inside a length");
  EXPECT_EQ(refusal("83aabb"), "RLP item of 3 bytes where 2 are left");
  EXPECT_EQ(refusal("bfffffffffffffffff00"),
            "RLP item of 18446744073709551615 bytes where 1 are left");
  EXPECT_EQ(refusal("8080"), "1 bytes behind the last expected RLP item");
  EXPECT_EQ(refusal("c28100"), "RLP single byte with a length in front"); // inside a list
  EXPECT_EQ(refusal("c3c281"), "RLP item of 3 bytes where 2 are left");
  EXPECT_EQ(refusal("c2c281"), "RLP item of 2 bytes where 1 are left");
}

TEST(RlpValidate, BoundsTheDepth) {
  const auto nested = [](unsigned lists) {
    Writer inner;
    for (unsigned i = 1; i < lists; ++i) {
      Writer outer;
      outer.list(inner);
      inner = outer;
    }
    return inner.as_list();
  };
  EXPECT_TRUE(validate(nested(limits::rlp_depth)));
  EXPECT_EQ(validate(nested(limits::rlp_depth + 1)).error().message,
            "RLP lists nested deeper than 16");
}

/// A random tree of items; also says how many bytes of strings it holds.
void write_random(Writer& out, Random& random, unsigned depth) {
  for (uint64_t items = random.below(5); items > 0; --items) {
    if (depth > 0 && random.chance(0.4)) {
      Writer inner;
      write_random(inner, random, depth - 1);
      out.list(inner);
    } else {
      out.string(random.bytes(random.chance(0.1) ? random.below(400) : random.below(60)));
    }
  }
}

/// Writes again what a reader sees.
Writer rewrite(Reader reader) {
  Writer out;
  while (!reader.done()) {
    Reader at_item = reader;
    const Item item = reader.item().value();
    if (item.is_list) {
      out.list(rewrite(at_item.list().value()));
    } else {
      out.string(item.payload);
    }
  }
  return out;
}

TEST(RlpValidate, AcceptsExactlyWhatTheWriterWrites) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  size_t accepted = 0;
  for (int round = 0; round < 5000; ++round) {
    Writer tree;
    write_random(tree, random, 4);
    Bytes encoded = tree.as_list();
    ASSERT_TRUE(validate(encoded)) << to_hex(encoded);
    // Damage it: what is still accepted must be the one encoding of what it says.
    switch (random.below(3)) {
    case 0: encoded.resize(random.below(encoded.size())); break;
    case 1:
      encoded[random.below(encoded.size())] ^= static_cast<uint8_t>(1 << random.below(8));
      break;
    default: encoded[random.below(encoded.size())] = static_cast<uint8_t>(random.next()); break;
    }
    if (!validate(encoded)) continue;
    ++accepted;
    ASSERT_EQ(rewrite(Reader(encoded)).items(), encoded) << to_hex(encoded);
  }
  EXPECT_GT(accepted, 100u);
  EXPECT_LT(accepted, 4900u);
}

} // namespace
} // namespace runahead::rlp
