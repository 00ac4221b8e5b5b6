// Which files a command line means that names fixture files and folders of them.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace runahead {

struct FixtureFile {
  std::string path;
  uint64_t bytes = 0;
};

/// The files, and every .json file in the folders, by path and without repetition; hidden ones are
/// left out. Refuses paths that do not exist and folders without such a file.
Result<std::vector<FixtureFile>> find_fixture_files(const std::vector<std::string>& paths);

} // namespace runahead
