// Rows 0x0a to 0x11 of the table of precompiles: KZG point evaluation (EIP-4844) and BLS12-381
// (EIP-2537). Only for precompiles.cpp.
#pragma once

#include "machine/precompiles.hpp"

namespace runahead {

PrecompileStatus run_kzg_point_evaluation(BytesView input, Bytes& output);

PrecompileStatus run_bls12_g1_add(BytesView input, Bytes& output);
PrecompileStatus run_bls12_g2_add(BytesView input, Bytes& output);

uint64_t gas_bls12_g1_msm(BytesView input, Fork fork);
PrecompileStatus run_bls12_g1_msm(BytesView input, Bytes& output);
uint64_t gas_bls12_g2_msm(BytesView input, Fork fork);
PrecompileStatus run_bls12_g2_msm(BytesView input, Bytes& output);

uint64_t gas_bls12_pairing_check(BytesView input, Fork fork);
PrecompileStatus run_bls12_pairing_check(BytesView input, Bytes& output);

PrecompileStatus run_bls12_map_fp_to_g1(BytesView input, Bytes& output);
PrecompileStatus run_bls12_map_fp2_to_g2(BytesView input, Bytes& output);

} // namespace runahead
