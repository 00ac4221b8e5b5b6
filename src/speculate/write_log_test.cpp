#include "speculate/write_log.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

Place slot(uint64_t key) { return {Place::Space::slot, {}, key}; }
Written value(uint64_t v) { return {.word = {v, 0}}; }

class WriteLogTest : public testing::Test {
protected:
  std::optional<uint256> read(const Place& place, uint32_t position = WriteLog::now) const {
    const Written* written = log.find(place, position);
    return written != nullptr ? std::optional(written->word.value) : std::nullopt;
  }
  WriteLog log;
};

TEST_F(WriteLogTest, ReadsAreAsOfTheirPosition) {
  log.write(slot(1), value(10));
  const uint32_t between = log.size();
  log.write(slot(1), value(11));
  EXPECT_EQ(read(slot(1)), uint256{11});
  EXPECT_EQ(read(slot(1), between), uint256{10});
  EXPECT_EQ(read(slot(1), 0), std::nullopt);
}

TEST_F(WriteLogTest, ARevertWritesTheOldValuesAgain) {
  log.write(slot(1), value(10));
  const uint32_t frame = log.size();
  log.write(slot(1), value(11));
  log.write(slot(1), value(12));
  log.write(slot(2), value(20));
  const uint32_t inside = log.size();
  log.revert(frame);
  EXPECT_EQ(read(slot(1)), uint256{10});
  EXPECT_EQ(read(slot(2)), std::nullopt);
  EXPECT_EQ(read(slot(1), inside), uint256{12});
  log.truncate(inside); // back into the frame
  EXPECT_EQ(read(slot(1)), uint256{12});
  EXPECT_EQ(read(slot(2)), uint256{20});
}

TEST_F(WriteLogTest, AReservedWriteTakesItsPlaceInOrder) {
  log.write(slot(1), value(10));
  const uint32_t position = log.reserve({7, 0});
  log.write(slot(1), value(12));
  EXPECT_TRUE(log.settle(position, slot(1)));
  EXPECT_EQ(read(slot(1)), uint256{12});
  EXPECT_EQ(read(slot(1), position + 1), uint256{7});
  EXPECT_EQ(read(slot(1), position), uint256{10});
  log.truncate(position);
  EXPECT_EQ(read(slot(1)), uint256{10});
}

TEST_F(WriteLogTest, AReservedWriteTellsIfItWasReadPast) {
  const uint32_t position = log.reserve({7, 0});
  log.note_read(slot(2));
  EXPECT_TRUE(log.settle(position, slot(1)));
  const uint32_t other = log.reserve({8, 0});
  log.note_read(slot(2));
  EXPECT_FALSE(log.settle(other, slot(2)));
}

TEST_F(WriteLogTest, AReservedWriteOfARevertedFrameIsNotSeen) {
  const uint32_t position = log.reserve({7, 0});
  log.revert(position);
  EXPECT_TRUE(log.settle(position, slot(1)));
  EXPECT_EQ(read(slot(1)), std::nullopt);
}

} // namespace
} // namespace runahead
