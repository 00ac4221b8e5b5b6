// What calls need of a chain: which blocks there are, by which rules they run, and where their
// state comes from. Implemented above, over a node or over a state held locally.
#pragma once

#include "base/result.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/rpc_error.hpp"
#include "spec/block_env.hpp"
#include "spec/fork.hpp"
#include "state/source.hpp"
#include "state/state_trie.hpp"

#include <functional>
#include <memory>

namespace runahead {

class ChainReader;

/// A block's state as a trie, hashed; many may read it at once.
using TrieRef = std::shared_ptr<const StateTrie>;
using TrieSink = std::move_only_function<void(RpcResult<TrieRef>)>;

/// A block that calls can be pinned to.
struct ChainBlock {
  Hash256 hash; ///< tells blocks apart; any constant where there is only one
  Hash256 parent;
  BlockEnv env;
  Rules rules;
  uint64_t excess_blob_gas = 0;
};

/// Used from the loop's thread, but for what says otherwise.
class ChainAccess {
public:
  using BlockSink = std::move_only_function<void(RpcResult<ChainBlock>)>;

  virtual ~ChainAccess() = default;

  /// From any thread.
  virtual uint64_t chain_id() const = 0;

  /// The newest block known; asks nobody.
  virtual RpcResult<ChainBlock> head() = 0;

  /// A number that is another one whenever `head` gives another block than before. Cheap; from any
  /// thread.
  virtual uint64_t head_stamp() const = 0;

  /// Finds a block, possibly by asking a node; `sink` is called once, possibly before this returns.
  virtual void find(const BlockRef& block, BlockSink sink) = 0;

  /// The rules of a block that a call makes up (block overrides): of the chain's schedule where
  /// there is one, else those of `block`. Fails where a database cannot be read. From any thread.
  virtual Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                                 uint64_t timestamp) const = 0;

  /// State as of `block`. The chain outlives it.
  virtual std::shared_ptr<StateSource> open(const ChainBlock& block) = 0;

  /// The trie of the state after `block`, where all of that state is held: for proofs and roots. It
  /// may take long, on another thread; `sink` is called once.
  virtual void trie(const ChainBlock& block, TrieSink sink);

  /// Its blocks, where they are held; else null. From any thread.
  virtual const ChainReader* blocks() const { return nullptr; }

  /// Keeps `head` up to date from now on, where it can change.
  virtual void follow() {}
};

} // namespace runahead
