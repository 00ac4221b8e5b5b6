#include "block/block.hpp"

#include "crypto/keccak.hpp"
#include "state/trie.hpp"

namespace runahead {
namespace {

Result<Withdrawal> read_withdrawal(rlp::Reader& reader) {
  auto list = reader.list();
  if (!list) return std::unexpected(list.error());
  const auto index = list->number_u64();
  if (!index) return fail_at("index", index.error());
  const auto validator = list->number_u64();
  if (!validator) return fail_at("validatorIndex", validator.error());
  const auto address = list->address();
  if (!address) return fail_at("address", address.error());
  const auto amount = list->number_u64();
  if (!amount) return fail_at("amount", amount.error());
  if (const auto end = list->finish(); !end) return std::unexpected(end.error());
  return Withdrawal{*index, *validator, *address, *amount};
}

/// The next item as a list of what `read` reads; `name` stands in front of errors.
template <class T, class Read>
Result<std::vector<T>> read_list(std::string_view name, rlp::Reader& reader, Read read) {
  auto list = reader.list();
  if (!list) return fail_at(name, list.error());
  std::vector<T> items;
  while (!list->done()) {
    auto item = read(*list);
    if (!item)
      return fail_at(std::string(name) + "[" + std::to_string(items.size()) + "]", item.error());
    items.push_back(std::move(*item));
  }
  return items;
}

Bytes encode_withdrawal(const Withdrawal& w) {
  rlp::Writer out;
  out.number(w.index).number(w.validator_index).string(w.address).number(w.amount_gwei);
  return out.as_list();
}

} // namespace

Result<Block> read_block(rlp::Reader& reader) {
  auto list = reader.list();
  if (!list) return std::unexpected(list.error());
  auto header = read_header(*list);
  if (!header) return fail_at("header", header.error());
  auto transactions = read_list<SignedTransaction>("transactions", *list, read_transaction);
  if (!transactions) return std::unexpected(transactions.error());
  auto ommers = read_list<BlockHeader>("uncles", *list, read_header);
  if (!ommers) return std::unexpected(ommers.error());
  Block block{std::move(*header), std::move(*transactions), std::move(*ommers), {}};
  if (!list->done()) {
    auto withdrawals = read_list<Withdrawal>("withdrawals", *list, read_withdrawal);
    if (!withdrawals) return std::unexpected(withdrawals.error());
    block.withdrawals = std::move(*withdrawals);
  }
  if (const auto end = list->finish(); !end) return std::unexpected(end.error());
  return block;
}

Result<Block> decode_block(BytesView encoded) {
  rlp::Reader reader(encoded);
  auto block = read_block(reader);
  if (!block) return block;
  if (const auto end = reader.finish(); !end) return std::unexpected(end.error());
  return block;
}

Bytes encode_block(const Block& block) {
  rlp::Writer transactions, ommers, withdrawals, out;
  for (const SignedTransaction& tx : block.transactions) write_transaction(transactions, tx);
  for (const BlockHeader& ommer : block.ommers) ommers.raw(encode_header(ommer));
  out.raw(encode_header(block.header)).list(transactions).list(ommers);
  if (block.withdrawals) {
    for (const Withdrawal& w : *block.withdrawals) withdrawals.raw(encode_withdrawal(w));
    out.list(withdrawals);
  }
  return out.as_list();
}

Hash256 ommers_hash(std::span<const BlockHeader> ommers) {
  rlp::Writer list;
  for (const BlockHeader& ommer : ommers) list.raw(encode_header(ommer));
  return keccak256(list.as_list());
}

Hash256 transactions_root(std::span<const SignedTransaction> transactions) {
  std::vector<Bytes> items;
  items.reserve(transactions.size());
  for (const SignedTransaction& tx : transactions) items.push_back(encode_transaction(tx));
  return list_root(items);
}

Hash256 withdrawals_root(std::span<const Withdrawal> withdrawals) {
  std::vector<Bytes> items;
  items.reserve(withdrawals.size());
  for (const Withdrawal& w : withdrawals) items.push_back(encode_withdrawal(w));
  return list_root(items);
}

Hash256 list_root(std::span<const Bytes> items) {
  std::vector<Bytes> keys;
  keys.reserve(items.size());
  for (size_t i = 0; i < items.size(); ++i) keys.push_back(rlp::Writer().number(i).items());
  std::vector<TrieItem> leaves;
  leaves.reserve(items.size());
  for (size_t i = 0; i < items.size(); ++i) leaves.push_back({keys[i], items[i]});
  return trie_root(std::move(leaves));
}

} // namespace runahead
