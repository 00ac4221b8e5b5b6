#include "block/receipt.hpp"

#include "base/hex.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr uint8_t first_list_byte = 0xc0; // RLP's; a byte below is a type

void write_log(rlp::Writer& out, const Log& log) {
  rlp::Writer topics;
  for (const Hash256& topic : log.topics) topics.string(topic);
  out.list(rlp::Writer().string(log.address).list(topics).string(log.data));
}

Result<Log> read_log(rlp::Reader& reader) {
  auto fields = reader.list();
  if (!fields) return std::unexpected(fields.error());
  Log log;
  const auto address = fields->address();
  if (!address) return fail_at("address", address.error());
  log.address = *address;
  auto topics = fields->list();
  if (!topics) return fail_at("topics", topics.error());
  while (!topics->done()) {
    const auto topic = topics->hash();
    if (!topic) return fail_at("topics", topic.error());
    log.topics.push_back(*topic);
  }
  if (log.topics.size() > 4) return fail("topics: more than four");
  const auto data = fields->string();
  if (!data) return fail_at("data", data.error());
  log.data = to_bytes(*data);
  if (const auto end = fields->finish(); !end) return std::unexpected(end.error());
  return log;
}

/// The first field: a state root, or since Byzantium (EIP-658) a truth.
Result<void> read_outcome(rlp::Reader& fields, Receipt& receipt) {
  const auto outcome = fields.string();
  if (!outcome) return fail_at("status", outcome.error());
  if (outcome->size() == 32) {
    std::ranges::copy(*outcome, receipt.state_root.emplace().bytes.begin());
    return {};
  }
  if (outcome->size() > 1 || (outcome->size() == 1 && outcome->front() != 1))
    return fail("status: " + to_hex(*outcome) + " is neither a truth nor a state root");
  receipt.success = !outcome->empty();
  return {};
}

Result<void> read_logs(rlp::Reader& fields, Receipt& receipt) {
  auto logs = fields.list();
  if (!logs) return fail_at("logs", logs.error());
  while (!logs->done()) {
    auto log = read_log(*logs);
    if (!log) return fail_at("logs[" + std::to_string(receipt.logs.size()) + "]", log.error());
    receipt.logs.push_back(std::move(*log));
  }
  return {};
}

} // namespace

Bytes encode_receipt(const Receipt& receipt) {
  rlp::Writer logs, out;
  for (const Log& log : receipt.logs) write_log(logs, log);
  if (receipt.state_root)
    out.string(*receipt.state_root);
  else
    out.number(receipt.success ? 1 : 0);
  out.number(receipt.cumulative_gas_used).string(receipt.bloom).list(logs);
  Bytes list = out.as_list();
  if (receipt.type != TxType::legacy) list.insert(list.begin(), static_cast<uint8_t>(receipt.type));
  return list;
}

Result<Receipt> decode_receipt(BytesView envelope) {
  Receipt receipt;
  if (envelope.empty()) return fail("an empty receipt");
  if (envelope[0] < first_list_byte) {
    if (envelope[0] == 0 || envelope[0] > static_cast<uint8_t>(TxType::set_code))
      return fail("unknown receipt type " + to_hex(uint256{envelope[0]}));
    receipt.type = static_cast<TxType>(envelope[0]);
    envelope = envelope.subspan(1);
  }
  rlp::Reader reader(envelope);
  auto fields = reader.list();
  if (!fields) return std::unexpected(fields.error());
  if (const auto end = reader.finish(); !end) return std::unexpected(end.error());
  if (const auto outcome = read_outcome(*fields, receipt); !outcome)
    return std::unexpected(outcome.error());
  const auto gas = fields->number_u64();
  if (!gas) return fail_at("cumulativeGasUsed", gas.error());
  receipt.cumulative_gas_used = *gas;
  const auto bloom = fields->string(receipt.bloom.bytes.size());
  if (!bloom) return fail_at("logsBloom", bloom.error());
  std::ranges::copy(*bloom, receipt.bloom.bytes.begin());
  if (const auto logs = read_logs(*fields, receipt); !logs) return std::unexpected(logs.error());
  if (const auto end = fields->finish(); !end) return std::unexpected(end.error());
  if (receipt.bloom != bloom_of(receipt.logs)) return fail("logsBloom: is not that of the logs");
  return receipt;
}

Hash256 receipts_root(std::span<const Receipt> receipts) {
  std::vector<Bytes> items;
  items.reserve(receipts.size());
  for (const Receipt& receipt : receipts) items.push_back(encode_receipt(receipt));
  return list_root(items);
}

} // namespace runahead
