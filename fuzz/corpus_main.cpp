// fuzz_corpus CASES FOLDER: makes the fuzzers' first inputs of the text cases in CASES, into
// FOLDER/engines_fuzz and FOLDER/translation_fuzz.
#include "differential/case_bytes.hpp"
#include "differential/program_writer.hpp"
#include "differential/text_case.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace runahead;
namespace fs = std::filesystem;

namespace {

bool write(const fs::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(out);
}

/// One input of each kind for each gas limit of the case, in its last fork.
bool write_inputs(const fs::path& file, const fs::path& folder) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  auto kept = differential::parse_case(text.str());
  if (!kept) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), kept.error().message.c_str());
    return false;
  }
  size_t number = 0;
  for (const differential::Expectation& expected : kept->expectations) {
    const std::string name = file.stem().string() + '-' + std::to_string(++number);
    kept->test.fork = expected.last;
    kept->test.gas = expected.gas;
    const auto account = kept->test.accounts.find(differential::contract(0));
    Bytes code{static_cast<uint8_t>(expected.last)};
    if (account != kept->test.accounts.end() && account->second.code != nullptr)
      code.insert(code.end(), account->second.code->bytes.begin(),
                  account->second.code->bytes.end());
    if (!write(folder / "engines_fuzz" / name, differential::encode_case(kept->test)) ||
        !write(folder / "translation_fuzz" / name, code)) {
      std::fprintf(stderr, "%s: cannot write\n", folder.c_str());
      return false;
    }
  }
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "fuzz_corpus CASES FOLDER\n");
    return 2;
  }
  const fs::path folder = argv[2];
  fs::create_directories(folder / "engines_fuzz");
  fs::create_directories(folder / "translation_fuzz");
  for (const auto& entry : fs::directory_iterator(argv[1]))
    if (!write_inputs(entry.path(), folder)) return 1;
  return 0;
}
