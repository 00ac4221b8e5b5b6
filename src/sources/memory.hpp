// State held in memory: an account file, a test's pre-state, an example.
#pragma once

#include "base/result.hpp"
#include "state/source.hpp"

#include <functional>
#include <string>
#include <unordered_map>

namespace runahead {

/// One account as files describe it. No code is null or empty code; slots not listed are zero.
struct Account {
  uint256 balance; ///< wei
  uint64_t nonce = 0;
  BytecodeRef code;
  std::unordered_map<uint256, uint256> storage;

  /// EIP-161: no balance, no nonce and no code, whatever the storage holds.
  bool empty() const;
};

/// Looks at one account after the other; an error ends that.
using AccountVisitor = std::function<Result<void>(const Address& address, const Account& account)>;

using AccountMap = std::unordered_map<Address, Account>;

/// Answers inside `read`, in one delivery. What is not listed is zero or empty while the source is
/// complete, else unavailable; of an account that is listed, everything is known but slots that are
/// not listed. Block hashes come from a map of their own; one that is not listed is unavailable, as
/// it is not zero.
class MemorySource final : public StateSource {
public:
  explicit MemorySource(AccountMap accounts = {}, std::string name = "memory");

  std::string_view name() const override { return name_; }
  bool complete() const override { return complete_; }
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

  void set_complete(bool complete) { complete_ = complete; }
  void set_block_hash(uint64_t number, const Hash256& hash) { block_hashes_[number] = hash; }

  AccountMap& accounts() { return accounts_; }
  const AccountMap& accounts() const { return accounts_; }

  /// What `read` answers for this key.
  std::expected<StateValue, Unavailable> value(const StateKey& key) const;

private:
  std::expected<StateValue, Unavailable> block_hash(const StateKey& key) const;
  Unavailable missing(const StateKey& key) const;

  AccountMap accounts_;
  std::unordered_map<uint64_t, Hash256> block_hashes_;
  std::string name_;
  bool complete_ = true;
};

} // namespace runahead
