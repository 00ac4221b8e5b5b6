#include "sources/lmdb.hpp"

#include "base/limits.hpp"
#include "sources/lmdb_state.hpp"

#include <algorithm>
#include <utility>

namespace runahead {
namespace {

constexpr size_t least_part = 32; ///< keys that are worth a thread of their own

} // namespace

std::vector<Answer> LmdbDatabase::read(std::span<const StateKey> keys, uint64_t number) const {
  std::vector<Answer> answers;
  answers.reserve(keys.size());
  lmdb_format::Txn txn;
  if (const int error = env_->begin_read(txn)) {
    for (const StateKey& key : keys)
      answers.push_back(
          {key, std::unexpected(Unavailable{
                    folder(), std::string("cannot be read: ") + mdb_strerror(error), false})});
    return answers;
  }
  LmdbStateReader reader(*env_, txn.get());
  for (const StateKey& key : keys) answers.push_back({key, reader.value(key, number)});
  return answers;
}

Result<void> LmdbDatabase::visit_accounts(uint64_t number, const AccountVisitor& visit) const {
  lmdb_format::Txn txn;
  if (const int error = env_->begin_read(txn)) return env_->refuse("cannot be read", error);
  return LmdbStateReader(*env_, txn.get()).visit_accounts(number, false, visit);
}

/// A read that is spread over the pool.
struct LmdbSource::Batch {
  AnswerSink sink;
  std::shared_ptr<bool> alive; ///< false once the source is gone
  std::vector<StateKey> keys;
  size_t parts = 0; ///< without their answers
};

LmdbSource::LmdbSource(std::shared_ptr<const LmdbDatabase> database, uint64_t block,
                       ThreadPool& pool)
    : database_(std::move(database)), block_(block), pool_(pool) {}

LmdbSource::~LmdbSource() { *alive_ = false; }

std::string_view LmdbSource::name() const { return database_->folder(); }
bool LmdbSource::complete() const { return database_->complete(); }
size_t LmdbSource::batch_limit() const { return limits::batch_keys; }

void LmdbSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  const auto batch = std::make_shared<Batch>(std::move(sink), alive_, std::move(keys));
  const std::span<const StateKey> all(batch->keys);
  const size_t parts = std::clamp<size_t>(all.size() / least_part, 1, pool_.size());
  batch->parts = parts;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = all.size() * i / parts, end = all.size() * (i + 1) / parts;
    pool_.run([database = database_, block = block_, batch,
               part = all.subspan(begin, end - begin)]() -> Executor::Task {
      return [batch, answers = database->read(part, block)]() mutable {
        if (!*batch->alive) return;
        if (--batch->parts > 0) return batch->sink(std::move(answers));
        AnswerSink last = std::move(batch->sink);
        last(std::move(answers));
      };
    });
  }
}

} // namespace runahead
