#include "sources/lmdb_records.hpp"

namespace runahead {

using namespace lmdb_format;

Result<void> LmdbRecords::put(Map map, BytesView key, BytesView value) {
  MDB_val place = val(key), content = val(value);
  if (const int error = mdb_put(txn_, env_.map(map), &place, &content, 0))
    return env_.refuse("cannot be written", error);
  return {};
}

Result<void> LmdbRecords::put_account(const Address& address, uint64_t block,
                                      const std::optional<AccountRecord>& record) {
  ++state_records_;
  const AccountKey key = account_key(address, block);
  return put(Map::accounts, key, seal_account(key, record));
}

Result<void> LmdbRecords::put_slot(const Address& address, const uint256& slot, uint64_t block,
                                   const uint256& word) {
  ++state_records_;
  const StorageKey key = storage_key(address, slot, block);
  return put(Map::storage, key, seal_word(key, word));
}

Result<void> LmdbRecords::put_clearing(const Address& address, uint64_t block) {
  ++state_records_;
  const AccountKey key = account_key(address, block);
  return put(Map::cleared, key, seal_nothing(key));
}

Result<void> LmdbRecords::put_code(const Bytecode& code) {
  if (code.bytes.empty()) return {};
  MDB_val place = val(BytesView(code.hash)), content = val(BytesView(code.bytes));
  const int error = mdb_put(txn_, env_.map(Map::code), &place, &content, MDB_NOOVERWRITE);
  if (error && error != MDB_KEYEXIST) return env_.refuse("cannot be written", error);
  return {};
}

Result<void> LmdbRecords::put_block_hash(uint64_t number, const Hash256& hash) {
  const NumberKey key = number_key(number);
  return put(Map::block_hashes, key, seal_word(key, from(hash)));
}

Result<void> LmdbRecords::put_block(const LmdbBlock& block) {
  const NumberKey key = number_key(block.number);
  std::array<uint8_t, 32> total_difficulty;
  store_be(total_difficulty.data(), block.total_difficulty);
  Bytes senders;
  for (const Address& sender : block.senders)
    senders.insert(senders.end(), sender.bytes.begin(), sender.bytes.end());
  auto ok = put_block_hash(block.number, block.hash);
  if (ok) ok = put(Map::headers, key, seal_bytes_of(key, total_difficulty, block.header));
  if (ok) ok = put(Map::bodies, key, seal_bytes_of(key, block.body));
  if (ok) ok = put(Map::receipts, key, seal_bytes_of(key, block.receipts));
  if (ok) ok = put(Map::senders, key, seal_bytes_of(key, senders));
  if (ok) ok = put(Map::numbers, block.hash, seal_number(block.hash, block.number));
  uint32_t index = 0;
  for (const Hash256& hash : block.transactions)
    if (ok) ok = put(Map::transactions, hash, seal_place(hash, {block.number, index++}));
  return ok;
}

} // namespace runahead
