#include "sources/lmdb_format.hpp"

#include "crypto/keccak.hpp"

#include <algorithm>
#include <bit>

namespace runahead::lmdb_format {
namespace {

using Seal = std::array<uint8_t, seal_bytes>;

constexpr size_t account_bytes = 72;
constexpr size_t block_bytes = 8;

Seal seal_of(BytesView key, BytesView first, BytesView second) {
  Keccak256 hash;
  hash.update(key);
  hash.update(first);
  hash.update(second);
  const Hash256 digest = hash.finish();
  Seal seal;
  std::copy_n(digest.bytes.begin(), seal_bytes, seal.begin());
  return seal;
}

template <size_t size>
Sealed<size> with_seal(BytesView key, const std::array<uint8_t, size>& body) {
  Sealed<size> value;
  std::ranges::copy(body, value.begin());
  std::ranges::copy(seal_of(key, body, {}), value.begin() + size);
  return value;
}

} // namespace

NumberKey number_key(uint64_t number) { return std::bit_cast<NumberKey>(std::byteswap(number)); }

AccountKey account_key(const Address& address, uint64_t block) {
  AccountKey key;
  std::ranges::copy(address.bytes, key.begin());
  std::ranges::copy(number_key(block), key.end() - block_bytes);
  return key;
}

StorageKey storage_key(const Address& address, const uint256& slot, uint64_t block) {
  StorageKey key;
  std::ranges::copy(address.bytes, key.begin());
  store_be(key.data() + address.bytes.size(), slot);
  std::ranges::copy(number_key(block), key.end() - block_bytes);
  return key;
}

uint64_t block_of(BytesView key) { return from_be(key.last(block_bytes)).w[0]; }

Bytes seal_account(const AccountKey& key, const std::optional<AccountRecord>& record) {
  if (!record) return seal_bytes_of(key, {});
  std::array<uint8_t, account_bytes> body;
  std::ranges::copy(number_key(record->nonce), body.begin());
  store_be(body.data() + 8, record->balance);
  std::ranges::copy(record->code_hash.bytes, body.begin() + 40);
  return seal_bytes_of(key, body);
}

Sealed<32> seal_word(BytesView key, const uint256& word) {
  std::array<uint8_t, 32> body;
  store_be(body.data(), word);
  return with_seal(key, body);
}

Sealed<0> seal_nothing(BytesView key) { return seal_of(key, {}, {}); }

Sealed<8> seal_number(BytesView key, uint64_t number) { return with_seal(key, number_key(number)); }

Sealed<12> seal_place(BytesView key, const PlaceRecord& place) {
  std::array<uint8_t, 12> body;
  std::ranges::copy(number_key(place.block), body.begin());
  std::ranges::copy(std::bit_cast<std::array<uint8_t, 4>>(std::byteswap(place.index)),
                    body.begin() + 8);
  return with_seal(key, body);
}

Bytes seal_bytes_of(BytesView key, BytesView first, BytesView second) {
  Bytes value;
  value.reserve(first.size() + second.size() + seal_bytes);
  value.insert(value.end(), first.begin(), first.end());
  value.insert(value.end(), second.begin(), second.end());
  const Seal seal = seal_of(key, first, second);
  value.insert(value.end(), seal.begin(), seal.end());
  return value;
}

std::optional<BytesView> unseal(BytesView key, BytesView value) {
  if (value.size() < seal_bytes) return std::nullopt;
  const BytesView body = value.first(value.size() - seal_bytes);
  if (!equal(seal_of(key, body, {}), value.last(seal_bytes))) return std::nullopt;
  return body;
}

std::optional<std::optional<AccountRecord>> open_account(BytesView key, BytesView value) {
  const auto body = unseal(key, value);
  if (body && body->empty()) return std::optional<AccountRecord>();
  if (!body || body->size() != account_bytes) return std::nullopt;
  AccountRecord record;
  record.nonce = from_be(body->first(8)).w[0];
  record.balance = load_be(body->data() + 8);
  std::copy_n(body->data() + 40, 32, record.code_hash.bytes.begin());
  return record;
}

std::optional<uint256> open_word(BytesView key, BytesView value) {
  const auto body = unseal(key, value);
  if (!body || body->size() != 32) return std::nullopt;
  return load_be(body->data());
}

std::optional<uint64_t> open_number(BytesView key, BytesView value) {
  const auto body = unseal(key, value);
  if (!body || body->size() != 8) return std::nullopt;
  return from_be(*body).w[0];
}

std::optional<PlaceRecord> open_place(BytesView key, BytesView value) {
  const auto body = unseal(key, value);
  if (!body || body->size() != 12) return std::nullopt;
  return PlaceRecord{from_be(body->first(8)).w[0],
                     static_cast<uint32_t>(from_be(body->subspan(8)).w[0])};
}

std::optional<HeaderRecord> open_header(BytesView key, BytesView value) {
  const auto body = unseal(key, value);
  if (!body || body->size() < 32) return std::nullopt;
  return HeaderRecord{load_be(body->data()), body->subspan(32)};
}

int find_newest(MDB_cursor* cursor, BytesView key, Found& found) {
  MDB_val at = val(key), value{};
  int error = mdb_cursor_get(cursor, &at, &value, MDB_SET_RANGE);
  // Behind the last record of all there is nothing to step back from.
  if (error == MDB_NOTFOUND)
    error = mdb_cursor_get(cursor, &at, &value, MDB_LAST);
  else if (!error && !equal(view(at), key))
    error = mdb_cursor_get(cursor, &at, &value, MDB_PREV);
  if (error) return error;
  const BytesView there = view(at);
  const size_t fixed = key.size() - block_bytes;
  if (there.size() != key.size() || !equal(there.first(fixed), key.first(fixed)))
    return MDB_NOTFOUND;
  found = {there, view(value)};
  return 0;
}

} // namespace runahead::lmdb_format
