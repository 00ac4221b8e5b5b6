#include "base/limits.hpp"
#include "sources/chain_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

class ChainFileTest : public testing::Test {
protected:
  ~ChainFileTest() override { std::filesystem::remove(path_); }

  void write(const Bytes& content) {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()),
               static_cast<std::streamsize>(content.size()));
  }
  ChainFile open() {
    auto file = ChainFile::open(path_);
    EXPECT_TRUE(file) << file.error().message;
    return std::move(*file);
  }
  /// Of the first block that is refused.
  std::string refusal() {
    ChainFile file = open();
    while (true) {
      const auto block = file.next();
      if (!block) return block.error().message;
      if (!*block) return "";
    }
  }

  std::string path_ = testing::TempDir() + "runahead-chain-file-test.rlp";
};

TEST_F(ChainFileTest, GivesBlockAfterBlock) {
  Bytes large(2 + 3, 0x80);
  large[0] = 0xf8; // a length of one byte
  large[1] = 3;
  Bytes content{0xc2, 0x01, 0x02, 0xc0};
  content.insert(content.end(), large.begin(), large.end());
  write(content);
  ChainFile file = open();
  EXPECT_EQ(file.size(), 9u);
  EXPECT_EQ(file.next()->value(), (Bytes{0xc2, 0x01, 0x02}));
  EXPECT_EQ(file.position(), 3u);
  EXPECT_EQ(file.next()->value(), Bytes{0xc0});
  EXPECT_EQ(file.next()->value(), large);
  EXPECT_EQ(file.position(), 9u);
  EXPECT_FALSE(file.next()->has_value());
  EXPECT_FALSE(file.next()->has_value());
}

TEST_F(ChainFileTest, SaysWhereItIsWrong) {
  write({0xc1, 0x01, 0x82, 0x01, 0x02});
  EXPECT_EQ(refusal(), path_ + ": at byte 2: expected the RLP list of a block");
  write({0xc1, 0x01, 0xc3, 0x01});
  EXPECT_EQ(refusal(),
            path_ + ": at byte 2: the block is cut off: the file ends 2 bytes too early");
  write({0xf9, 0x01});
  EXPECT_EQ(refusal(),
            path_ + ": at byte 0: the block is cut off: the file ends 1 bytes too early");
  write({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  EXPECT_NE(refusal().find("a block of 18446744073709551615 bytes; at most 67108864 are read"),
            std::string::npos)
      << refusal();
}

TEST_F(ChainFileTest, FilesThatAreNone) {
  EXPECT_EQ(ChainFile::open(path_).error().message, path_ + ": No such file or directory");
  EXPECT_EQ(ChainFile::open(testing::TempDir()).error().message,
            testing::TempDir() + ": is a folder, not a file");
}

} // namespace
} // namespace runahead
