#include "base/hex.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "sources/lmdb.hpp"
#include "sources/lmdb_env.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

using namespace lmdb_format;

namespace {

/// One map's value, read and unsealed through a transaction of its own.
class MapRead {
public:
  explicit MapRead(const LmdbEnv& env) : env_(env) {}

  /// Empty: no such key. The view is good as long as this object, until the next `find`.
  Result<std::optional<BytesView>> find(Map which, BytesView key, std::string what) {
    if (!txn_)
      if (const int error = env_.begin_read(txn_)) return env_.refuse("cannot be read", error);
    what_ = std::move(what);
    MDB_val place = val(key), found{};
    const int error = mdb_get(txn_.get(), env_.map(which), &place, &found);
    if (error == MDB_NOTFOUND) return std::optional<BytesView>();
    if (error) return env_.refuse(what_, error);
    if (!unseal(key, view(found))) return damaged();
    return view(found);
  }

  /// About what was read last.
  std::unexpected<Error> damaged() const {
    return fail(env_.folder() + ": " + what_ +
                " is damaged: the length or the seal of its record is wrong");
  }

private:
  const LmdbEnv& env_;
  Txn txn_;
  std::string what_;
};

std::string of_block(std::string_view what, uint64_t number) {
  return std::string(what) + " of block " + std::to_string(number);
}

} // namespace

LmdbDatabase::LmdbDatabase(std::shared_ptr<const LmdbEnv> env) : env_(std::move(env)) {}
LmdbDatabase::~LmdbDatabase() = default;

Result<std::shared_ptr<const LmdbDatabase>> LmdbDatabase::open(const std::string& folder) {
  auto env = LmdbEnv::open(folder, LmdbEnv::Access::read);
  if (!env) return std::unexpected(env.error());
  return std::shared_ptr<const LmdbDatabase>(new LmdbDatabase(std::move(*env)));
}

const std::string& LmdbDatabase::folder() const { return env_->folder(); }
const StateAbout& LmdbDatabase::about() const { return env_->about(); }
bool LmdbDatabase::complete() const { return env_->complete(); }
uint64_t LmdbDatabase::first() const { return env_->first(); }

uint64_t LmdbDatabase::changes() const { return env_->changes(); }

Result<uint64_t> LmdbDatabase::head() const {
  Txn txn;
  if (const int error = env_->begin_read(txn)) return env_->refuse("cannot be read", error);
  return env_->head(txn.get());
}

Result<bool> LmdbDatabase::has_blocks() const {
  const auto found = header(first());
  if (!found) return std::unexpected(found.error());
  return found->has_value();
}

LmdbDatabase::Lookup<LmdbDatabase::Header> LmdbDatabase::header(uint64_t number) const {
  MapRead read(*env_);
  const NumberKey key = number_key(number);
  const auto value = read.find(Map::headers, key, of_block("the header", number));
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  const auto record = open_header(key, **value);
  if (!record) return read.damaged();
  return Header{keccak256(record->rlp), record->total_difficulty, to_bytes(record->rlp)};
}

LmdbDatabase::Lookup<Bytes> LmdbDatabase::block(uint64_t number) const {
  const auto head = header(number);
  if (!head) return std::unexpected(head.error());
  if (!*head) return std::nullopt;
  MapRead read(*env_);
  const NumberKey key = number_key(number);
  const auto value = read.find(Map::bodies, key, of_block("the body", number));
  if (!value) return std::unexpected(value.error());
  if (!*value) return read.damaged();
  rlp::Writer items;
  items.raw((*head)->rlp).raw((*value)->first((*value)->size() - seal_bytes));
  return items.as_list();
}

LmdbDatabase::Lookup<Bytes> LmdbDatabase::receipts(uint64_t number) const {
  MapRead read(*env_);
  const auto value = read.find(Map::receipts, number_key(number), of_block("receipts", number));
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  return to_bytes((*value)->first((*value)->size() - seal_bytes));
}

LmdbDatabase::Lookup<std::vector<Address>> LmdbDatabase::senders(uint64_t number) const {
  MapRead read(*env_);
  const auto value = read.find(Map::senders, number_key(number), of_block("senders", number));
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  BytesView rest = (*value)->first((*value)->size() - seal_bytes);
  std::vector<Address> senders(rest.size() / sizeof(Address));
  if (rest.size() != senders.size() * sizeof(Address)) return read.damaged();
  for (Address& sender : senders) {
    std::ranges::copy(rest.first(sizeof(Address)), sender.bytes.begin());
    rest = rest.subspan(sizeof(Address));
  }
  return senders;
}

LmdbDatabase::Lookup<uint64_t> LmdbDatabase::number_of(const Hash256& block_hash) const {
  MapRead read(*env_);
  const auto value = read.find(Map::numbers, block_hash, "block " + to_hex(block_hash));
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  const auto number = open_number(block_hash, **value);
  if (!number) return read.damaged();
  return number;
}

LmdbDatabase::Lookup<LmdbDatabase::Place>
LmdbDatabase::find_transaction(const Hash256& hash) const {
  MapRead read(*env_);
  const auto value = read.find(Map::transactions, hash, "transaction " + to_hex(hash));
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  const auto place = open_place(hash, **value);
  if (!place) return read.damaged();
  return Place{place->block, place->index};
}

} // namespace runahead
