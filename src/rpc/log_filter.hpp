// Which logs a client asks for: eth_getLogs' filter object.
#pragma once

#include "base/result.hpp"
#include "block/bloom.hpp"
#include "rpc/block_ref.hpp"

#include <optional>
#include <vector>

namespace runahead {

struct LogFilter {
  std::optional<Hash256> block_hash;        ///< this block alone; else the blocks of the range
  std::optional<BlockRef> from, to;         ///< `latest` where they are not given
  std::vector<Address> addresses;           ///< any of them; empty: whichever
  std::vector<std::vector<Hash256>> topics; ///< by place: any of them; empty: whichever

  bool matches(const Log& log) const;
  /// False if certainly no log of a block, or a receipt, with this bloom matches.
  bool may_match(const Bloom& bloom) const;
};

/// `{address, topics, fromBlock, toBlock, blockHash}`; an address or a topic may be one or a list.
Result<LogFilter> read_log_filter(const simdjson::dom::element& value);

} // namespace runahead
