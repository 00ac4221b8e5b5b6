// What a read at a block costs in an LMDB folder, with few and many records of each slot, and what
// it costs to extend it.
#include "base/random.hpp"
#include "crypto/keccak.hpp"
#include "sources/lmdb_extender.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace runahead {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t accounts = 20'000, slots = 10;

Address account(uint64_t index) {
  uint8_t bytes[8];
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<uint8_t>(index >> (8 * i));
  return to_address(from(keccak256(bytes)));
}

/// A chain of `blocks` blocks that each change `changed` slots, of one account after another.
class Chain {
public:
  explicit Chain(bool with_clearing) {
    std::string name = (fs::temp_directory_path() / "runahead-lmdb-bench-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    auto writer = LmdbWriter::create(db(), {}, true);
    for (uint64_t i = 0; i < accounts; ++i) {
      Account a{uint256(i), 1, nullptr, {}};
      for (uint64_t slot = 0; slot < slots; ++slot) a.storage[slot] = i + 1;
      if (!writer->put_account(account(i), a)) std::abort();
    }
    const LmdbBlock genesis = block(0);
    if (!writer->put_block(genesis) || !writer->commit()) std::abort();
    extender_ = std::make_unique<LmdbExtender>(std::move(*LmdbExtender::open(db())));
    AccountChange gone;
    gone.address = account(0);
    gone.deleted = true;
    if (with_clearing) put({&gone, 1});
  }
  ~Chain() { fs::remove_all(folder_); }

  void extend(uint64_t changed) {
    std::vector<AccountChange> changes(changed / slots);
    for (AccountChange& change : changes) {
      change.address = account(next_++ % accounts);
      for (uint64_t slot = 0; slot < slots; ++slot) change.slots.emplace_back(slot, next_ + slot);
    }
    put(changes);
  }
  void flush() {
    if (!extender_->flush()) std::abort();
  }
  const LmdbDatabase& data() const { return extender_->flushed(); }

private:
  std::string db() const { return folder_ + "/db"; }
  LmdbBlock block(uint64_t number) const {
    return {number, to_hash(number), 0, item_, item_, item_, {}, {}};
  }
  void put(std::span<const AccountChange> changes) {
    if (!extender_->put_block(block(extender_->head() + 1), changes)) std::abort();
  }

  std::string folder_;
  Bytes item_{0xc0};
  std::unique_ptr<LmdbExtender> extender_;
  uint64_t next_ = 0;
};

/// Reads of 64 random slots at random blocks, after every slot was written range(0) times more.
/// range(1): some account's storage was cleared once, so that every read looks for that too.
void read_storage(benchmark::State& state) {
  Chain chain(state.range(1) != 0);
  for (int64_t i = 0; i < state.range(0); ++i) chain.extend(accounts * slots);
  chain.flush();
  const uint64_t head = *chain.data().head();
  Random random(1);
  std::vector<StateKey> keys(64);
  for (auto _ : state) {
    state.PauseTiming();
    for (StateKey& key : keys)
      key = StateKey::storage(account(random.below(accounts)), random.below(slots));
    const uint64_t block = random.below(head + 1);
    state.ResumeTiming();
    benchmark::DoNotOptimize(chain.data().read(keys, block));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(keys.size()));
}
BENCHMARK(read_storage)->Args({0, 0})->Args({0, 1})->Args({8, 0})->Args({8, 1});

/// Blocks that change 2,000 slots, flushed after every 50.
void extend(benchmark::State& state) {
  Chain chain(false);
  constexpr uint64_t changed = 2'000;
  uint64_t put = 0;
  for (auto _ : state) {
    chain.extend(changed);
    if (++put % 50 == 0) chain.flush();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(changed));
}
BENCHMARK(extend);

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
