// Whatever the bytes of contracts are, all engines agree on what a call into them does.
#include "differential/case_bytes.hpp"
#include "differential/differential.hpp"

#include <cstdio>
#include <cstdlib>

using namespace runahead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static differential::Comparison comparison;
  const differential::FuzzCase input = differential::decode_case({data, size});
  Random random(input.way.delay_seed);
  uint64_t runs = 0;
  const auto found =
      comparison.compare_around(input.test, input.way, input.speculation, random, 2, runs);
  if (!found) return 0;
  std::fprintf(stderr, "%s", to_text(comparison.shrink(*found)).c_str());
  std::abort();
}
