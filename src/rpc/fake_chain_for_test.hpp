// A chain for tests: some blocks whose state is a test's.
#pragma once

#include "rpc/chain_access.hpp"
#include "sources/memory.hpp"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace runahead {

class FakeChain final : public ChainAccess {
public:
  FakeChain() { newest.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), 31337}; }

  uint64_t chain_id() const override { return newest.rules.chain_id; }
  RpcResult<ChainBlock> head() override {
    if (is_fast) set_head(newest.env.number + 1);
    return newest;
  }
  uint64_t head_stamp() const override { return is_fast ? stamp + 1 : stamp.load(); }
  void find(const BlockRef& block, BlockSink sink) override {
    finds.push_back(block);
    if (block == BlockRef::of(newest.env.number)) return sink(newest);
    sink(rpc_fail(rpc_code::block_not_found, "unknown block: " + to_string(block)));
  }
  Result<Rules> rules_at(const ChainBlock& block, uint64_t, uint64_t timestamp) const override {
    if (timestamp < first_timestamp) return fail("these rules cannot be read");
    return block.rules;
  }
  std::shared_ptr<StateSource> open(const ChainBlock& block) override {
    opened.push_back(block.hash);
    return {std::shared_ptr<void>(), source};
  }

  void set_head(uint64_t number) {
    newest.env.number = number;
    newest.hash = to_hash(uint256{number});
    stamp = number;
  }

  ChainBlock newest;
  std::atomic<uint64_t> stamp = 0; ///< the newest block's number
  bool is_fast = false;            ///< a new head each time somebody asks
  StateSource* source = nullptr;
  uint64_t first_timestamp = 0;
  std::vector<Hash256> opened;
  std::vector<BlockRef> finds;
};

} // namespace runahead
