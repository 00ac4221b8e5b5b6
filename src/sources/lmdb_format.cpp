#include "sources/lmdb_format.hpp"

#include "crypto/keccak.hpp"

#include <algorithm>
#include <bit>

namespace runahead::lmdb_format {
namespace {

constexpr size_t seal_size = 8;

std::array<uint8_t, seal_size> seal_of(BytesView key, BytesView body) {
  Keccak256 hash;
  hash.update(key);
  hash.update(body);
  const Hash256 digest = hash.finish();
  std::array<uint8_t, seal_size> seal;
  std::copy_n(digest.bytes.begin(), seal_size, seal.begin());
  return seal;
}

template <size_t size>
void add_seal(BytesView key, Sealed<size>& value) {
  std::ranges::copy(seal_of(key, BytesView(value).first(size)), value.begin() + size);
}

bool intact(BytesView key, BytesView value, size_t body_size) {
  return value.size() == body_size + seal_size &&
         equal(seal_of(key, value.first(body_size)), value.subspan(body_size));
}

} // namespace

StorageKey storage_key(const Address& address, const uint256& slot) {
  StorageKey key;
  std::ranges::copy(address.bytes, key.begin());
  store_be(key.data() + address.bytes.size(), slot);
  return key;
}

NumberKey number_key(uint64_t number) { return std::bit_cast<NumberKey>(std::byteswap(number)); }

Sealed<72> seal_account(const Address& address, const AccountRecord& record) {
  Sealed<72> value;
  std::ranges::copy(number_key(record.nonce), value.begin());
  store_be(value.data() + 8, record.balance);
  std::ranges::copy(record.code_hash.bytes, value.begin() + 40);
  add_seal<72>(address, value);
  return value;
}

Sealed<32> seal_word(BytesView key, const uint256& word) {
  Sealed<32> value;
  store_be(value.data(), word);
  add_seal<32>(key, value);
  return value;
}

std::optional<AccountRecord> open_account(const Address& address, BytesView value) {
  if (!intact(address, value, 72)) return std::nullopt;
  AccountRecord record;
  record.nonce = from_be(value.first(8)).w[0];
  record.balance = load_be(value.data() + 8);
  std::copy_n(value.data() + 40, 32, record.code_hash.bytes.begin());
  return record;
}

std::optional<uint256> open_word(BytesView key, BytesView value) {
  if (!intact(key, value, 32)) return std::nullopt;
  return load_be(value.data());
}

} // namespace runahead::lmdb_format
