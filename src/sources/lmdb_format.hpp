// How keys and values of an LMDB state folder are written; see lmdb.hpp. For its reader and writer.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <lmdb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runahead::lmdb_format {

inline constexpr std::string_view format = "runahead-state 1";
inline constexpr std::string_view data_file = "data.mdb";

/// The maps, in the order of lmdb.hpp.
enum class Map : unsigned { meta, accounts, code, storage, block_hashes };
inline constexpr std::array<const char*, 5> map_names = {"meta", "accounts", "code", "storage",
                                                         "block_hashes"};

struct AccountRecord {
  uint64_t nonce = 0;
  uint256 balance;
  Hash256 code_hash;
};

using StorageKey = std::array<uint8_t, 52>;
using NumberKey = std::array<uint8_t, 8>;

StorageKey storage_key(const Address& address, const uint256& slot);
NumberKey number_key(uint64_t number);

/// A value with its seal.
template <size_t size>
using Sealed = std::array<uint8_t, size + 8>;

Sealed<72> seal_account(const Address& address, const AccountRecord& record);
Sealed<32> seal_word(BytesView key, const uint256& word);

/// Nothing if the length or the seal is wrong: the value is damaged.
std::optional<AccountRecord> open_account(const Address& address, BytesView value);
std::optional<uint256> open_word(BytesView key, BytesView value);

inline BytesView view(const MDB_val& value) {
  return {static_cast<const uint8_t*>(value.mv_data), value.mv_size};
}
/// LMDB reads through it and never writes.
inline MDB_val val(BytesView bytes) { return {bytes.size(), const_cast<uint8_t*>(bytes.data())}; }
inline MDB_val val(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

} // namespace runahead::lmdb_format
