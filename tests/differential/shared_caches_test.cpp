// Engines of several kinds over one set of caches, as a spine and its scouts may be: each finds its
// own translation of a code, and the cache counts both.
#include "depblock/run/block_table.hpp"
#include "depblock/run/depblock_engine.hpp"
#include "differential/machine_case.hpp"
#include "differential/program_generator.hpp"
#include "differential/program_writer.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"
#include "interp/threaded_code.hpp"

#include <gtest/gtest.h>

#include <array>

namespace runahead::differential {
namespace {

const SteppingEngine stepping;
const ThreadedEngine threaded;
const DepblockEngine by_blocks{std::make_unique<SteppingEngine>()};

TEST(SharedCaches, EnginesTakeTurnsOnThem) {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%lu\n", seed);
  Random random(seed);
  for (int i = 0; i < 300; ++i) {
    const MachineCase test = random_case(random, {});
    const MemorySource state(test.accounts);
    Caches own, shared;
    const Observation expected = run_case(test, state, stepping, own, {});
    for (const Engine* engine :
         std::array<const Engine*, 4>{&threaded, &by_blocks, &threaded, &by_blocks})
      ASSERT_EQ(to_text(run_case(test, state, *engine, shared, {})), to_text(expected))
          << engine->name() << ", program " << i;
  }
}

TEST(SharedCaches, EachEngineAddsItsTranslation) {
  // PUSH1 3, JUMPDEST, PUSH1 1, SWAP1, SUB, DUP1, PUSH1 2, JUMPI, STOP
  const Bytes bytes{0x60, 3, 0x5b, 0x60, 1, 0x90, 0x03, 0x80, 0x60, 2, 0x57, 0x00};
  MachineCase test;
  test.gas = 100'000;
  const BytecodeRef code = make_bytecode(bytes);
  test.accounts[contract(0)].code = code;
  const MemorySource state(test.accounts);
  Caches caches;
  const auto run = [&](const Engine& engine) {
    EXPECT_EQ(run_case(test, state, engine, caches, {}).status, Status::success);
    return caches.codes.bytes();
  };
  const size_t plain = run(stepping), one = run(threaded), both = run(by_blocks);
  const CodeRef cached = caches.codes.get(code->hash, bytes, test.fork);
  const auto* instrs = cached->translation<ThreadedCode>();
  const auto* blocks = cached->translation<depblock::BlockTable>();
  ASSERT_TRUE(instrs != nullptr && blocks != nullptr);
  EXPECT_EQ(one - plain, instrs->footprint());
  EXPECT_EQ(both - one, blocks->footprint());
  EXPECT_EQ(run(threaded), both);
}

} // namespace
} // namespace runahead::differential
