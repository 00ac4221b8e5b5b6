#include "crypto/keccak_vector.hpp"

namespace runahead::keccak {

// 32 registers of 512 or 256 bits; the rest of the program must not be compiled so.
#define RUNAHEAD_V4 [[gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]]

RUNAHEAD_V4 void absorb_four_v4(Lanes<4>& lanes, const uint8_t* const* blocks) {
  absorb_and_permute<4>(lanes, blocks);
}

RUNAHEAD_V4 void absorb_eight_v4(Lanes<8>& lanes, const uint8_t* const* blocks) {
  absorb_and_permute<8>(lanes, blocks);
}

} // namespace runahead::keccak
