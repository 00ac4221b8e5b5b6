// A block of a public chain with the state that it reads, as files: `block.json` as
// eth_getBlockByNumber gives it, `pre_state.json`, `codes.json` by code hash, and the hashes of
// earlier blocks in `block_hashes.json`, there or in the folder above.
#pragma once

#include "block/block_json.hpp"
#include "sources/memory.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace runahead {

struct ReplayCase {
  std::string folder;
  JsonBlock block;
  AccountMap accounts;
  std::unordered_map<uint64_t, Hash256> block_hashes;
};

/// The folders that have a `block.json`: the paths themselves, or those inside them; by number
/// where their names are numbers. Refuses a path with none.
Result<std::vector<std::string>> find_replay_folders(const std::vector<std::string>& paths);

/// Reads one folder. Errors name file and field. A code must have the hash that it is listed by.
Result<ReplayCase> read_replay_case(const std::string& folder);

} // namespace runahead
