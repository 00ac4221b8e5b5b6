#include "base/hex.hpp"
#include "interp/json_trace.hpp"
#include "interp/stepping.hpp"
#include "machine/call_stack.hpp"

#include <gtest/gtest.h>

#include <unordered_map>

namespace runahead {
namespace {

/// State that arrives when a test says so.
class LateView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    const auto it = values.find(key);
    return it != values.end() ? &it->second : nullptr;
  }
  std::unordered_map<StateKey, StateValue> values;
};

class SteppingTest : public testing::Test {
protected:
  /// Runs `hex` with `gas` until it ends; everything it wants arrives as zero or as `view` has it.
  CallResult run(std::string_view hex, int64_t gas, Fork fork = Fork::osaka,
                 int64_t budget = 1 << 30) {
    JournaledWorld world(view, {}, {}, {fork, default_blob_schedule(fork), 1}, caches);
    CallStack stack(world, engine, nullptr);
    Message message;
    message.gas = gas;
    message.code = std::make_shared<const Code>(*parse_hex_bytes(std::string("0x").append(hex)));
    stack.start(message);
    suspensions = slices = 0;
    for (;;) {
      const auto progress = stack.run(budget);
      if (progress == Program::Progress::done) break;
      if (progress == Program::Progress::slice_over) {
        ++slices;
        continue;
      }
      ++suspensions;
      for (const StateKey& key : world.journal.missing())
        view.values.try_emplace(key, StateValue{{}, make_bytecode({})});
    }
    return stack.result();
  }

  LateView view;
  Caches caches;
  SteppingEngine engine;
  int suspensions = 0, slices = 0;
};

TEST_F(SteppingTest, ReturnsASum) {
  // PUSH1 2 PUSH1 3 ADD PUSH1 0 MSTORE PUSH1 32 PUSH1 0 RETURN
  const CallResult result = run("600260030160005260206000f3", 100);
  EXPECT_EQ(result.status, Status::success);
  EXPECT_EQ(load_be(result.output.data()), uint256{5});
  EXPECT_EQ(result.gas_left, 100 - 7 * 3 - 3);
}

TEST_F(SteppingTest, EveryHaltHasItsStatus) {
  EXPECT_EQ(run("01", 100).status, Status::stack_underflow);
  EXPECT_EQ(run("0c", 100).status, Status::undefined_opcode);
  EXPECT_EQ(run("fe", 100).status, Status::invalid_opcode);
  EXPECT_EQ(run("600056", 100).status, Status::bad_jump);
  EXPECT_EQ(run("6001", 2).status, Status::out_of_gas);
  EXPECT_EQ(run("5b600056", 10000).status, Status::out_of_gas);
  EXPECT_EQ(run("60006000fd", 100).status, Status::revert);
  EXPECT_EQ(run("60206000600a3e", 1000).status, Status::return_data_out_of_bounds);
  EXPECT_EQ(run("", 100).status, Status::success);
  std::string pushes;
  for (int i = 0; i < 1025; ++i) pushes += "5f";
  EXPECT_EQ(run(pushes, 10000).status, Status::stack_overflow);
  EXPECT_EQ(run(pushes.substr(2), 10000).status, Status::success);
}

TEST_F(SteppingTest, OpcodesAppearWithTheirFork) {
  EXPECT_EQ(run("5f", 100, Fork::paris).status, Status::undefined_opcode);
  EXPECT_EQ(run("5f", 100, Fork::shanghai).status, Status::success);
  EXPECT_EQ(run("5f1e", 100, Fork::prague).status, Status::undefined_opcode);
  EXPECT_EQ(run("5f1e", 100, Fork::osaka).status, Status::success);
}

TEST_F(SteppingTest, AnUndefinedOpcodeHaltsHoweverDeepTheStackIs) {
  for (const size_t items : {0u, 254u, 255u, 256u, 1024u}) {
    std::string pushes;
    for (size_t i = 0; i < items; ++i) pushes += "36";
    EXPECT_EQ(run(pushes + "0c", 10000).status, Status::undefined_opcode) << items;
  }
}

TEST_F(SteppingTest, AMissingReadSuspendsAndCostsNothingTwice) {
  const CallResult cold = run("600054600054", 10000); // PUSH1 0 SLOAD, twice
  EXPECT_EQ(suspensions, 1);
  const CallResult warm_values = run("600054600054", 10000);
  EXPECT_EQ(suspensions, 0);
  EXPECT_EQ(cold.gas_left, warm_values.gas_left);
  EXPECT_EQ(10000 - cold.gas_left, 2 * 3 + 2100 + 100);
}

TEST_F(SteppingTest, OutOfGasBeforeAReadReadsNothing) {
  EXPECT_EQ(run("600054", 2000).status, Status::out_of_gas);
  EXPECT_EQ(suspensions, 0);
}

TEST_F(SteppingTest, SlicesChangeNothing) {
  const std::string loop = "5b5f56"; // JUMPDEST PUSH0 JUMP, bounded only by gas
  const CallResult whole = run(loop, 5000), sliced = run(loop, 5000, Fork::osaka, 50);
  EXPECT_GT(slices, 10);
  EXPECT_EQ(whole.status, sliced.status);
  EXPECT_EQ(whole.gas_left, sliced.gas_left);
}

TEST_F(SteppingTest, TracesAreOneObjectAStep) {
  std::vector<std::string> lines;
  JsonTrace trace([&](std::string_view line) { lines.emplace_back(line); });
  SteppingEngine traced(&trace);
  JournaledWorld world(view, {}, {}, {}, caches);
  CallStack stack(world, traced, &trace);
  Message message;
  message.gas = 5000;
  message.code = std::make_shared<const Code>(*parse_hex_bytes("0x600154"));
  stack.start(message);
  while (stack.run(1 << 20) == Program::Progress::want)
    for (const StateKey& key : world.journal.missing()) view.values[key] = {};
  trace.summary({}, 2103, Status::success);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[1], R"({"pc":2,"op":84,"gas":"0x1385","memSize":0,"stack":["0x1"],"depth":1,)"
                      R"("refund":0,"opName":"SLOAD","gasCost":"0x834"})");
  EXPECT_EQ(lines[3], R"({"output":"0x","gasUsed":"0x837","pass":true})");
}

} // namespace
} // namespace runahead
