// The world of a frame whose state belongs to a host of EVMC: every question goes to the host and
// every change too. Nothing that it answered is kept beyond the effect that asked, so nothing can
// be stale after a call; only what holds for the whole transaction is.
#pragma once

#include "embed/evmc/abi.hpp"
#include "machine/frame.hpp"
#include "machine/world.hpp"

namespace runahead::evmc {

class HostedWorld final : public World {
public:
  /// `host` must outlive it.
  HostedWorld(const HostInterface& host, HostContext* context, Fork fork)
      : World({fork, {}, 0}), host_(host), context_(context) {}

  /// Has the host execute what `frame` asked for when its engine stopped, and delivers the result.
  void run_request(Frame& frame);

  // What effects ask and do.
  const BlockEnv& block_env() override { return transaction().block; }
  const TxEnv& tx_env() override { return transaction().tx; }
  uint256 chain_id() override { return transaction().chain_id; }
  std::optional<Hash256> block_hash(uint64_t number) override;

  bool is_warm(const Address& address) override;
  void warm(const Address&) override {} // `is_warm` did
  std::optional<uint256> balance(const Address& address) override;
  std::optional<bool> is_dead(const Address& address) override;
  std::optional<uint64_t> code_size(const Address& address) override;
  void copy_code(const Address& address, uint64_t offset, std::span<uint8_t> to) override;
  std::optional<uint256> code_hash(const Address& address) override;

  StorageSlot& slot(const Address& self, const uint256& key) override;
  bool load(const Address& self, const uint256& key, StorageSlot& slot) override;
  void warm(const Address&, const uint256&, StorageSlot&) override {} // `slot` did
  std::optional<Store> store(const Address& self, const uint256& key,
                             const uint256& value) override;
  uint256 transient(const Address& self, const uint256& key) override;
  void set_transient(const Address& self, const uint256& key, const uint256& value) override;

  void log(const Address& self, BytesView data, std::span<const Hash256> topics) override;
  void add_refund(int64_t amount) override { refund_ += amount; }
  int64_t refund() const override { return refund_; }

  std::optional<Callee> callee(const Address& target) override;
  std::optional<uint64_t> nonce(const Address&) override { return 0; }
  std::optional<CreationSite> creation_site(runahead::CallKind kind, const Address& creator,
                                            uint64_t nonce, const uint256& salt,
                                            MemoryRange initcode) override;
  void begin_creation(const Address&, const Address&) override {} // the host will
  bool selfdestruct(const Address& self, const Address& heir) override;

private:
  /// What the host says of the transaction and its block, in our terms.
  struct Transaction {
    BlockEnv block;
    TxEnv tx;
    uint256 chain_id;
  };
  /// Asks once, when the first opcode wants to know.
  const Transaction& transaction();
  bool was_warm(const Address& self, const Hash256& key) const;

  const HostInterface& host_;
  HostContext* context_;
  std::optional<Transaction> transaction_;
  int64_t refund_ = 0; ///< of this frame and what it called
  StorageSlot slot_;   ///< the one that `slot` gave last

  // What the host must be told of the request to come, and a message of ours does not say.
  std::optional<Address> delegate_; ///< of the callee asked for last
  uint256 salt_;                    ///< of the creation asked for last
};

} // namespace runahead::evmc
