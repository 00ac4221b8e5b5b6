// Contracts that are made to make a scout run for ever: each call ends with what the plain engine
// gives, and its scouts stay within their limits.
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "differential/machine_case.hpp"
#include "differential/text_case.hpp"
#include "interp/stepping.hpp"

#include <gtest/gtest.h>

namespace runahead::differential {
namespace {

class HostileCalls : public testing::Test {
protected:
  /// Runs a case file's text, whose `expect` says which fork and how much gas.
  static Reading run(const std::string& text) {
    auto parsed = parse_case(text + "expect Osaka 3000000 success 0 0x\n");
    if (!parsed) {
      ADD_FAILURE() << parsed.error().message;
      return {};
    }
    MachineCase& test = parsed->test;
    test.gas = parsed->expectations[0].gas;
    const MemorySource state(test.accounts);
    const SteppingEngine engine;
    Caches caches;
    const Observation plain = run_case(test, state, engine, caches, {});
    Reading ahead = run_ahead_plainly(test, state, engine, caches, {});
    EXPECT_EQ(ahead.observation.status, plain.status);
    EXPECT_EQ(ahead.observation.gas_left, plain.gas_left);
    EXPECT_EQ(ahead.observation.output, plain.output);
    EXPECT_TRUE(ahead.observation.effects == plain.effects);
    EXPECT_LE(ahead.stats.scout_steps, limits::scout_steps_of_call + 2 * limits::scout_steps);
    EXPECT_LE(ahead.stats.speculative_reads, limits::scout_reads_of_call);
    std::printf("%lu rounds, %lu + %lu reads, %lu scout steps\n", ahead.rounds,
                ahead.stats.spine_reads, ahead.stats.speculative_reads, ahead.stats.scout_steps);
    return ahead;
  }

  static constexpr const char* contract = "account 0xc000000000000000000000000000000000000000\n";
};

TEST_F(HostileCalls, AnEndlessLoopOnAPendingCondition) {
  // While slot[0] + i is not zero: for ever in truth as well.
  run(std::string(contract) + "code PUSH0 :loop PUSH1 0x01 ADD DUP1 PUSH0 SLOAD ADD @loop JUMPI\n");
}

TEST_F(HostileCalls, AnEndlessLoopAfterAPendingBranch) {
  run(std::string(contract) + "code PUSH0 SLOAD @out JUMPI :loop @loop JUMP :out PUSH1 0x01 SLOAD\n"
                              "storage 0 1\n");
}

TEST_F(HostileCalls, FortyBranchesThatMayAllGoEitherWay) {
  std::string code = "code PUSH0\n";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i),
                      key = " PUSH1 0x" + to_hex(Bytes{uint8_t(i)}).substr(2);
    code += "code" + key + " SLOAD @a" + n + " JUMPI" + key + " PUSH1 0x80 ADD SLOAD ADD @b" + n +
            " JUMP :a" + n + key + " PUSH1 0x40 ADD SLOAD ADD :b" + n + "\n";
  }
  const Reading found = run(contract + code);
  EXPECT_LE(found.rounds, 4u); // and yet most of it at once
}

TEST_F(HostileCalls, ReadsWithoutEnd) {
  const Reading found = run(std::string(contract) +
                            "code PUSH0 SLOAD :loop DUP1 SLOAD POP PUSH1 0x01 ADD @loop JUMP\n");
  EXPECT_GT(found.stats.speculative_reads, 100u);
}

TEST_F(HostileCalls, GigabytesOfPendingMemory) {
  // slot[0] goes to ever larger offsets, and is copied on from there.
  run(std::string(contract) +
      "code PUSH0 SLOAD PUSH1 0x20 :loop DUP2 DUP2 MSTORE DUP1 DUP1 DUP2 MCOPY\n"
      "code DUP1 ADD @loop JUMP\n");
  run(std::string(contract) + "code PUSH0 SLOAD DUP1 PUSH8 0xffffffffffffff00 MSTORE\n");
  run(std::string(contract) + "code PUSH0 SLOAD DUP1 MSTORE MSIZE SLOAD\n"
                              "storage 0 0xffffffffff\n");
}

TEST_F(HostileCalls, LongCopiesAgainAndAgain) {
  run(std::string(contract) + "code PUSH0 SLOAD PUSH0 MSTORE\n"
                              "code :loop PUSH3 0x010000 PUSH0 PUSH1 0x20 MCOPY @loop JUMP\n");
  run(std::string(contract) + "code PUSH0 SLOAD PUSH0 MSTORE\n"
                              "code :loop PUSH3 0x010000 PUSH0 KECCAK256 POP @loop JUMP\n");
}

TEST_F(HostileCalls, SelfCallsTwiceEach) {
  run(std::string(contract) +
      "code PUSH0 SLOAD POP PUSH0 PUSH0 PUSH0 PUSH0 PUSH0 ADDRESS GAS CALL\n"
      "code PUSH0 PUSH0 PUSH0 PUSH0 PUSH0 ADDRESS GAS CALL ADD SLOAD\n");
}

TEST_F(HostileCalls, ManyStacksBeforeOneBranch) {
  // Each time another return address lies below the branch, so that its sides are explored anew.
  std::string code = "code PUSH0 SLOAD\n";
  for (int i = 0; i < 200; ++i)
    code += "code @r" + std::to_string(i) + " @f JUMP :r" + std::to_string(i) + "\n";
  code += "code STOP :f DUP2 @g JUMPI PUSH1 0x01 SLOAD POP JUMP :g PUSH1 0x02 SLOAD POP JUMP\n";
  run(contract + code);
}

} // namespace
} // namespace runahead::differential
