#include "block/validation.hpp"

#include "base/hex.hpp"
#include "block/dao_fork.hpp"
#include "block/difficulty.hpp"
#include "block/fee_market.hpp"
#include "spec/gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t most_extra_bytes = 32;
constexpr uint64_t least_gas_limit = 5000;
constexpr uint64_t gas_limit_bound_divisor = 1024;
constexpr uint64_t most_gas_limit = INT64_MAX;                // EIP-1985
constexpr size_t most_block_bytes = (10u << 20) - (2u << 20); // EIP-7934
constexpr auto gas_per_blob = static_cast<uint64_t>(gas::blob);

using Verdict = std::optional<InvalidBlock>;

std::string text(uint64_t x) { return to_decimal(x); }

/// The first verdict that is against the block.
template <class... Checks>
Verdict first_fault(Checks&&... checks) {
  Verdict verdict;
  (void)((verdict = checks()).has_value() || ...);
  return verdict;
}

Verdict check_position(const BlockHeader& h, const BlockHeader& parent) {
  if (parent.number == UINT64_MAX || h.number != parent.number + 1)
    return have_want(BlockFault::number, "number", text(h.number),
                     to_decimal(uint256{parent.number} + uint256{1}));
  if (h.timestamp <= parent.timestamp)
    return have_want(BlockFault::timestamp, "timestamp", text(h.timestamp),
                     "later than the parent's " + text(parent.timestamp));
  return {};
}

Verdict check_gas(const BlockHeader& h, const BlockHeader& parent, bool first_of_london) {
  if (h.gas_limit > most_gas_limit)
    return have_want(BlockFault::gas_limit, "gasLimit", text(h.gas_limit), "at most 2^63 - 1");
  const uint64_t base = parent.gas_limit * (first_of_london ? gas_limit_elasticity : 1);
  const uint64_t bound = base / gas_limit_bound_divisor;
  const uint64_t away = h.gas_limit > base ? h.gas_limit - base : base - h.gas_limit;
  if (away >= bound || h.gas_limit < least_gas_limit)
    return have_want(BlockFault::gas_limit, "gasLimit", text(h.gas_limit),
                     "at least " + text(least_gas_limit) + " and less than " + text(bound) +
                         " away from " + text(base));
  if (h.gas_used > h.gas_limit)
    return have_want(BlockFault::gas_used_above_limit, "gasUsed", text(h.gas_used),
                     "at most the gas limit " + text(h.gas_limit));
  return {};
}

Verdict check_extra_data(const BlockHeader& h, const BlockRules& rules) {
  if (h.extra_data.size() > most_extra_bytes)
    return have_want(BlockFault::extra_data, "extraData", text(h.extra_data.size()) + " bytes",
                     "at most " + text(most_extra_bytes));
  const bool is_marked = rules.dao_fork && h.number >= *rules.dao_fork &&
                         h.number - *rules.dao_fork < dao_extra_data_blocks;
  const BytesView marker(reinterpret_cast<const uint8_t*>(dao_extra_data.data()),
                         dao_extra_data.size());
  if (is_marked && !equal(h.extra_data, marker))
    return have_want(BlockFault::dao_extra_data, "extraData", to_hex(h.extra_data),
                     to_hex(marker) + " (EIP-779)");
  return {};
}

Verdict check_consensus(const BlockHeader& h, const BlockHeader& parent, const BlockRules& rules) {
  uint256 difficulty;
  if (!rules.since(Fork::paris)) {
    const DifficultyInput input{parent.difficulty, parent.timestamp,
                                parent.ommers_hash != no_ommers_hash, h.number, h.timestamp};
    difficulty = block_difficulty(input, rules.rules.fork, rules.bomb_delay);
  }
  if (h.difficulty != difficulty)
    return have_want(BlockFault::difficulty, "difficulty", to_decimal(h.difficulty),
                     to_decimal(difficulty));
  if (!rules.since(Fork::paris)) return {};
  if (h.nonce != decltype(h.nonce){})
    return have_want(BlockFault::nonce, "nonce", to_hex(h.nonce), "zero (EIP-3675)");
  if (h.ommers_hash != no_ommers_hash)
    return have_want(BlockFault::ommers_hash, "sha3Uncles", to_hex(h.ommers_hash),
                     "that of no ommers (EIP-3675)");
  return {};
}

