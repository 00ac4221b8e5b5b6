// debug_traceCall with each tracer; blocks are traced in tests/e2e/rpc_compat.test.mjs.
#include "rpc/methods_fixture_for_test.hpp"

namespace runahead {
namespace {

constexpr std::string_view callee = "0xca11000000000000000000000000000000000000";

class TraceMethodsTest : public MethodsTest {
protected:
  std::string trace(std::string_view options, std::string_view more = "") {
    return result("debug_traceCall",
                  list({call_contract(more), "\"latest\"", std::string(options)}));
  }
  void put_callee(std::string_view hex) {
    memory.accounts()[*parse_address(callee)].code =
        make_bytecode(*parse_hex_bytes("0x" + std::string(hex)));
    chain.set_head(chain.newest.env.number + 1);
  }
  /// Calls the callee with 5 bytes of input and `wei`, and ignores how that ends.
  void put_caller(std::string_view wei = "00") {
    put_code("63aabbccdd60e01b600052" // memory begins with aabbccdd
             "6000600060056000" +
             ("60" + std::string(wei)) + "73ca110000000000000000000000000000000000005af100");
    memory.accounts()[*parse_address(contract)].balance = 100;
  }
};

TEST_F(TraceMethodsTest, StructLogs) {
  EXPECT_EQ(trace("{}"),
            R"({"gas":45206,"failed":false,"returnValue":"0x","structLogs":[)"
            R"({"pc":0,"op":"PUSH1","gas":49979000,"gasCost":3,"depth":1,"stack":[]},)"
            R"({"pc":2,"op":"SLOAD","gas":49978997,"gasCost":2100,"depth":1,"stack":["0x0"],)"
            R"("storage":{)" +
                word(0) + ":" + word(0x77) +
                R"(}},{"pc":3,"op":"PUSH1","gas":49976897,"gasCost":3,"depth":1,"stack":["0x77"]},)"
                R"({"pc":5,"op":"SSTORE","gas":49976894,"gasCost":22100,"depth":1,)"
                R"("stack":["0x77","0x1"],"storage":{)" +
                word(0) + ":" + word(0x77) + "," + word(1) + ":" + word(0x77) +
                R"(}},{"pc":6,"op":"STOP","gas":49954794,"gasCost":0,"depth":1,"stack":[]}]})");
}

TEST_F(TraceMethodsTest, StructLogsLeaveOutAndPutIn) {
  const std::string bare = trace(R"({"disableStack":true,"disableStorage":true})");
  EXPECT_FALSE(bare.contains("\"stack\"") || bare.contains("\"storage\"")) << bare;
  put_code("60aa60005200");
  const std::string full = trace(R"({"enableMemory":true,"limit":4})");
  EXPECT_TRUE(full.contains(R"("memory":[)" + word(0xaa) + "]")) << full;
  EXPECT_FALSE(trace(R"({"limit":1})").contains("PUSH1\",\"gas\":49978997")) << "one entry only";
  put_code("50");
  EXPECT_TRUE(trace("{}").contains(R"("error":"stack underflow)")) << trace("{}");
}

TEST_F(TraceMethodsTest, TreeOfCalls) {
  put_caller("07");
  put_callee("6005600afd"); // reverts with 10 bytes of zeros
  const std::string text = trace(R"({"tracer":"callTracer"})");
  EXPECT_TRUE(text.starts_with(R"({"type":"CALL","from":)" + quoted(alice) + R"(,"to":)" +
                               quoted(contract) + R"(,"value":"0x0","gas":"0x2faf080",)"))
      << text;
  EXPECT_TRUE(text.contains(R"("calls":[{"type":"CALL","from":)" + quoted(contract) + R"(,"to":)" +
                            quoted(callee) + R"(,"value":"0x7",)"))
      << text;
  EXPECT_TRUE(text.contains(R"("input":"0xaabbccdd00")")) << text;
  EXPECT_TRUE(text.contains(R"("error":"execution reverted")")) << text;
  EXPECT_FALSE(
      trace(R"({"tracer":"callTracer","tracerConfig":{"onlyTopCall":true}})").contains("calls"));
}

TEST_F(TraceMethodsTest, LogsOfCalls) {
  put_caller();
  put_callee("600160206000a100"); // LOG1 of the first word of memory
  const std::string config = R"({"tracer":"callTracer","tracerConfig":{"withLog":true}})";
  EXPECT_TRUE(trace(config).contains(R"("logs":[{"address":)" + quoted(callee) + R"(,"topics":[)" +
                                     word(1) + R"(],"data":)" + word(0) + R"(,"position":"0x0"}])"))
      << trace(config);
  put_callee("600160206000a160006000fd");
  EXPECT_FALSE(trace(config).contains("logs")) << "undone";
}

TEST_F(TraceMethodsTest, FlatCalls) {
  put_caller("07");
  put_callee("00");
  const std::string text = trace(R"({"tracer":"flatCallTracer"})");
  EXPECT_TRUE(text.contains(R"("subtraces":1,"traceAddress":[],"type":"call")")) << text;
  EXPECT_TRUE(text.contains(R"("subtraces":0,"traceAddress":[0],"type":"call")")) << text;
  EXPECT_TRUE(text.contains(R"("callType":"call")")) << text;
}

TEST_F(TraceMethodsTest, Selectors) {
  put_caller();
  put_callee("00");
  EXPECT_EQ(trace(R"({"tracer":"4byteTracer"})", R"(,"data":"0x0102030405060708")"),
            R"({"0x01020304-4":1,"0xaabbccdd-1":1})");
}

TEST_F(TraceMethodsTest, StateBefore) {
  const std::string text = trace(R"({"tracer":"prestateTracer"})");
  EXPECT_TRUE(text.contains(quoted(alice) + R"(:{"balance":"0xf4240","nonce":5})")) << text;
  EXPECT_TRUE(text.contains(R"("code":"0x600054600155")")) << text;
  EXPECT_TRUE(text.contains(R"("storage":{)" + word(0) + ":" + word(0x77) + "," + word(1) + ":" +
                            word(0) + "}"))
      << text;
  EXPECT_FALSE(trace(R"({"tracer":"prestateTracer","tracerConfig":{"disableCode":true,
                        "disableStorage":true}})")
                   .contains("storage"));
}

TEST_F(TraceMethodsTest, StateBeforeAndAfter) {
  const std::string text = trace(R"({"tracer":"prestateTracer","tracerConfig":{"diffMode":true}})");
  const size_t post = text.find("\"post\"");
  ASSERT_NE(post, std::string::npos);
  const std::string before = text.substr(0, post), after = text.substr(post);
  EXPECT_TRUE(after.contains(quoted(alice) + R"(:{"nonce":6})")) << after;
  EXPECT_TRUE(after.contains(quoted(contract) + R"(:{"storage":{)" + word(1) + ":" + word(0x77)))
      << after;
  EXPECT_TRUE(before.contains(R"("nonce":5)")) << before;
  EXPECT_FALSE(before.contains(word(1))) << "the slot was zero: " << before;
}

TEST_F(TraceMethodsTest, OverridesCount) {
  EXPECT_TRUE(trace(R"({"tracer":"callTracer","stateOverrides":{")" + std::string(contract) +
                    R"(":{"code":"0x60aa60005260206000f3"}}})")
                  .contains(R"("output":)" + word(0xaa)));
  EXPECT_TRUE(trace(R"({"tracer":"callTracer","blockOverrides":{"number":"0x99"},"stateOverrides":
                       {")" +
                    std::string(contract) + R"(":{"code":"0x4360005260206000f3"}}})")
                  .contains(R"("output":)" + word(0x99)));
}

TEST_F(TraceMethodsTest, RefusesWhatMakesNoSense) {
  EXPECT_TRUE(trace(R"({"tracer":"else"})").contains("invalid argument 2: tracer: unknown tracer"));
  EXPECT_TRUE(
      trace(R"({"tracerConfig":{"onlyTop":true}})").contains("tracerConfig: unknown field"));
  EXPECT_EQ(trace(R"({"tracer":"noopTracer"})"), "{}");
}

} // namespace
} // namespace runahead
