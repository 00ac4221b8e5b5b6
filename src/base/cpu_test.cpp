#include "base/cpu.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace runahead {
namespace {

TEST(Cpu, NothingAskedForIsAllThatTheMachineHas) {
  EXPECT_EQ(*choose_cpu_level("", CpuLevel::v3), CpuLevel::v3);
  EXPECT_EQ(*choose_cpu_level("", CpuLevel::v4), CpuLevel::v4);
  EXPECT_GE(machine_cpu_level(), CpuLevel::v3);
}

TEST(Cpu, LevelsUpToTheMachinesCanBeAskedFor) {
  for (const CpuLevel level : {CpuLevel::scalar, CpuLevel::v3, CpuLevel::v4})
    EXPECT_EQ(*choose_cpu_level(name(level), CpuLevel::v4), level);
  EXPECT_EQ(*choose_cpu_level("v3", CpuLevel::v3), CpuLevel::v3);
  EXPECT_EQ(choose_cpu_level("v4", CpuLevel::v3).error().message,
            "RUNAHEAD_CPU is v4, but this machine only has v3");
}

TEST(Cpu, OtherTextIsRefusedWithWhatIsExpected) {
  for (const char* text : {"avx512", "V3", "v2", " v3", "v33"})
    EXPECT_EQ(choose_cpu_level(text, CpuLevel::v4).error().message,
              "RUNAHEAD_CPU is '" + std::string(text) + "', expected scalar, v3 or v4");
}

TEST(CpuDeathTest, AnUnknownValueIsComplainedAboutOnceAndLeftOutOfAccount) {
  // In a process of its own, as the level is kept once it was asked for.
  EXPECT_EXIT(
      {
        setenv("RUNAHEAD_CPU", "fast", 1);
        const bool is_machines = cpu_level() == machine_cpu_level();
        std::exit(is_machines && cpu_level() == machine_cpu_level() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^RUNAHEAD_CPU is 'fast', expected [^\n]*; using v[34]\n$");
  EXPECT_EXIT(
      {
        setenv("RUNAHEAD_CPU", "scalar", 1);
        std::exit(cpu_level() == CpuLevel::scalar ? 0 : 1);
      },
      testing::ExitedWithCode(0), "^$");
}

} // namespace
} // namespace runahead
