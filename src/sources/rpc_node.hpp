// One upstream node spoken to over JSON-RPC: what chain it is on, and what its newest block is.
#pragma once

#include "io/http_client.hpp"
#include "sources/code_memory.hpp"
#include "sources/rpc_abilities.hpp"
#include "sources/rpc_cost.hpp"
#include "sources/rpc_pace.hpp"
#include "spec/block_env.hpp"
#include "spec/eth_config.hpp"
#include "state/source.hpp"

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace runahead {

class RpcChannel;
struct RpcReply;

/// A block's header, as far as execution sees it.
struct Head {
  Hash256 hash;
  Hash256 parent;
  BlockEnv env; ///< all but blob_base_fee, which takes the rules: see spec/blob_fee.hpp
  uint64_t excess_blob_gas = 0;
};

/// A number, a hash, or a tag (`latest`, `safe`, `finalized`, `pending`, `earliest`).
using BlockId = std::variant<uint64_t, Hash256, std::string>;

struct RpcNodeOptions {
  Duration timeout = std::chrono::seconds(10);      ///< of one read, waits included
  Duration poll_interval = std::chrono::seconds(1); ///< between looks at the head
  HttpHeaders headers = {};                         ///< added to every request; may be secret
  RpcBudget budget = {};
  bool prove_headers = false; ///< refuse blocks whose fields do not have the hash told with them
  unsigned waits = 4;         ///< how often calls that were too many are sent again
  HttpClientOptions http = {};
};

/// Used from the loop's thread only. Callbacks run on the loop, each once, but not at all once the
/// node object is destroyed. Retries only what the channel does (rpc_channel.hpp).
class RpcNode {
public:
  template <class T>
  using Outcome = std::expected<T, Unavailable>;
  template <class T>
  using Callback = std::move_only_function<void(Outcome<T>)>;

  /// `loop` must outlive it. Connects to nothing yet.
  static Result<std::unique_ptr<RpcNode>> create(EventLoop& loop, std::string_view url,
                                                 RpcNodeOptions options = {});
  ~RpcNode();
  RpcNode(const RpcNode&) = delete;
  RpcNode& operator=(const RpcNode&) = delete;

  /// Asks for the chain id, the configuration and the head, and tries what the node can do, all in
  /// one request. The configuration may be missing, and no ability is needed; the rest must not.
  void connect(Callback<void> done);

  /// Opens connections ahead, so that `count` requests at once need no handshake first.
  void warm(size_t count);

  uint64_t chain_id() const { return chain_id_; } ///< 0 before `connect`

  /// What `eth_config` (EIP-7910) lists as current; an error if the node does not know the method
  /// or its answer makes no sense.
  const Result<EthConfig>& config() const { return config_; }

  /// The newest block known; none before `connect`.
  const std::optional<Head>& head() const { return head_; }
  /// How often `head()` has changed. From any thread.
  uint64_t head_changes() const { return head_changes_.load(std::memory_order_acquire); }
  /// Time since the request that told `head()` was sent; 0 before `connect`.
  Duration head_age() const;

  /// Asks for the head now and calls back with it. Calls while one is under way share its answer.
  void refresh_head(Callback<Head> done);

  /// Looks at the head every `poll_interval` from now on, until destroyed; failures leave the head
  /// as it is. `changed`, if given, is called after each change; it must not destroy the node.
  void follow_head(std::move_only_function<void(const Head&)> changed = nullptr);

  /// A block that does not exist is a failure too.
  void fetch_block(const BlockId& id, Callback<Head> done);

  /// scheme://host:port, fit for messages.
  const std::string& name() const { return name_; }
  bool proves_headers() const { return options_.prove_headers; }
  Unavailable unavailable(std::string cause, bool transient = false) const;

  /// What is behind it, for the sources that read through it.
  RpcChannel& channel() { return *channel_; }

  /// How state reads name their block: by EIP-1898's object until the node refuses that.
  enum class Pinning : uint8_t { hash_untried, hash, number };
  Pinning pinning() const { return pinning_; }
  void set_pinning(Pinning pinning) { pinning_ = pinning; }

  /// What the node can do beyond the plain methods; sources take back what turns out not to work.
  RpcAbilities& abilities() { return abilities_; }
  /// Code that was read through it.
  CodeMemory& codes() { return codes_; }
  /// What it took so far.
  const RpcCost& cost() const;

private:
  RpcNode(EventLoop& loop, std::unique_ptr<RpcChannel> channel, RpcNodeOptions options);
  void learn_abilities(std::span<const RpcReply> probes);
  void take_head(const Head& head, Duration asked_at);
  void poll();

  EventLoop& loop_;
  RpcNodeOptions options_;
  std::string name_;
  std::unique_ptr<RpcChannel> channel_;
  uint64_t chain_id_ = 0;
  Result<EthConfig> config_ = fail("not asked yet");
  std::optional<Head> head_;
  std::atomic<uint64_t> head_changes_ = 0;
  Duration head_asked_at_{0};
  std::vector<Callback<Head>> waiting_for_head_;
  std::move_only_function<void(const Head&)> head_changed_;
  Pinning pinning_ = Pinning::hash_untried;
  RpcAbilities abilities_;
  CodeMemory codes_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< for timers that ring too late
};

} // namespace runahead
