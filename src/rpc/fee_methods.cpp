#include "rpc/fee_methods.hpp"

#include "block/fee_market.hpp"
#include "io/json_writer.hpp"
#include "rpc/block_answer.hpp"
#include "spec/blob_fee.hpp"
#include "spec/gas.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace runahead {
namespace {

// How a tip is suggested: of each of the newest blocks its few lowest tips, of all those one that
// most are below.
constexpr uint64_t sampled_blocks = 20;
constexpr size_t samples_of_block = 3;
constexpr size_t sampled_percent = 60;

constexpr size_t most_percentiles = 100;

uint256 tip_of(const Transaction& tx, const std::optional<uint256>& base_fee) {
  return effective_gas_price(tx, base_fee) - base_fee.value_or(uint256{});
}

/// Wei per gas of the block behind `parent`; 0 before London.
uint256 base_fee_behind(const ChainReader& chain, const StoredHeader& parent) {
  const BlockHeader& header = parent.header;
  const BlockRules rules = chain.rules_behind(parent, header.number + 1, header.timestamp + 1);
  return rules.since(Fork::london) ? next_base_fee(header) : uint256{};
}

/// Wei per blob gas of the block itself; 0 before Cancun.
uint256 blob_fee_of(const StoredHeader& stored) {
  if (!stored.header.excess_blob_gas) return {};
  return runahead::blob_base_fee(*stored.header.excess_blob_gas, stored.rules.rules.blobs);
}

uint256 blob_fee_behind(const ChainReader& chain, const StoredHeader& parent) {
  const BlockHeader& header = parent.header;
  const Rules rules = chain.rules_behind(parent, header.number + 1, header.timestamp + 1).rules;
  if (rules.fork < Fork::cancun) return {};
  return runahead::blob_base_fee(next_excess_blob_gas(header, rules), rules.blobs);
}

Result<uint256> suggested_tip(const ChainReader& chain, uint64_t newest) {
  std::vector<uint256> tips;
  for (uint64_t i = 0; i < sampled_blocks && newest >= chain.first() + i; ++i) {
    const auto stored = chain.block(newest - i);
    if (!stored) return std::unexpected(stored.error());
    std::vector<uint256> of_block;
    for (const SignedTransaction& tx : stored->block.transactions)
      of_block.push_back(tip_of(tx.transaction, stored->block.header.base_fee));
    std::ranges::sort(of_block);
    of_block.resize(std::min(of_block.size(), samples_of_block));
    tips.insert(tips.end(), of_block.begin(), of_block.end());
  }
  if (tips.empty()) return uint256{};
  std::ranges::sort(tips);
  return tips[(tips.size() - 1) * sampled_percent / 100];
}

/// Answers with a quantity that `make` finds for the newest block.
void quantity_at_head(MethodCall call,
                      Result<uint256> (*make)(const ChainReader& chain, uint64_t newest)) {
  with_block(std::move(call), BlockRef{}, [make](MethodCall woken, const PinRef& pin) {
    const auto value = make(woken.chain(), pin->block.env.number);
    if (!value) return woken.refuse({rpc_code::internal_error, value.error().message});
    woken.reply(JsonWriter().quantity(*value).take());
  });
}

// eth_feeHistory ---------------------------------------------------------------------------------

Result<double> read_percentile(const JsonElement& value) {
  double percentile = 0;
  if (value.get(percentile) != simdjson::SUCCESS)
    return fail("expected a number, got " + describe(value));
  if (percentile < 0 || percentile > 100) return fail("not between 0 and 100");
  return percentile;
}

Result<std::vector<double>> read_percentiles(const JsonElement& value) {
  std::vector<double> percentiles;
  if (const auto ok = read_list(value, percentiles, read_percentile); !ok)
    return std::unexpected(ok.error());
  if (percentiles.size() > most_percentiles) return fail("more than 100 percentiles");
  if (!std::ranges::is_sorted(percentiles)) return fail("not ascending");
  return percentiles;
}

/// Hex text, or a plain number.
Result<uint64_t> read_count(const JsonElement& value) {
  uint64_t count = 0;
  if (value.get(count) == simdjson::SUCCESS) return count;
  return read_u64(value);
}

/// A ratio in the shortest form that reads back the same.
std::string to_text(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

double ratio(uint64_t used, uint64_t limit) {
  return limit == 0 ? 0 : static_cast<double>(used) / static_cast<double>(limit);
}

/// Tips at the percentiles of the gas that a block's transactions used.
Result<std::vector<uint256>> rewards_of(const ChainReader& chain, uint64_t number,
                                        std::span<const double> percentiles) {
  std::vector<uint256> rewards(percentiles.size());
  const auto stored = chain.block(number);
  if (!stored) return std::unexpected(stored.error());
  const auto receipts = chain.receipts(number);
  if (!receipts) return std::unexpected(receipts.error());
  const auto& transactions = stored->block.transactions;
  if (receipts->size() != transactions.size()) return fail("has another number of receipts");
  std::vector<std::pair<uint256, uint64_t>> tips; // with the gas used at it
  uint64_t gas_before = 0;
  for (size_t i = 0; i < transactions.size(); ++i) {
    const uint64_t gas = (*receipts)[i].cumulative_gas_used;
    tips.emplace_back(tip_of(transactions[i].transaction, stored->block.header.base_fee),
                      gas - gas_before);
    gas_before = gas;
  }
  if (tips.empty()) return rewards;
  std::ranges::sort(tips);
  size_t at = 0;
  uint64_t gas = tips[0].second;
  for (size_t i = 0; i < percentiles.size(); ++i) {
    const auto threshold = static_cast<uint64_t>(
        static_cast<double>(stored->block.header.gas_used) * percentiles[i] / 100);
    while (gas < threshold && at + 1 < tips.size()) gas += tips[++at].second;
    rewards[i] = tips[at].first;
  }
  return rewards;
}

/// The lists of an answer, as far as they are written.
struct FeeLists {
  JsonWriter rewards, base_fees, gas_ratios, blob_fees, blob_ratios;
};

Result<void> add_block(const ChainReader& chain, const StoredHeader& stored,
                       std::span<const double> percentiles, FeeLists& lists) {
  const BlockHeader& header = stored.header;
  lists.base_fees.quantity(header.base_fee.value_or(uint256{}));
  lists.gas_ratios.raw(to_text(ratio(header.gas_used, header.gas_limit)));
  lists.blob_fees.quantity(blob_fee_of(stored));
  lists.blob_ratios.raw(
      to_text(ratio(header.blob_gas_used.value_or(0),
                    static_cast<uint64_t>(gas::blob) * stored.rules.rules.blobs.max)));
  if (percentiles.empty()) return {};
  const auto rewards = rewards_of(chain, header.number, percentiles);
  if (!rewards) return std::unexpected(rewards.error());
  lists.rewards.begin_array();
  for (const uint256& reward : *rewards) lists.rewards.quantity(reward);
  lists.rewards.end_array();
  return {};
}

Result<std::string> fee_history_answer(const ChainReader& chain, uint64_t count, uint64_t newest,
                                       std::span<const double> percentiles) {
  count = std::min({count, limits::rpc_fee_blocks, newest - chain.first() + 1});
  JsonWriter json;
  json.begin_object().key("oldestBlock");
  if (count == 0) return json.quantity(0).key("gasUsedRatio").raw("[]").end_object().take();
  const uint64_t oldest = newest - count + 1;
  json.quantity(oldest);
  FeeLists lists;
  for (JsonWriter* list :
       {&lists.rewards, &lists.base_fees, &lists.gas_ratios, &lists.blob_fees, &lists.blob_ratios})
    list->begin_array();
  for (uint64_t number = oldest; number <= newest; ++number) {
    const auto stored = chain.header(number);
    if (!stored) return std::unexpected(stored.error());
    if (const auto ok = add_block(chain, *stored, percentiles, lists); !ok)
      return std::unexpected(ok.error());
    if (number != newest) continue;
    lists.base_fees.quantity(base_fee_behind(chain, *stored));
    lists.blob_fees.quantity(blob_fee_behind(chain, *stored));
  }
  if (!percentiles.empty()) json.key("reward").raw(lists.rewards.end_array().str());
  json.key("baseFeePerGas").raw(lists.base_fees.end_array().str());
  json.key("gasUsedRatio").raw(lists.gas_ratios.end_array().str());
  json.key("baseFeePerBlobGas").raw(lists.blob_fees.end_array().str());
  json.key("blobGasUsedRatio").raw(lists.blob_ratios.end_array().str());
  return json.end_object().take();
}

} // namespace

void max_priority_fee(MethodCall call) { quantity_at_head(std::move(call), suggested_tip); }

void gas_price(MethodCall call) {
  quantity_at_head(std::move(call), [](const ChainReader& chain, uint64_t newest) {
    const auto header = chain.header(newest);
    if (!header) return Result<uint256>(std::unexpected(header.error()));
    auto tip = suggested_tip(chain, newest);
    if (tip) *tip += header->header.base_fee.value_or(uint256{});
    return tip;
  });
}

void base_fee(MethodCall call) {
  quantity_at_head(std::move(call), [](const ChainReader& chain, uint64_t newest) {
    const auto header = chain.header(newest);
    if (!header) return Result<uint256>(std::unexpected(header.error()));
    return Result<uint256>(base_fee_behind(chain, *header));
  });
}

void blob_base_fee(MethodCall call) {
  quantity_at_head(std::move(call), [](const ChainReader& chain, uint64_t newest) {
    const auto header = chain.header(newest);
    if (!header) return Result<uint256>(std::unexpected(header.error()));
    return Result<uint256>(blob_fee_of(*header));
  });
}

void fee_history(MethodCall call) {
  uint64_t count = 0;
  BlockRef newest;
  std::vector<double> percentiles;
  const auto params = Parameters::read(call.params, 3);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_count, count);
  if (ok) ok = params->required(1, read_block_ref, newest);
  if (ok) ok = params->optional(2, read_percentiles, percentiles);
  if (!ok) return call.refuse_params(ok.error());
  with_number(std::move(call), newest,
              [count, percentiles = std::move(percentiles)](MethodCall woken,
                                                            std::optional<uint64_t> number) {
                if (!number)
                  return woken.refuse({rpc_code::server_error, "request beyond head block"});
                auto answer = fee_history_answer(woken.chain(), count, *number, percentiles);
                if (!answer)
                  return woken.refuse({rpc_code::internal_error, answer.error().message});
                woken.reply(std::move(*answer));
              });
}

} // namespace runahead
