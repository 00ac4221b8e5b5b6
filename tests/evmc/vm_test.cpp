// The plugin as a whole: how it is found, what it takes and refuses, how messages end, traces,
// threads.
#include "base/hex.hpp"
#include "evmc/fake_host.hpp"
#include "evmc/plugin.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace runahead::evmc {
namespace {

TEST(Plugin, IsFoundByFileNameAndByTheCommonName) {
  for (const char* symbol : {"evmc_create_runahead_evmc", "evmc_create"}) {
    const VmOwner vm(create_function(symbol)());
    ASSERT_NE(vm, nullptr);
    EXPECT_EQ(vm->abi_version, 12);
    EXPECT_STREQ(vm->name, "runahead");
    EXPECT_STRNE(vm->version, "");
    EXPECT_EQ(vm->get_capabilities(vm.get()), capability::evm1);
  }
  EXPECT_EQ(create_function("evmc_create_another"), nullptr);
}

TEST(Plugin, RefusesOptionsThatItDoesNotKnow) {
  const VmOwner vm = load_vm();
  const auto set = [&](const char* name, const char* value) {
    return vm->set_option(vm.get(), name, value);
  };
  EXPECT_EQ(set("engine", "stepping"), SetOptionResult::success);
  EXPECT_EQ(set("engine", "threaded"), SetOptionResult::success);
  EXPECT_EQ(set("engine", "fastest"), SetOptionResult::invalid_value);
  EXPECT_EQ(set("engine", ""), SetOptionResult::invalid_value);
  EXPECT_EQ(set("engine", nullptr), SetOptionResult::invalid_value);
  EXPECT_EQ(set("trace", "/no/such/folder/trace"), SetOptionResult::invalid_value);
  EXPECT_EQ(set("speed", "9"), SetOptionResult::invalid_name);
  EXPECT_EQ(set("", ""), SetOptionResult::invalid_name);
  EXPECT_EQ(set(nullptr, "9"), SetOptionResult::invalid_name);
}

TEST(Plugin, RejectsWhatItCannotExecute) {
  const VmOwner vm = load_vm();
  FakeHost host;
  const Bytes stop{OP_STOP};
  EXPECT_EQ(host.run(*vm, Revision::osaka, stop, 10).status, StatusCode::success);
  for (const int32_t revision : {15, 16, 1000, -1})
    EXPECT_EQ(host.run(*vm, static_cast<Revision>(revision), stop, 10).status,
              StatusCode::rejected);
  for (const int32_t kind : {5, 6, -1})
    EXPECT_EQ(
        host.run(*vm, Revision::osaka, stop, 10, {.kind = static_cast<CallKind>(kind)}).status,
        StatusCode::rejected);
  EXPECT_EQ(host.run(*vm, Revision::osaka, stop, -1).status, StatusCode::rejected);
  EXPECT_EQ(host.run(*vm, Revision::osaka, stop, 10, {.depth = -1}).status, StatusCode::rejected);
  const Message message{};
  const auto execute = [&](const HostInterface* interface, const Message* m) {
    return vm->execute(vm.get(), interface, host.context(), Revision::osaka, m, nullptr, 0);
  };
  EXPECT_EQ(execute(&FakeHost::interface, &message).status_code, StatusCode::success);
  EXPECT_EQ(execute(nullptr, &message).status_code, StatusCode::rejected);
  EXPECT_EQ(execute(&FakeHost::interface, nullptr).status_code, StatusCode::rejected);
}

class PluginEngines : public testing::TestWithParam<const char*> {
protected:
  VmOwner load() const {
    const Option engine{"engine", GetParam()};
    return load_vm({&engine, 1});
  }
};
INSTANTIATE_TEST_SUITE_P(All, PluginEngines, testing::Values("stepping", "threaded"));

TEST_P(PluginEngines, TellHowAMessageEnded) {
  struct Case {
    const char* code;
    StatusCode status;
    int64_t gas_left = 0;
  };
  const VmOwner vm = load();
  const Case cases[] = {
      {"0x", StatusCode::success, 1000},
      {"0x5f5ff3", StatusCode::success, 996},
      {"0x5f5ffd", StatusCode::revert, 996},
      {"0x5b600056", StatusCode::out_of_gas},
      {"0xfe", StatusCode::invalid_instruction},
      {"0x0c", StatusCode::undefined_instruction},
      {"0x5b5f600056", StatusCode::out_of_gas},
      {"0x01", StatusCode::stack_underflow},
      {"0x600456", StatusCode::bad_jump_destination},
      {"0x60016000600a3e", StatusCode::invalid_memory_access},
  };
  for (const Case& c : cases) {
    const Outcome outcome = FakeHost{}.run(*vm, Revision::osaka, *parse_hex_bytes(c.code), 1000);
    EXPECT_EQ(outcome.status, c.status) << c.code;
    EXPECT_EQ(outcome.gas_left, c.gas_left) << c.code;
  }
  EXPECT_EQ(FakeHost{}.run(*vm, Revision::osaka, Bytes(1025, OP_PUSH0), 10'000).status,
            StatusCode::stack_overflow);
}

TEST_P(PluginEngines, KeepTheStateOfStaticMessages) {
  const VmOwner vm = load();
  const Bytes changes[] = {call_of(OP_SSTORE, {1, 1}),
                           call_of(OP_TSTORE, {1, 1}),
                           call_of(OP_LOG0, {0, 0}),
                           call_of(OP_CREATE, {0, 0, 0}),
                           call_of(OP_CREATE2, {0, 0, 0, 0}),
                           call_of(OP_SELFDESTRUCT, {0}),
                           call_of(OP_CALL, {0, 1, 1, 0, 0, 0, 0})};
  for (const Bytes& code : changes) {
    FakeHost host;
    const Message is_static{.flags = flags::is_static};
    EXPECT_EQ(host.run(*vm, Revision::osaka, code, 100'000, is_static).status,
              StatusCode::static_mode_violation)
        << to_hex(code);
    EXPECT_EQ(host.asked["set_storage"] + host.asked["set_transient_storage"] +
                  host.asked["emit_log"] + host.asked["call"] + host.asked["selfdestruct"],
              0);
  }
}

TEST_P(PluginEngines, GiveOutputAndCallData) {
  const VmOwner vm = load();
  // CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY CALLDATASIZE PUSH0 RETURN or REVERT
  Bytes echo{OP_CALLDATASIZE, OP_PUSH0, OP_PUSH0, OP_CALLDATACOPY,
             OP_CALLDATASIZE, OP_PUSH0, OP_RETURN};
  Bytes data(100, 0xab);
  const Message message{.input_data = data.data(), .input_size = data.size()};
  EXPECT_EQ(FakeHost{}.run(*vm, Revision::osaka, echo, 1000, message).output, data);
  echo.back() = OP_REVERT;
  EXPECT_EQ(FakeHost{}.run(*vm, Revision::osaka, echo, 1000, message).output, data);
  // Initcode has no call data, whatever the message brings.
  Message create = message;
  create.kind = CallKind::create;
  EXPECT_TRUE(FakeHost{}.run(*vm, Revision::osaka, echo, 1000, create).output.empty());
}

TEST_P(PluginEngines, TakeTheLargestGas) {
  const VmOwner vm = load();
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  const Bytes code =
      call_of(OP_MSTORE8, {100'000, 1}) + call_of(OP_SLOAD, {1}) + Bytes{OP_GAS} + return_top();
  FakeHost host;
  const Outcome outcome = host.run(*vm, Revision::osaka, code, most);
  ASSERT_EQ(outcome.status, StatusCode::success);
  const int64_t words = (100'000 + 32) / 32, memory = 3 * words + words * words / 512;
  const int64_t at_gas = most - push_gas(2) - 3 - memory - push_gas(1) - 2100 - 2;
  EXPECT_EQ(load_be(outcome.output.data()), uint256{static_cast<uint64_t>(at_gas)});
  EXPECT_EQ(outcome.gas_left, at_gas - (return_top_gas - 3));
}

/// A folder of the test's own, removed at its end.
class TraceFolder {
public:
  TraceFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("runahead-evmc-" + std::to_string(getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~TraceFolder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(PluginTrace, HasALineForEachInstructionAndOneForTheMessage) {
  const TraceFolder folder;
  const std::string file = folder.file("trace.jsonl");
  {
    const Option options[] = {{"trace", file.c_str()}};
    const VmOwner vm = load_vm(options);
    // PUSH1 2 PUSH1 3 ADD; then at depth 3 JUMP to nowhere, which makes no closing line.
    FakeHost{}.run(*vm, Revision::osaka, *parse_hex_bytes("0x6002600301"), 100);
    FakeHost{}.run(*vm, Revision::osaka, *parse_hex_bytes("0x5f56"), 100, {.depth = 3});
  }
  const std::vector<std::string> lines = lines_of(file);
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[2], R"({"pc":4,"op":1,"gas":"0x5e","memSize":0,"stack":["0x2","0x3"],"depth":1,)"
                      R"("refund":0,"opName":"ADD","gasCost":"0x3"})");
  EXPECT_NE(lines[3].find("\"opName\":\"STOP\""), std::string::npos);
  EXPECT_EQ(lines[4], R"({"output":"0x","gasUsed":"0x9","pass":true})");
  EXPECT_NE(lines[6].find("\"depth\":4"), std::string::npos);
  EXPECT_NE(lines[6].find("\"error\":\"invalid jump destination\""), std::string::npos);
}

TEST(PluginTrace, CanGoToStandardErrorOrBeOff) {
  const auto trace_of_a_stop = [](std::span<const Option> options) {
    const VmOwner vm = load_vm(options);
    testing::internal::CaptureStderr();
    FakeHost{}.run(*vm, Revision::osaka, {OP_STOP}, 100);
    return testing::internal::GetCapturedStderr();
  };
  const std::string stop = "\"opName\":\"STOP\"";
  for (const char* value : {"", "1"}) {
    const Option on[] = {{"trace", value}};
    EXPECT_NE(trace_of_a_stop(on).find(stop), std::string::npos);
    const Option off[] = {{"trace", value}, {"trace", "0"}};
    EXPECT_EQ(trace_of_a_stop(off), "");
  }
}

/// Returns `n` to the caller after a loop of a few hundred turns.
Bytes counting_code(uint8_t n) {
  return Bytes{OP_PUSH2, 1, 0} + Bytes{OP_JUMPDEST, OP_PUSH1, 1, OP_SWAP1, OP_SUB, OP_DUP1} +
         Bytes{OP_PUSH1, 3, OP_JUMPI, OP_PUSH1, n} + return_top();
}

TEST(PluginThreads, ExecuteOnOneVmAtOnce) {
  const VmOwner vm = load_vm();
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 300; ++round) {
        const auto n = static_cast<uint8_t>((round * 7 + static_cast<int>(t)) % 50);
        FakeHost host;
        const Outcome outcome = host.run(*vm, Revision::osaka, counting_code(n), 1'000'000);
        if (outcome.output.size() != 32 || outcome.output[31] != n) ++wrong[t];
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

} // namespace
} // namespace runahead::evmc
