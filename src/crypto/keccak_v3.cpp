#include "crypto/keccak_vector.hpp"

namespace runahead::keccak {

void absorb_four_v3(Lanes<4>& lanes, const uint8_t* const* blocks) {
  absorb_and_permute<4>(lanes, blocks);
}

} // namespace runahead::keccak
