// How keys and values of an LMDB state folder are written; what is in it stands in lmdb.hpp. For
// its readers and writers only.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <lmdb.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace runahead::lmdb_format {

inline constexpr std::string_view format = "runahead-state 2";
/// What older versions of this program wrote: the state of one block, without history.
inline constexpr std::string_view old_format = "runahead-state 1";
inline constexpr std::string_view data_file = "data.mdb";

/// The maps, in the order of lmdb.hpp.
enum class Map : unsigned {
  meta,
  accounts,
  storage,
  cleared,
  code,
  block_hashes,
  headers,
  bodies,
  receipts,
  senders,
  numbers,
  transactions,
};
inline constexpr std::array<const char*, 12> map_names = {
    "meta",    "accounts", "storage",  "cleared", "code",    "block_hashes",
    "headers", "bodies",   "receipts", "senders", "numbers", "transactions"};

/// An account that is there.
struct AccountRecord {
  uint64_t nonce = 0;
  uint256 balance;
  Hash256 code_hash;

  bool operator==(const AccountRecord&) const = default;
};

/// A header's place among the headers of its chain.
struct HeaderRecord {
  uint256 total_difficulty;
  BytesView rlp;
};

/// A transaction's place in its chain.
struct PlaceRecord {
  uint64_t block = 0;
  uint32_t index = 0;
};

inline constexpr size_t seal_bytes = 8;

using NumberKey = std::array<uint8_t, 8>;
using AccountKey = std::array<uint8_t, 28>; ///< address, block
using StorageKey = std::array<uint8_t, 60>; ///< address, slot, block

/// A number that no block has: it stands behind all records of an account or a slot.
inline constexpr uint64_t behind_all_blocks = UINT64_MAX;

NumberKey number_key(uint64_t number);
AccountKey account_key(const Address& address, uint64_t block);
StorageKey storage_key(const Address& address, const uint256& slot, uint64_t block);

/// The block that a key ends with. REQUIRES: at least 8 bytes.
uint64_t block_of(BytesView key);

/// A value of fixed size with its seal.
template <size_t size>
using Sealed = std::array<uint8_t, size + seal_bytes>;

/// No record: the account is deleted.
Bytes seal_account(const AccountKey& key, const std::optional<AccountRecord>& record);
Sealed<32> seal_word(BytesView key, const uint256& word);
Sealed<0> seal_nothing(BytesView key);
Sealed<8> seal_number(BytesView key, uint64_t number);
Sealed<12> seal_place(BytesView key, const PlaceRecord& place);
/// A body of any size, in parts.
Bytes seal_bytes_of(BytesView key, BytesView first, BytesView second = {});

/// What a value holds without its seal, or nothing if it is damaged: its seal is wrong.
std::optional<BytesView> unseal(BytesView key, BytesView value);

/// Outer: damaged, in its seal or its length. Inner: deleted.
std::optional<std::optional<AccountRecord>> open_account(BytesView key, BytesView value);
std::optional<uint256> open_word(BytesView key, BytesView value);
std::optional<uint64_t> open_number(BytesView key, BytesView value);
std::optional<PlaceRecord> open_place(BytesView key, BytesView value);
/// It points into `value`.
std::optional<HeaderRecord> open_header(BytesView key, BytesView value);

inline BytesView view(const MDB_val& value) {
  return {static_cast<const uint8_t*>(value.mv_data), value.mv_size};
}
/// LMDB reads through it and never writes.
inline MDB_val val(BytesView bytes) { return {bytes.size(), const_cast<uint8_t*>(bytes.data())}; }
inline MDB_val val(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

struct AbortTxn {
  void operator()(MDB_txn* txn) const { mdb_txn_abort(txn); }
};
using Txn = std::unique_ptr<MDB_txn, AbortTxn>;

struct CloseCursor {
  void operator()(MDB_cursor* cursor) const { mdb_cursor_close(cursor); }
};
using Cursor = std::unique_ptr<MDB_cursor, CloseCursor>;

/// A record as LMDB has it; the views are good until the transaction ends or writes.
struct Found {
  BytesView key, value;
};

/// The newest record whose key is `key` but for the block at its end, and whose block is not after
/// the one that `key` ends with: one search, and one step back where that block has none. Gives
/// LMDB's error, MDB_NOTFOUND where there is no such record.
int find_newest(MDB_cursor* cursor, BytesView key, Found& found);

} // namespace runahead::lmdb_format
