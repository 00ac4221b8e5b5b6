#include "state/trie_account.hpp"

#include "base/rlp.hpp"

#include <cassert>

namespace runahead {
namespace {

template <size_t capacity>
void append(BoundedRlp<capacity>& rlp, uint8_t byte) {
  rlp.bytes[rlp.size++] = byte;
}

template <size_t capacity>
void append_number(BoundedRlp<capacity>& rlp, const uint256& x) {
  if (x.fits_u64() && x.w[0] != 0 && x.w[0] < 0x80)
    return append(rlp, static_cast<uint8_t>(x.w[0]));
  uint8_t bytes[32];
  store_be(bytes, x);
  const unsigned width = x.byte_width();
  append(rlp, static_cast<uint8_t>(0x80 + width));
  std::memcpy(rlp.bytes.data() + rlp.size, bytes + 32 - width, width);
  rlp.size += width;
}

void append_hash(AccountRlp& rlp, const Hash256& hash) {
  append(rlp, 0x80 + 32);
  std::memcpy(rlp.bytes.data() + rlp.size, hash.bytes.data(), 32);
  rlp.size += 32;
}

} // namespace

AccountRlp encode_account(const TrieAccount& account) {
  AccountRlp rlp;
  rlp.size = 2;
  append_number(rlp, account.nonce);
  append_number(rlp, account.balance);
  append_hash(rlp, account.storage_root);
  append_hash(rlp, account.code_hash);
  // Two hashes alone are 66 bytes, so the list's length always takes one byte of its own.
  rlp.bytes[0] = 0xf8;
  rlp.bytes[1] = static_cast<uint8_t>(rlp.size - 2);
  return rlp;
}

Result<TrieAccount> decode_account(BytesView encoded) {
  rlp::Reader outer(encoded);
  auto list = outer.list();
  if (!list) return fail_at("account", list.error());
  if (const auto end = outer.finish(); !end) return fail_at("account", end.error());
  const auto nonce = list->number_u64();
  if (!nonce) return fail_at("account.nonce", nonce.error());
  const auto balance = list->number();
  if (!balance) return fail_at("account.balance", balance.error());
  const auto storage_hash = list->hash();
  if (!storage_hash) return fail_at("account.storage_root", storage_hash.error());
  const auto code_hash = list->hash();
  if (!code_hash) return fail_at("account.code_hash", code_hash.error());
  if (const auto end = list->finish(); !end) return fail_at("account", end.error());
  return TrieAccount{*nonce, *balance, *storage_hash, *code_hash};
}

StorageRlp encode_storage_value(const uint256& value) {
  assert(value);
  StorageRlp rlp;
  append_number(rlp, value);
  return rlp;
}

Result<uint256> decode_storage_value(BytesView encoded) {
  rlp::Reader reader(encoded);
  const auto value = reader.number();
  if (!value) return fail_at("storage value", value.error());
  if (const auto end = reader.finish(); !end) return fail_at("storage value", end.error());
  if (!*value) return fail("storage value: zero, which is not kept");
  return *value;
}

} // namespace runahead
