// Account files: a state as JSON text, plain or compressed by xz.
//
// Two forms are read. Ours: `{chainId, fork, block: {number, timestamp, gasLimit, baseFeePerGas,
// prevRandao, coinbase, excessBlobGas}, alloc: {address: {balance, nonce, code, storage}}}`, all
// but `alloc` optional. And genesis files: `{config, alloc, gasLimit, timestamp, ...}`, told by
// `config`. Quantities are hex or decimal text, or JSON numbers up to 2^64; addresses, slots and
// words may go without 0x where they have all their digits.
#pragma once

#include "base/result.hpp"
#include "sources/memory.hpp"
#include "sources/state_about.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// What a genesis file says of its block's header and nothing else wants.
struct GenesisFields {
  Hash256 parent_hash;
  Hash256 mix_hash;
  uint256 difficulty;
  uint64_t nonce = 0;
  Bytes extra_data;
  uint64_t gas_used = 0;
  std::optional<uint64_t> blob_gas_used;
};

struct AllocFile : StateAbout {
  AccountMap accounts;
  std::optional<GenesisFields> genesis; ///< of a genesis file
  std::vector<std::string> warnings;    ///< a genesis file's fields that were read past: not known
};

/// Reads a file of at most limits::alloc_file_bytes. Errors name the file and the field:
/// `state.json: alloc.0x…01.nonce: …`. Unknown fields are refused, so that a mistyped one is not
/// taken for zero; only a genesis file's top level and `config` may have some.
Result<AllocFile> load_alloc(const std::string& path);

/// The same from text; errors name the field only.
Result<AllocFile> parse_alloc(std::string_view json);

} // namespace runahead
