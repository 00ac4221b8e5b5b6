#include "app/code_options.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(CodeOptions, HexTextMayBeBrokenIntoLines) {
  EXPECT_EQ(code_in("0x6001"), (Bytes{0x60, 0x01}));
  EXPECT_EQ(code_in(" 60\n01\r\n\tfF "), (Bytes{0x60, 0x01, 0xff}));
  EXPECT_EQ(code_in("0x"), Bytes{});
  EXPECT_EQ(code_in(""), Bytes{});
}

TEST(CodeOptions, WhatNoTextHoldsIsTheCodeItself) {
  const std::string raw("\x60\x80\x60\x40\x52", 5);
  EXPECT_EQ(code_in(raw), (Bytes{0x60, 0x80, 0x60, 0x40, 0x52}));
  EXPECT_EQ(code_in(std::string(1, '\0')), Bytes{0});
}

TEST(CodeOptions, TextThatIsNoHexIsRefused) {
  for (const char* text : {"0x600", "PUSH1 1", "0x60zz", "{\"code\": \"0x60\"}"})
    EXPECT_FALSE(code_in(text)) << text;
}

} // namespace
} // namespace runahead
