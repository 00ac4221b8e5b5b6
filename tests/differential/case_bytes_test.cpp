// Cases as bytes: any bytes are one, and those of a case give it again.
#include "base/random.hpp"
#include "differential/case_bytes.hpp"
#include "differential/program_writer.hpp"

#include <gtest/gtest.h>

namespace runahead::differential {
namespace {

TEST(CaseBytes, ACaseComesBack) {
  MachineCase test;
  test.fork = Fork::berlin;
  test.gas = 123'456;
  test.value = 2;
  test.data = {1, 2, 3};
  test.accounts[contract(0)].code = make_bytecode({0x60, 0x01, 0xef});
  test.accounts[contract(2)].code = make_bytecode({0xef, 0xaa});
  const MachineCase again = decode_case(encode_case(test)).test;
  EXPECT_EQ(again.fork, test.fork);
  EXPECT_EQ(again.gas, test.gas);
  EXPECT_EQ(again.value, test.value);
  EXPECT_EQ(again.data, test.data);
  const auto code = [&](uint64_t i) { return again.accounts.at(contract(i)).code->bytes; };
  EXPECT_EQ(code(0), (Bytes{0x60, 0x01, 0xef}));
  EXPECT_EQ(code(1), Bytes{});
  EXPECT_EQ(code(2), (Bytes{0xef, 0xaa}));
}

TEST(CaseBytes, AnyBytesAreACase) {
  Random random(1);
  for (size_t size = 0; size < 200; ++size) {
    const FuzzCase read = decode_case(random.bytes(size));
    EXPECT_TRUE(read.test.accounts.contains(contract(0)));
    EXPECT_LE(read.test.gas, 600'000);
    EXPECT_GT(read.way.slice_gas, 0);
    EXPECT_NE(read.way.delay_seed, 0u);
  }
}

} // namespace
} // namespace runahead::differential
