// What dependency blocks cost to make, per byte of code that is reached: the analysis of the code
// as a whole, which lifts each block once, and then each block lifted again, improved, placed and
// kept. On real contracts, and on the worst that code can be. Figures in bench/results.
#include "code/real_contracts_for_test.hpp"
#include "depblock/run/block_table.hpp"

#include <benchmark/benchmark.h>

#include <memory>

namespace runahead::depblock {
namespace {

constexpr size_t deployed = 24'576, initcode = 49'152;

/// `pattern` over and over.
Bytes repeated(const Bytes& pattern, size_t size) {
  Bytes code;
  while (code.size() + pattern.size() < size)
    code.insert(code.end(), pattern.begin(), pattern.end());
  code.resize(size, OP_STOP);
  return code;
}

/// Branches to the first byte on conditions from the stack.
Bytes branches(size_t size) {
  Bytes code = repeated({OP_PUSH1, 0, OP_JUMPI}, size);
  code.insert(code.begin(), OP_JUMPDEST);
  return code;
}

/// Each jump's target comes from the call data, so all destinations count as reached.
Bytes unknown_jumps(size_t size) {
  return repeated({OP_JUMPDEST, OP_DUP1, OP_CALLDATALOAD, OP_JUMP}, size);
}

/// Each block is entered with one jump destination more on the stack.
Bytes deep_stacks(size_t size) { return repeated({OP_JUMPDEST, OP_PUSH1, 0}, size); }

/// Each block is entered with stacks of any number of jump destinations: the first byte is one, and
/// all branches lead there.
Bytes many_stacks(size_t size) {
  Bytes code = repeated({OP_DUP1, OP_CALLER, OP_PUSH0, OP_JUMPI}, size);
  const Bytes begin{OP_JUMPDEST, OP_PUSH0};
  code.insert(code.begin(), begin.begin(), begin.end());
  return code;
}

/// Makes everything there is to make of `code`; gives the bytes that are reached.
size_t make_all(const Code& code) {
  const BlockTable table(code, Fork::osaka);
  size_t bytes = 0;
  for (BlockNumber number = 0; number < table.starts().count(); ++number) {
    const FlowBlock& node = table.flow().blocks[number];
    if (!node.reached) continue;
    bytes += node.bytes;
    if (node.merged_into == no_block) benchmark::DoNotOptimize(&table.block(number));
  }
  return bytes;
}

void report(benchmark::State& state, size_t bytes) {
  state.counters["ns/byte"] = benchmark::Counter(static_cast<double>(bytes) * 1e-9,
                                                 benchmark::Counter::kIsIterationInvariantRate |
                                                     benchmark::Counter::kInvert);
  state.counters["reached"] = static_cast<double>(bytes);
}

void worst_case(benchmark::State& state, const Bytes& bytes) {
  const Code code(bytes);
  size_t reached = 0;
  for (auto _ : state) reached = make_all(code);
  report(state, reached);
}

void real(benchmark::State& state) {
  std::vector<std::unique_ptr<Code>> codes;
  for (const Bytes& bytes : real_contracts())
    if (codes.size() < 300) codes.push_back(std::make_unique<Code>(bytes));
  if (codes.empty()) return state.SkipWithError(no_real_contracts);
  size_t reached = 0;
  for (auto _ : state) {
    reached = 0;
    for (const auto& code : codes) reached += make_all(*code);
  }
  report(state, reached);
}
BENCHMARK(real)->Unit(benchmark::kMillisecond);

void add_worst_cases() {
  const auto add = [](const char* name, Bytes code) {
    benchmark::RegisterBenchmark(name, [code = std::move(code)](benchmark::State& state) {
      worst_case(state, code);
    })->Unit(benchmark::kMillisecond);
  };
  add("jumpdests", repeated({OP_JUMPDEST}, deployed));
  add("branches", branches(deployed));
  add("unknown_jumps", unknown_jumps(deployed));
  add("deep_stacks", deep_stacks(deployed));
  add("many_stacks", many_stacks(deployed));
  add("dups", repeated({OP_DUP1, OP_DUP1, OP_POP, OP_POP}, deployed));
  add("swaps", repeated({OP_SWAP1, OP_SWAP2, OP_SWAP16, OP_SWAP7}, deployed));
  add("calldataloads", repeated({OP_CALLDATALOAD}, deployed));
  add("one_block_of_stores", repeated({OP_DUP1, OP_PUSH0, OP_MSTORE}, deployed));
  add("one_block_of_adds", repeated({OP_DUP2, OP_ADD}, deployed));
  add("wide_literals",
      repeated({OP_PUSH32, 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                17,        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, OP_ADD},
               deployed));
  add("initcode_calldataloads", repeated({OP_CALLDATALOAD}, initcode));
  add("initcode_jumpdests", repeated({OP_JUMPDEST}, initcode));
}

} // namespace
} // namespace runahead::depblock

int main(int argc, char** argv) {
  runahead::depblock::add_worst_cases();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