/// A field must be there exactly since its fork.
template <class T>
Verdict check_presence(BlockFault fault, std::string_view field, const std::optional<T>& value,
                       Fork first, const BlockRules& rules) {
  if (value.has_value() == rules.since(first)) return {};
  return have_want(fault, field, value ? "a value" : "none",
                   (value ? "none before " : "a value since ") + std::string(name(first)));
}

Verdict check_base_fee(const BlockHeader& h, const BlockHeader& parent, const BlockRules& rules) {
  auto verdict =
      check_presence(BlockFault::base_fee, "baseFeePerGas", h.base_fee, Fork::london, rules);
  if (verdict || !h.base_fee) return verdict;
  const uint256 wanted = next_base_fee(parent);
  if (*h.base_fee == wanted) return {};
  return have_want(BlockFault::base_fee, "baseFeePerGas", to_decimal(*h.base_fee),
                   to_decimal(wanted));
}

Verdict check_blob_gas(const BlockHeader& h, const BlockHeader& parent, const BlockRules& rules) {
  if (!h.blob_gas_used || !h.excess_blob_gas) return {};
  const uint64_t most = rules.rules.blobs.max * gas_per_blob;
  if (*h.blob_gas_used > most || *h.blob_gas_used % gas_per_blob != 0)
    return have_want(BlockFault::blob_gas_used, "blobGasUsed", text(*h.blob_gas_used),
                     "a multiple of " + text(gas_per_blob) + " up to " + text(most));
  const uint64_t wanted = next_excess_blob_gas(parent, rules.rules);
  if (*h.excess_blob_gas == wanted) return {};
  return have_want(BlockFault::excess_blob_gas, "excessBlobGas", text(*h.excess_blob_gas),
                   text(wanted));
}

Verdict check_later_fields(const BlockHeader& h, const BlockRules& rules) {
  using enum BlockFault;
  return first_fault(
      [&] {
        return check_presence(withdrawals_root, "withdrawalsRoot", h.withdrawals_root,
                              Fork::shanghai, rules);
      },
      [&] {
        return check_presence(blob_gas_used, "blobGasUsed", h.blob_gas_used, Fork::cancun, rules);
      },
      [&] {
        return check_presence(excess_blob_gas, "excessBlobGas", h.excess_blob_gas, Fork::cancun,
                              rules);
      },
      [&] {
        return check_presence(parent_beacon_root, "parentBeaconBlockRoot", h.parent_beacon_root,
                              Fork::cancun, rules);
      },
      [&] {
        return check_presence(requests_hash, "requestsHash", h.requests_hash, Fork::prague, rules);
      });
}

Verdict check_hash(BlockFault fault, std::string_view field, const Hash256& have,
                   const Hash256& want) {
  if (have == want) return {};
  return have_want(fault, field, to_hex(have), to_hex(want) + " of the body");
}

// Ommers -----------------------------------------------------------------------------------------

Verdict ommer_fault(BlockFault fault, size_t index, std::string_view what) {
  std::string message = "uncles[" + std::to_string(index) + "]: ";
  message += what;
  return InvalidBlock{fault, std::move(message), index, {}, {}};
}

bool already_included(const Hash256& hash, std::span<const Ancestor> ancestors) {
  for (const Ancestor& ancestor : ancestors)
    for (const BlockHeader& ommer : ancestor.ommers)
      if (header_hash(ommer) == hash) return true;
  return false;
}

