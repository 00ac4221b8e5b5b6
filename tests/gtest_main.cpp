// The entry of every GoogleTest executable: its last line is `N passed, N failed, N skipped`.
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int status = RUN_ALL_TESTS();
  const auto& run = *testing::UnitTest::GetInstance();
  std::printf("%d passed, %d failed, %d skipped\n", run.successful_test_count(),
              run.failed_test_count(), run.skipped_test_count());
  return status;
}
