// Prints the census of each contract that mainnet blocks touched, a line each, and of all together.
// RUNAHEAD_FIXTURES names the folder that has mainnet-blocks.
#include "code/real_contracts_for_test.hpp"
#include "depblock/show/census.hpp"

#include <cstdio>

int main() {
  using namespace runahead;
  const std::vector<Bytes> codes = real_contracts();
  if (codes.empty()) {
    std::fprintf(stderr, "%s\n", no_real_contracts);
    return 2;
  }
  depblock::Census total;
  std::printf("   bytes  reached  blocks merged opcodes instrs spills unspills  jumps resolved\n");
  for (const Bytes& bytes : codes) {
    const Code code(bytes);
    const depblock::Census one = depblock::take_census(code, Fork::cancun);
    std::printf("%8lu %8lu %7lu %6lu %7lu %6lu %6lu %8lu %6lu %8lu\n", one.bytes, one.reached_bytes,
                one.blocks, one.merged, one.opcodes, one.instructions, one.spills, one.unspills,
                one.jumps, one.resolved_jumps);
    total += one;
  }
  std::printf("\n%s", depblock::print(total).c_str());
}
