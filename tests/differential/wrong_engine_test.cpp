// Engines that are wrong on purpose: each must be found out, and shown by a small case, or the
// comparison is worth nothing.
#include "differential/differential.hpp"
#include "differential/program_generator.hpp"
#include "differential/text_case.hpp"
#include "interp/threaded_code.hpp"
#include "interp/threaded_machine.hpp"
#include "ops/effect_table.hpp"
#include "ops/pure.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <functional>

namespace runahead::differential {
namespace {

using threaded::handlers;

/// Changes one instruction, or the facts of one entry check.
struct Damage {
  std::function<void(ThreadedInstr&)> instr = [](ThreadedInstr&) {};
  std::function<void(BlockFacts&)> check = [](BlockFacts&) {};
};

/// REQUIRES: all of `code` is ready.
void apply(const Damage& damage, const ThreadedCode& code, size_t destinations) {
  // Neither its instructions nor its targets are const themselves.
  for (const auto& part : code.instructions())
    for (const ThreadedInstr& instr : part) {
      auto& damaged = const_cast<ThreadedInstr&>(instr);
      if (instr.run == handlers.check) damage.check(damaged.arg.facts);
      damage.instr(damaged);
    }
  for (size_t i = 0; i < destinations; ++i)
    damage.check(const_cast<JumpTarget&>(code.targets()[i]).facts);
}

/// The threaded engine on damaged translations: what it would do if the translator were wrong.
class DamagedEngine final : public Engine {
public:
  explicit DamagedEngine(Damage damage) : damage_(std::move(damage)) {}
  std::string_view name() const override { return "damaged"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override {
    if (frame.code->translation<ThreadedCode>() == nullptr) {
      auto made = std::make_unique<ThreadedCode>(*frame.code, world.rules.fork);
      made->make_all_ready();
      apply(damage_, *made, frame.code->jump_destination_count());
      frame.code->attach<ThreadedCode>(std::move(made));
    }
    return threaded_.run(frame, world, budget);
  }

private:
  Damage damage_;
  ThreadedEngine threaded_;
};

size_t code_bytes(const MachineCase& test) {
  size_t bytes = 0;
  for (const auto& [address, account] : test.accounts)
    if (account.code != nullptr) bytes += account.code->bytes.size();
  return bytes;
}

/// The first disagreement on the programs of seeds from 1 on.
std::optional<Disagreement> find_out(Comparison& comparison, uint64_t programs) {
  uint64_t runs = 0;
  for (uint64_t seed = 1; seed <= programs; ++seed) {
    Random random(seed);
    const MachineCase test = random_case(random, {});
    const Way way{100, seed};
    if (auto found = comparison.compare_around(test, way, Speculation::full, random, 3, runs))
      return found;
  }
  return std::nullopt;
}

/// `engine` is found out within so many programs, by a case of at most `most_bytes` of code that
/// the right engine passes and that is told as text.
void expect_found_out(const Engine& engine, size_t most_bytes, uint64_t programs = 3000) {
  Comparison comparison(engine);
  auto found = find_out(comparison, programs);
  ASSERT_TRUE(found) << "not found out by " << programs << " programs";
  found = comparison.shrink(std::move(*found));
  const std::string text = to_text(*found);
  EXPECT_EQ(found->engine, engine.name());
  EXPECT_LE(code_bytes(found->test), most_bytes) << text;
  auto kept = parse_case(text.substr(0, text.find("---")));
  ASSERT_TRUE(kept) << kept.error().message << '\n' << text;
  kept->test.fork = kept->expectations[0].first;
  kept->test.gas = kept->expectations[0].gas;
  EXPECT_TRUE(comparison.compare(kept->test, found->way)) << text;
  EXPECT_FALSE(Comparison().compare(kept->test, {100, 1})) << text;
  std::printf("%s\n", text.c_str());
}

TEST(WrongEngine, ABrokenOpcodeIsFoundOut) {
  expect_found_out(DamagedEngine({.instr =
                                      [](ThreadedInstr& instr) {
                                        if (instr.run == handlers.plain[OP_ADD])
                                          instr.run = handlers.plain[OP_SUB];
                                      }}),
                   60);
}

/// The next opcode that computes from as many operands, in the place of each one.
TEST(WrongEngine, EveryBrokenComputationIsFoundOut) {
  const auto operands = [](size_t op) {
    const ops::PureOp& pure = ops::pure_table[op];
    if (ops::effects[op] != nullptr) return 0;
    return pure.fn1 != nullptr ? 1 : pure.fn2 != nullptr ? 2 : pure.fn3 != nullptr ? 3 : 0;
  };
  int opcodes = 0;
  for (size_t op = 0; op < 256; ++op) {
    if (operands(op) == 0) continue;
    size_t other = op;
    do other = (other + 1) % 256;
    while (operands(other) != operands(op));
    const auto damage = [&](ThreadedInstr& instr) {
      for (const auto& table : {handlers.plain, handlers.with_word, handlers.with_literal,
                                handlers.with_dup, handlers.with_swap})
        if (instr.run == table[op] && table[other] != nullptr) {
          instr.run = table[other];
          return;
        }
    };
    const DamagedEngine engine({.instr = damage});
    Comparison comparison(engine);
    EXPECT_TRUE(find_out(comparison, 3000)) << name_of_opcode(static_cast<uint8_t>(op));
    ++opcodes;
  }
  EXPECT_GT(opcodes, 20);
}

/// One gas too much is taken for what the rest of the block costs.
Damage wrong_correction(uint8_t opcode) {
  return {.instr = [opcode](ThreadedInstr& instr) {
    if (instr.run == handlers.plain[opcode]) ++instr.arg.pair.b;
  }};
}

TEST(WrongEngine, AWrongGasCorrectionIsFoundOut) {
  expect_found_out(DamagedEngine(wrong_correction(OP_GAS)), 40);
}

TEST(WrongEngine, AWrongGasCorrectionOfCallsIsFoundOut) {
  expect_found_out(DamagedEngine(wrong_correction(OP_CALL)), 60);
}

TEST(WrongEngine, AWrongBlockPriceIsFoundOut) {
  expect_found_out(DamagedEngine({.check =
                                      [](BlockFacts& facts) {
                                        if (facts.gas > 0) --facts.gas;
                                      }}),
                   4);
}

TEST(WrongEngine, AWrongStackRequirementIsFoundOut) {
  expect_found_out(DamagedEngine({.check =
                                      [](BlockFacts& facts) {
                                        if (facts.stack_required > 0) --facts.stack_required;
                                      }}),
                   20);
}

TEST(WrongEngine, AWrongStackGrowthIsFoundOut) {
  expect_found_out(DamagedEngine({.check =
                                      [](BlockFacts& facts) {
                                        if (facts.stack_growth > 0) --facts.stack_growth;
                                      }}),
                   2100);
}

/// No check of the stack at all: what runs off it, even in a loop, must be told, not crash.
TEST(WrongEngine, NoStackCheckIsFoundOut) {
  expect_found_out(
      DamagedEngine(
          {.check = [](BlockFacts& facts) { facts.stack_required = facts.stack_growth = 0; }}),
      4);
}

/// Takes one gas more where a frame ends well.
class GreedyEngine final : public Engine {
public:
  std::string_view name() const override { return "greedy"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override {
    const Outcome outcome = stepping_.run(frame, world, budget);
    if (outcome == Outcome::done && frame.status == Status::success) --frame.gas;
    return outcome;
  }

private:
  SteppingEngine stepping_;
};

TEST(WrongEngine, OneGasMoreIsFoundOut) { expect_found_out(GreedyEngine(), 0); }

} // namespace
} // namespace runahead::differential
