// What a file or database says about the state it holds: which block it is the state of, and by
// which rules that runs.
#pragma once

#include "base/result.hpp"
#include "spec/block_env.hpp"
#include "spec/chain.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// What a genesis file fixes for its chain beside forks and state: for whoever checks its blocks.
struct ChainConstants {
  /// From block `at` on the difficulty bomb is put off by `delay` blocks.
  struct Glacier {
    uint64_t at = 0;
    uint64_t delay = 0;
    friend bool operator==(const Glacier&, const Glacier&) = default;
  };

  std::optional<uint256> terminal_total_difficulty; ///< if that alone says where Paris begins
  std::vector<Glacier> glaciers;                    ///< ascending by `at`
  std::optional<uint64_t> dao_fork;                 ///< EIP-779, if the chain makes the change
  std::optional<Address> deposit_contract;          ///< EIP-6110; else the main network's

  friend bool operator==(const ChainConstants&, const ChainConstants&) = default;
};

struct StateAbout {
  std::optional<uint64_t> chain_id;
  std::optional<Fork> fork;          ///< of `block`
  std::optional<BlobSchedule> blobs; ///< of `block`
  BlockEnv block;                    ///< blob_base_fee is derived if `fork` is known
  uint64_t excess_blob_gas = 0;
  bool has_block = false; ///< the file describes the block; `block` is all zeros if not

  /// The schedule of a genesis file, for blocks after it; else empty.
  std::vector<Activation> by_number, by_time;
  ChainConstants constants; ///< of a genesis file

  /// The schedule as a chain; it points into this object.
  ChainConfig chain() const;
};

/// JSON text, for databases and recordings to keep.
std::string to_json(const StateAbout& about);
/// What to_json wrote. Errors name the field.
Result<StateAbout> parse_state_about(std::string_view json);

} // namespace runahead
