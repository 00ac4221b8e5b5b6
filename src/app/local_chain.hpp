// A chain of one block whose state is held here: an account file, a database, a recording.
#pragma once

#include "app/rules_choice.hpp"
#include "rpc/chain_access.hpp"

#include <string>

namespace runahead {

class LocalChain final : public ChainAccess {
public:
  /// `name` is what messages call it: a path. `block.rules` are those of `rules` for it.
  LocalChain(std::string name, ChainBlock block, RuleBook rules,
             std::shared_ptr<StateSource> source)
      : name_(std::move(name)), block_(std::move(block)), rules_(std::move(rules)),
        source_(std::move(source)) {}

  uint64_t chain_id() const override { return block_.rules.chain_id; }
  RpcResult<ChainBlock> head() override { return block_; }
  uint64_t head_stamp() const override { return 0; } // it never moves
  void find(const BlockRef& block, BlockSink sink) override;
  Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                         uint64_t timestamp) const override;
  std::shared_ptr<StateSource> open(const ChainBlock&) override { return source_; }

private:
  std::string name_;
  ChainBlock block_;
  RuleBook rules_;
  std::shared_ptr<StateSource> source_;
};

} // namespace runahead
