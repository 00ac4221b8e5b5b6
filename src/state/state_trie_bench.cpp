// Times and memory of the state trie. Prints figures, decides nothing. RUNAHEAD_CPU=v3 and
// RUNAHEAD_CPU=scalar give those of narrower vector units.
#include "base/cpu.hpp"
#include "base/random.hpp"
#include "state/state_trie.hpp"
#include "state/trie.hpp"

#include <benchmark/benchmark.h>

namespace runahead {
namespace {

using Slots = std::vector<std::pair<uint256, uint256>>;

/// Accounts like mainnet's: balances below 2^90 wei, small nonces; each with `slot_count` words.
std::vector<StateTrie::Entry> random_accounts(size_t count, const Slots& slots) {
  Random random(1);
  std::vector<StateTrie::Entry> accounts(count);
  for (StateTrie::Entry& account : accounts) {
    account.address = to_address(random.word());
    account.nonce = random.below(1000);
    account.balance = random.word() >> static_cast<unsigned>(random.between(166, 205));
    account.storage = slots;
  }
  return accounts;
}

Slots some_slots(size_t count) {
  Slots slots;
  for (size_t i = 0; i < count; ++i) slots.emplace_back(i, i + 1);
  return slots;
}

/// Changes of `count` accounts, each account once; the same seed gives the same changes.
std::vector<AccountChange> random_changes(std::span<const StateTrie::Entry> accounts, size_t count,
                                          size_t slot_count, uint64_t seed) {
  Random random(seed);
  std::vector<AccountChange> changes(count);
  const size_t stride = accounts.size() / count;
  for (size_t i = 0; i < count; ++i) {
    changes[i].address = accounts[i * stride + random.below(stride)].address;
    changes[i].nonce = random.below(1000);
    changes[i].balance = random.word() >> 180;
    for (size_t slot = 0; slot < slot_count; ++slot)
      changes[i].slots.emplace_back(slot, random.word());
  }
  return changes;
}

void report(benchmark::State& state, const StateTrie& trie) {
  state.counters["bytes_per_account"] =
      static_cast<double>(trie.memory_bytes()) / static_cast<double>(trie.account_count());
  state.SetLabel(std::string(name(cpu_level())));
}

/// A state of accounts with slots, from nothing to its root.
void build(benchmark::State& state) {
  const Slots slots = some_slots(static_cast<size_t>(state.range(1)));
  const auto accounts = random_accounts(static_cast<size_t>(state.range(0)), slots);
  for (auto _ : state) {
    StateTrie trie;
    trie.load(accounts);
    benchmark::DoNotOptimize(trie.root());
    report(state, trie);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build)
    ->ArgNames({"accounts", "slots"})
    ->Args({1'000'000, 0})
    ->Args({100'000, 5})
    ->Unit(benchmark::kMillisecond);

/// Changes of accounts, and of some slots of each, and the new root.
void update(benchmark::State& state) {
  const auto slot_count = static_cast<size_t>(state.range(2));
  const Slots slots = some_slots(slot_count);
  const auto accounts = random_accounts(static_cast<size_t>(state.range(0)), slots);
  StateTrie trie;
  trie.load(accounts);
  (void)trie.root();
  uint64_t seed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto changes =
        random_changes(accounts, static_cast<size_t>(state.range(1)), slot_count, ++seed);
    state.ResumeTiming();
    trie.apply(changes);
    benchmark::DoNotOptimize(trie.root());
  }
  report(state, trie);
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(update)
    ->ArgNames({"accounts", "changed", "slots"})
    ->Args({1'000'000, 10'000, 0})
    ->Args({1'000'000, 200, 0})
    ->Args({100'000, 10'000, 5})
    ->Unit(benchmark::kMillisecond);

/// What a state test asks for: the root of a small state after a transaction.
void small_root_after(benchmark::State& state) {
  const Slots slots = some_slots(3);
  const auto accounts = random_accounts(static_cast<size_t>(state.range(0)), slots);
  StateTrie trie;
  trie.load(accounts);
  (void)trie.root();
  const auto changes = random_changes(accounts, 3, 1, 1);
  for (auto _ : state) benchmark::DoNotOptimize(trie.root_after(changes));
}
BENCHMARK(small_root_after)->ArgName("accounts")->Arg(4)->Arg(10)->Arg(100);

/// The root of a list, as of a block's receipts.
void list_root(benchmark::State& state) {
  std::vector<Bytes> keys, values;
  for (int64_t i = 0; i < state.range(0); ++i) {
    keys.push_back(Bytes{0x82, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)});
    values.emplace_back(400, static_cast<uint8_t>(i));
  }
  for (auto _ : state) {
    std::vector<TrieItem> items;
    for (size_t i = 0; i < keys.size(); ++i) items.push_back({keys[i], values[i]});
    benchmark::DoNotOptimize(trie_root(std::move(items)));
  }
}
BENCHMARK(list_root)->ArgName("items")->Arg(5)->Arg(200);

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
