// Contracts of the main network, for tests and benchmarks.
#pragma once

#include "base/hex.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead {

inline constexpr const char* no_real_contracts =
    "RUNAHEAD_FIXTURES names no folder with mainnet-blocks";

/// Codes that the blocks of mainnet-blocks ran, each once, by hash; none where RUNAHEAD_FIXTURES
/// names no folder with them.
inline std::vector<Bytes> real_contracts() {
  const char* fixtures = std::getenv("RUNAHEAD_FIXTURES");
  const auto folder =
      std::filesystem::path(fixtures != nullptr ? fixtures : "") / "mainnet-blocks" / "pevm";
  if (fixtures == nullptr || !std::filesystem::is_directory(folder)) return {};
  std::map<std::string, Bytes> by_hash;
  for (const auto& block : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(block.path() / "codes.json");
    if (!in) continue;
    for (const auto& [hash, code] : nlohmann::json::parse(in).items())
      if (auto bytes = parse_hex_bytes(code.get<std::string>()); bytes && !bytes->empty())
        by_hash[hash] = std::move(*bytes);
  }
  std::vector<Bytes> contracts;
  for (auto& [hash, bytes] : by_hash) contracts.push_back(std::move(bytes));
  return contracts;
}

} // namespace runahead
