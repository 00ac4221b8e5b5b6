// A chain that changes something of another one; all else is handed on.
#pragma once

#include "rpc/chain_access.hpp"

#include <utility>

namespace runahead {

class ChainWrapper : public ChainAccess {
public:
  /// `inner` must outlive it.
  explicit ChainWrapper(ChainAccess& inner) : inner_(inner) {}

  uint64_t chain_id() const override { return inner_.chain_id(); }
  RpcResult<ChainBlock> head() override { return inner_.head(); }
  uint64_t head_stamp() const override { return inner_.head_stamp(); }
  void find(const BlockRef& block, BlockSink sink) override { inner_.find(block, std::move(sink)); }
  Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                         uint64_t timestamp) const override {
    return inner_.rules_at(block, number, timestamp);
  }
  std::shared_ptr<StateSource> open(const ChainBlock& block) override { return inner_.open(block); }
  void trie(const ChainBlock& block, TrieSink sink) override {
    inner_.trie(block, std::move(sink));
  }
  const ChainReader* blocks() const override { return inner_.blocks(); }
  void follow() override { inner_.follow(); }

private:
  ChainAccess& inner_;
};

} // namespace runahead
