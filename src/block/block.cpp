#include "block/block.hpp"

#include "base/rlp_fields.hpp"
#include "crypto/keccak.hpp"
#include "state/trie.hpp"

namespace runahead {
namespace {

Result<Withdrawal> read_withdrawal(rlp::Reader& reader) {
  const auto list = reader.list();
  if (!list) return std::unexpected(list.error());
  Withdrawal w;
  rlp::FieldReader fields(*list);
  fields.read("index", w.index).read("validatorIndex", w.validator_index);
  fields.read("address", w.address).read("amount", w.amount_gwei);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
  return w;
}

Bytes encode_withdrawal(const Withdrawal& w) {
  rlp::Writer out;
  out.number(w.index).number(w.validator_index).string(w.address).number(w.amount_gwei);
  return out.as_list();
}

} // namespace

Result<Block> read_block(rlp::Reader& reader) {
  const auto list = reader.list();
  if (!list) return std::unexpected(list.error());
  Block block;
  rlp::FieldReader fields(*list);
  fields.read_as("header", block.header, read_header);
  fields.read_list("transactions", block.transactions, read_transaction);
  fields.read_list("uncles", block.ommers, read_header);
  if (!fields.done()) fields.read_list("withdrawals", block.withdrawals.emplace(), read_withdrawal);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
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
