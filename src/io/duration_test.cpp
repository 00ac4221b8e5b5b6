#include "io/duration.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ParsesEveryUnit) {
  EXPECT_EQ(parse_duration("7ns").value(), 7ns);
  EXPECT_EQ(parse_duration("200us").value(), 200us);
  EXPECT_EQ(parse_duration("20ms").value(), 20ms);
  EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
  EXPECT_EQ(parse_duration("2m").value(), 2min);
  EXPECT_EQ(parse_duration("24h").value(), 24h);
  EXPECT_EQ(parse_duration("0").value(), 0ns);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "20", "ms", "-1ms", "+1ms", "1e3ms", "20 ms", "20msx", "nans",
                           "infs", "0x10ms", "25h", "1..5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_NE(parse_duration("20").error().message.find("'20'"), std::string::npos)
      << parse_duration("20").error().message;
}

TEST(Duration, PrintsTheShortForm) {
  EXPECT_EQ(to_string(20ms), "20ms");
  EXPECT_EQ(to_string(Duration(1500ms)), "1.5s");
  EXPECT_EQ(to_string(Duration(0)), "0s");
  EXPECT_EQ(to_string(Duration(1'234'567)), "1.235ms");
  EXPECT_EQ(to_string(90s), "90s");
}

} // namespace
} // namespace runahead
