#include "app/local_chain.hpp"

#include "base/hex.hpp"

namespace runahead {

void LocalChain::find(const BlockRef& block, BlockSink sink) {
  using Kind = BlockRef::Kind;
  const bool other_number = block.kind == Kind::number && block.number != block_.env.number;
  const bool other_hash = block.kind == Kind::hash && block.hash != block_.hash;
  const bool other_tag = block.kind == Kind::earliest && block_.env.number != 0;
  if (other_number || other_hash || other_tag)
    return sink(rpc_fail(rpc_code::block_not_found, "unknown block: " + to_string(block) + "; " +
                                                        name_ + " holds the state of number " +
                                                        to_decimal(block_.env.number) + " only"));
  sink(block_);
}

Result<Rules> LocalChain::rules_at(const ChainBlock&, uint64_t number, uint64_t timestamp) const {
  return rules_.at(number, timestamp);
}

} // namespace runahead
