// The data-dependence bounds of the testbed's calls, as its bounds.json has them.
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

} // namespace
} // namespace runahead
