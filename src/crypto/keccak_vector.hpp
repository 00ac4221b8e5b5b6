// Keccak-f[1600] on four or eight sponges at once, by vector unit. Call only what the machine has
// (base/cpu.hpp).
#pragma once

#include "crypto/keccak_lanes.hpp"

namespace runahead::keccak {

void absorb_four_v3(Lanes<4>& lanes, const uint8_t* const* blocks);
void absorb_four_v4(Lanes<4>& lanes, const uint8_t* const* blocks);
void absorb_eight_v4(Lanes<8>& lanes, const uint8_t* const* blocks);

} // namespace runahead::keccak
