// Conformance fixtures in the BlockchainTest format: a genesis block with its state, blocks in the
// order in which a node would hear of them, and the chain that must come of it. This is the file as
// plain values; nothing is executed here.
//
// In use: ethereum/tests with legacytests, and the execution spec tests, which add `config`.
#pragma once

#include "base/result.hpp"
#include "block/fork_schedule.hpp"
#include "block/header.hpp"
#include "sources/memory.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

struct FixtureBlock {
  Bytes rlp;
  bool valid = true;
  std::string exception;       ///< why it is not valid; may be empty where the file does not say
  std::optional<Hash256> hash; ///< of a valid one
};

struct BlockFixture {
  std::string name;
  std::string network; ///< `Cancun`, `BerlinToLondonAt5`
  ForkSchedule schedule;
  BlockHeader genesis;
  AccountMap pre;
  std::vector<FixtureBlock> blocks;
  Hash256 last_block_hash;
  std::optional<AccountMap> post;
  std::optional<Hash256> post_state_root; ///< in place of a large `post`
  bool sealed = false; ///< blocks carry real proof of work, which we do not check
  std::string problem; ///< not empty: the file is wrong here, nothing but the name counts
};

/// Reads fixture files; keeps its buffers from file to file. Used from one thread.
class BlockFixtureReader {
public:
  BlockFixtureReader();
  ~BlockFixtureReader();

  /// The file's tests in its order. An error means that it is no JSON object of tests; what is
  /// wrong in one test stands in that test.
  Result<std::vector<BlockFixture>> read(const std::string& path);
  /// The same from text.
  Result<std::vector<BlockFixture>> parse(std::string_view json);

private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

} // namespace runahead
