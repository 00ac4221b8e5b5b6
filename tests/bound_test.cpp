// The data-dependence bounds of the testbed's calls, as its bounds.json has them.
#include "assembler.hpp"
#include "interp/stepping.hpp"
#include "sources/memory_view.hpp"
#include "speculate/bound.hpp"
#include "speculate/dependence_tracer.hpp"
#include "testbed.hpp"

namespace runahead {
namespace {

using BoundTest = TestbedTest;

TEST_F(BoundTest, AreThoseOfTheTestbed) {
  const nlohmann::json bounds = read_json("bounds.json");
  ASSERT_EQ(bounds.size(), scenarios.size());
  const MemorySource memory(file.accounts);
  for (const auto& [name, scenario] : scenarios.items()) {
    const nlohmann::json& expected = bounds.at(name);
    const MemoryView view(memory);
    DependenceTracer tracer(view);
    const SteppingEngine engine(&tracer);
    Caches caches;
    Execution call(input_of(scenario), tracer.view(), engine, caches, &tracer);
    ASSERT_EQ(call.run(1'000'000'000), Program::Progress::done) << name;
    ASSERT_NE(call.result(), nullptr) << name;
    EXPECT_EQ(call.result()->gas_used, expected.at("gas")) << name;
    EXPECT_EQ(tracer.steps(), expected.at("steps")) << name;
    const DependenceTrace& trace = tracer.trace();
    EXPECT_EQ(serial_rounds(trace, false),
              expected.at("codes").get<unsigned>() + expected.at("slots").get<unsigned>())
        << name;
    EXPECT_EQ(serial_rounds(trace, true), expected.at("slots")) << name;
    for (const Foresight& foresight : foresights) {
      const std::array<uint32_t, 2> rounds = {least_rounds(trace, foresight, false),
                                              least_rounds(trace, foresight, true)};
      EXPECT_EQ(rounds, (expected.at(std::string(foresight.name)).get<std::array<uint32_t, 2>>()))
          << name << ", " << foresight.name;
    }
  }
}

/// Least rounds of a contract's code, with its code known, every branch foreseen or none.
class SmallBound : public testing::Test {
protected:
  uint32_t rounds(BytecodeRef code, std::string_view foresight) {
    MemorySource memory;
    Account& account = memory.accounts()[to_address(0xcc)];
    account.code = std::move(code);
    account.storage = {{0, 5}, {5, 6}, {6, 7}};
    ExecutionInput input;
    input.mode = ExecutionMode::call;
    input.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), 1};
    input.transaction.to = to_address(0xcc);
    input.transaction.gas_limit = 1'000'000;
    const MemoryView view(memory);
    DependenceTracer tracer(view);
    const SteppingEngine engine(&tracer);
    Caches caches;
    Execution call(input, tracer.view(), engine, caches, &tracer);
    EXPECT_EQ(call.run(1'000'000'000), Program::Progress::done);
    EXPECT_TRUE(call.result() != nullptr && call.result()->status == Status::success);
    const auto chosen = std::ranges::find(foresights, foresight, &Foresight::name);
    return least_rounds(tracer.trace(), *chosen, true);
  }
};

TEST_F(SmallBound, AKeyWaitsForWhatItIsComputedFrom) {
  Assembler chain; // slot[slot[slot[0]]]
  chain.push(0).op({OP_SLOAD, OP_SLOAD, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(chain.done(), "perfect"), 3u);
  Assembler apart;
  apart.push(0).op({OP_SLOAD}).push(5).op({OP_SLOAD}).push(6).op({OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(apart.done(), "stop_at_branches"), 1u);
}

TEST_F(SmallBound, MemoryIsFollowedByTheByte) {
  Assembler hash; // slot[keccak(slot[0])], and a word that was overwritten since
  hash.push(0)
      .op({OP_SLOAD})
      .push(0)
      .op({OP_MSTORE})
      .push(32)
      .push(0)
      .op({OP_KECCAK256, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(hash.done(), "perfect"), 2u);
  Assembler overwritten;
  overwritten.push(0).op({OP_SLOAD}).push(0).op({OP_MSTORE}).push(1).push(0).op({OP_MSTORE});
  overwritten.push(32).push(0).op({OP_KECCAK256, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(overwritten.done(), "perfect"), 1u);
  Assembler masked; // the lowest byte of slot 0 is cut off
  masked.push(0).op({OP_SLOAD}).push(0xff00).op({OP_AND}).push(8).op({OP_SHR});
  masked.push(1).op({OP_BYTE, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(masked.done(), "perfect"), 1u);
}

TEST_F(SmallBound, WhatAFailingInstructionReadsCounts) {
  Assembler gas; // calls itself with too little gas for an SSTORE to slot[0]
  gas.op({OP_CALLER, OP_ADDRESS, OP_EQ}).push(46).op({OP_JUMPI});
  gas.push(0).op({OP_DUP1, OP_DUP1, OP_DUP1, OP_DUP1, OP_ADDRESS}).push(6000);
  gas.op({OP_CALL, OP_POP, OP_STOP});
  while (gas.size() < 46) gas.op({OP_STOP});
  gas.op({OP_JUMPDEST}).push(1).push(0).op({OP_SLOAD, OP_SSTORE, OP_STOP});
  EXPECT_EQ(rounds(gas.done(), "perfect"), 2u);
}

TEST_F(SmallBound, WhatWasStoredIsReadBack) {
  Assembler stored; // slot[9] = slot[0]; slot[slot[9]]
  stored.push(0).op({OP_SLOAD}).push(9).op({OP_SSTORE}).push(9).op({OP_SLOAD, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(stored.done(), "perfect"), 2u);
  Assembler constant; // slot[9] = 6; slot[slot[9]]
  constant.push(6).push(9).op({OP_SSTORE}).push(9).op({OP_SLOAD, OP_SLOAD, OP_STOP});
  EXPECT_EQ(rounds(constant.done(), "perfect"), 1u);
}

TEST_F(SmallBound, ABranchHoldsUpWhatIsBehindItUnlessForeseen) {
  Assembler real; // if (slot[0]) slot[5] else slot[6]
  real.push(0).op({OP_SLOAD}).push(34).op({OP_JUMPI}).push(6).op({OP_SLOAD, OP_STOP, OP_STOP});
  ASSERT_EQ(real.size(), 32u);
  real.op({OP_STOP, OP_STOP, OP_JUMPDEST}).push(5).op({OP_SLOAD, OP_STOP});
  const BytecodeRef either = real.done();
  EXPECT_EQ(rounds(either, "no_revert"), 2u);
  EXPECT_EQ(rounds(either, "K4"), 1u);
  Assembler abort; // require(slot[0]); slot[5]
  abort.push(0).op({OP_SLOAD}).push(22).op({OP_JUMPI, OP_INVALID, OP_STOP, OP_JUMPDEST});
  ASSERT_EQ(abort.size(), 23u);
  abort.push(5).op({OP_SLOAD, OP_STOP});
  const BytecodeRef certain = abort.done();
  EXPECT_EQ(rounds(certain, "stop_at_branches"), 2u);
  EXPECT_EQ(rounds(certain, "no_revert"), 1u);
}

} // namespace
} // namespace runahead
