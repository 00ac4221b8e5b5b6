// Where the testbed is (docs/testing.md). RUNAHEAD_SOURCE_DIR is what the test's target defines.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace runahead {

inline std::filesystem::path testbed_folder() {
  const char* folder = std::getenv("RUNAHEAD_TESTBED");
  return folder != nullptr ? folder : RUNAHEAD_SOURCE_DIR "/../shared/testbed";
}

} // namespace runahead
