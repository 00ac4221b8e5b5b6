#include "spec/fork.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Fork, NamesRoundTrip) {
  for (size_t i = 0; i < fork_count; ++i) {
    const auto fork = static_cast<Fork>(i);
    ASSERT_TRUE(parse_fork(name(fork)));
    EXPECT_EQ(*parse_fork(name(fork)), fork);
  }
  EXPECT_EQ(*parse_fork("osaka"), Fork::osaka);
  EXPECT_EQ(*parse_fork("Petersburg"), Fork::petersburg);
}

TEST(Fork, UnknownNameIsRefusedByName) {
  const auto fork = parse_fork("Narnia");
  ASSERT_FALSE(fork);
  EXPECT_NE(fork.error().message.find("Narnia"), std::string::npos);
}

TEST(Fork, BlobSchedules) {
  EXPECT_EQ(default_blob_schedule(Fork::shanghai).max, 0u);
  EXPECT_EQ(default_blob_schedule(Fork::cancun), (BlobSchedule{3, 6, 3338477}));
  EXPECT_EQ(default_blob_schedule(Fork::osaka), (BlobSchedule{6, 9, 5007716}));
}

} // namespace runahead