Verdict check_ommer(const BlockHeader& ommer, const Hash256& hash, size_t index,
                    std::span<const Ancestor> ancestors, const ForkSchedule& schedule) {
  if (already_included(hash, ancestors))
    return ommer_fault(BlockFault::ommer_repeated, index, "is an ommer of an ancestor already");
  if (std::ranges::find(ancestors, hash, &Ancestor::hash) != ancestors.end())
    return ommer_fault(BlockFault::ommer_is_ancestor, index, "is an ancestor of the block");
  const auto parent = std::ranges::find(ancestors, ommer.parent_hash, &Ancestor::hash);
  if (parent == ancestors.end() || parent == ancestors.begin())
    return ommer_fault(BlockFault::ommer_parent, index,
                       "parentHash: have " + to_hex(ommer.parent_hash) +
                           ", want the 2nd to 7th ancestor's");
  const BlockRules rules = schedule.at(ommer.number, ommer.timestamp, {});
  const Verdict header_fault = validate_header(ommer, *parent->header, rules);
  if (!header_fault) return {};
  Verdict fault = ommer_fault(BlockFault::ommer_header, index, header_fault->message);
  fault->ommer = header_fault->fault;
  return fault;
}

} // namespace

Verdict validate_header(const BlockHeader& h, const BlockHeader& parent, const BlockRules& rules) {
  const bool first_of_london = rules.since(Fork::london) && !parent.base_fee;
  return first_fault([&] { return check_position(h, parent); },
                     [&] { return check_extra_data(h, rules); },
                     [&] { return check_consensus(h, parent, rules); },
                     [&] { return check_gas(h, parent, first_of_london); },
                     [&] { return check_base_fee(h, parent, rules); },
                     [&] { return check_later_fields(h, rules); },
                     [&] { return check_blob_gas(h, parent, rules); });
}

Verdict validate_body(const Block& block, size_t size_bytes, const BlockRules& rules) {
  const BlockHeader& h = block.header;
  if (rules.since(Fork::osaka) && size_bytes > most_block_bytes)
    return have_want(BlockFault::size, "size", text(size_bytes) + " bytes",
                     "at most " + text(most_block_bytes) + " (EIP-7934)");
  if (auto fault = check_hash(BlockFault::transactions_root, "transactionsRoot",
                              h.transactions_root, transactions_root(block.transactions)))
    return fault;
  if (auto fault = check_hash(BlockFault::ommers_hash, "sha3Uncles", h.ommers_hash,
                              ommers_hash(block.ommers)))
    return fault;
  if (auto fault = check_presence(BlockFault::withdrawals_root, "withdrawals", block.withdrawals,
                                  Fork::shanghai, rules))
    return fault;
  if (!block.withdrawals || !h.withdrawals_root) return {};
  return check_hash(BlockFault::withdrawals_root, "withdrawalsRoot", *h.withdrawals_root,
                    withdrawals_root(*block.withdrawals));
}

Verdict validate_ommers(const Block& block, std::span<const Ancestor> ancestors,
                        const ForkSchedule& schedule) {
  constexpr size_t most_ommers = 2;
  if (block.ommers.size() > most_ommers)
    return have_want(BlockFault::ommer_count, "uncles", text(block.ommers.size()),
                     "at most " + text(most_ommers));
  ancestors = ancestors.first(std::min(ancestors.size(), ommer_generations));
  std::vector<Hash256> hashes;
  for (const BlockHeader& ommer : block.ommers) {
    const Hash256 hash = header_hash(ommer);
    if (std::ranges::count(hashes, hash) != 0)
      return ommer_fault(BlockFault::ommer_repeated, hashes.size(), "stands in the list twice");
    if (auto fault = check_ommer(ommer, hash, hashes.size(), ancestors, schedule)) return fault;
    hashes.push_back(hash);
  }
  return {};
}

Verdict recover_senders(std::span<SignedTransaction> transactions, Fork fork) {
  for (size_t i = 0; i < transactions.size(); ++i) {
    const auto sender = recover_sender(transactions[i], fork);
    if (!sender)
      return InvalidBlock{BlockFault::signature,
                          "transactions[" + std::to_string(i) + "]." + sender.error().message,
                          i,
                          {},
                          {}};
    transactions[i].transaction.sender = *sender;
  }
  return {};
}

} // namespace runahead
