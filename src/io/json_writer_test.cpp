#include "base/random.hpp"
#include "io/json_writer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace runahead {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  JsonWriter out;
  out.begin_array();
  out.begin_object().key("a").number(1).key("b").begin_array().end_array().end_object();
  out.number(2).null().boolean(true).boolean(false).text("x").begin_object().end_object();
  out.raw("[3]").end_array();
  EXPECT_EQ(out.str(), R"([{"a":1,"b":[]},2,null,true,false,"x",{},[3]])");
}

TEST(JsonWriter, WritesEthereumsHex) {
  JsonWriter out;
  out.begin_array();
  out.hex(Bytes{0x00, 0xab}).hex({}).quantity(0).quantity(0x1f).word(0x1f);
  out.number(18446744073709551615u).end_array();
  EXPECT_EQ(out.str(), "[\"0x00ab\",\"0x\",\"0x0\",\"0x1f\",\"0x" + std::string(62, '0') +
                           "1f\",18446744073709551615]");
}

TEST(JsonWriter, EscapesText) {
  JsonWriter out;
  out.text("a\"b\\c\n\x01 \xc3\xa9 \xf0\x9f\x98\x80");
  EXPECT_EQ(out.str(), "\"a\\\"b\\\\c\\u000a\\u0001 \xc3\xa9 \xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, AnyBytesBecomeValidJson) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (uint64_t n = random.below(12); n > 0; --n)
      bytes += static_cast<char>(random.chance(0.5) ? 0x80 + random.below(128) : random.below(128));
    JsonWriter out;
    out.begin_object().key(bytes).text(bytes).end_object();
    ASSERT_TRUE(nlohmann::json::accept(out.str())) << out.str();
  }
}

TEST(JsonWriter, InvalidUtf8IsReplaced) {
  for (const char* bad : {"\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf0\x80\x80\x80", "\xc3"}) {
    JsonWriter out;
    out.text(bad);
    EXPECT_EQ(out.str().substr(0, 7), "\"\\ufffd") << bad;
    EXPECT_TRUE(nlohmann::json::accept(out.str()));
  }
}

TEST(JsonWriter, TakeLeavesItEmpty) {
  JsonWriter out;
  out.number(1);
  EXPECT_EQ(out.take(), "1");
  out.number(2);
  EXPECT_EQ(out.take(), "2");
}

} // namespace
} // namespace runahead
