#include "statetest/fixture_files.hpp"

#include <algorithm>
#include <filesystem>

namespace runahead {
namespace {

namespace fs = std::filesystem;

Result<void> add_folder(const std::string& folder, std::vector<FixtureFile>& files) {
  std::error_code error;
  const size_t before = files.size();
  fs::recursive_directory_iterator walk(folder, error), end;
  for (; !error && walk != end; walk.increment(error)) {
    const fs::path& path = walk->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (hidden && walk->is_directory(error)) walk.disable_recursion_pending();
    if (!hidden && path.extension() == ".json" && walk->is_regular_file(error))
      files.push_back({path.string(), walk->file_size(error)});
  }
  if (error) return fail(folder + ": " + error.message());
  if (files.size() == before) return fail(folder + ": no .json file in this folder");
  return {};
}

} // namespace

Result<std::vector<FixtureFile>> find_fixture_files(const std::vector<std::string>& paths) {
  std::vector<FixtureFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      if (auto added = add_folder(path, files); !added) return std::unexpected(added.error());
    } else if (fs::is_regular_file(path, error)) {
      files.push_back({path, fs::file_size(path, error)});
    } else {
      return fail(path + ": no such file or folder");
    }
  }
  std::ranges::sort(files, {}, &FixtureFile::path);
  const auto repeated = std::ranges::unique(files, {}, &FixtureFile::path);
  files.erase(repeated.begin(), repeated.end());
  return files;
}

} // namespace runahead
