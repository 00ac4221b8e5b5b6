// The RLP vectors of ethereum/tests, where they are unpacked.
#include "base/hex.hpp"
#include "base/rlp.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

fs::path folder() {
  const char* root = std::getenv("RUNAHEAD_FIXTURES");
  return fs::path(root != nullptr ? root : "") / "misc-tests" / "RLPTests";
}

json read(const fs::path& path) {
  std::ifstream file(path);
  return json::parse(file);
}

/// A large number stands as `#` and decimal digits; it may have more than 256 bits.
Bytes big_number(const std::string& digits) {
  Bytes bytes; // big-endian
  for (const char digit : digits) {
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (size_t i = bytes.size(); i-- > 0;) {
      const unsigned x = bytes[i] * 10u + carry;
      bytes[i] = static_cast<uint8_t>(x);
      carry = x >> 8;
    }
    if (carry != 0) bytes.insert(bytes.begin(), static_cast<uint8_t>(carry));
  }
  return bytes;
}

void write(rlp::Writer& out, const json& value) {
  if (value.is_array()) {
    rlp::Writer list;
    for (const json& item : value) write(list, item);
    out.list(list);
  } else if (value.is_number()) {
    out.number(value.get<uint64_t>());
  } else if (const auto text = value.get<std::string>(); text.starts_with('#')) {
    out.string(big_number(text.substr(1)));
  } else {
    out.string({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
}

TEST(RlpFixtures, EncodesTheOfficialValues) {
  if (!fs::is_directory(folder()))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests/RLPTests";
  int checked = 0;
  for (const auto& [name, test] : read(folder() / "rlptest.json").items()) {
    rlp::Writer out;
    write(out, test["in"]);
    EXPECT_EQ(to_hex(out.items()), test["out"].get<std::string>()) << name;
    EXPECT_TRUE(rlp::validate(*parse_hex_bytes(test["out"].get<std::string>()))) << name;
    ++checked;
  }
  EXPECT_GE(checked, 25);
}

TEST(RlpFixtures, TellsValidFromInvalid) {
  if (!fs::is_directory(folder()))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests/RLPTests";
  int checked = 0;
  for (const char* file : {"invalidRLPTest.json", "RandomRLPTests/example.json"})
    for (const auto& [name, test] : read(folder() / file).items()) {
      auto text = test["out"].get<std::string>();
      if (!text.starts_with("0x")) text = "0x" + text;
      const bool wanted = test["in"] == "VALID";
      EXPECT_EQ(rlp::validate(*parse_hex_bytes(text)).has_value(), wanted) << file << " " << name;
      ++checked;
    }
  EXPECT_GE(checked, 20);
}

} // namespace
} // namespace runahead
