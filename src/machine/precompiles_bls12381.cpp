#include "machine/precompiles_bls12381.hpp"

#include "base/uint256.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/kzg.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace runahead {
namespace {

/// EIP-2537: what k terms cost, in thousandths of k single multiplications, from k = 1 on. The last
/// one holds for more terms too.
using Discounts = std::array<uint16_t, 128>;

constexpr Discounts g1_discounts = {
    1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669, 665,
    661,  658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619, 617, 615,
    613,  611, 609, 608, 606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589, 588, 586, 585,
    584,  582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563,
    562,  561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545,
    544,  543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531, 530, 529,
    528,  528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519,
};

constexpr Discounts g2_discounts = {
    1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704, 699,
    693,  688,  683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634, 632, 629,
    627,  624,  622, 620, 618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597, 595, 593, 592,
    590,  589,  587, 586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567,
    566,  565,  563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548,
    547,  546,  545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535, 534, 533,
    532,  532,  531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524,
};

/// Input of a wrong length costs nothing and is refused when it runs.
uint64_t gas_of_terms(size_t input_bytes, size_t term_bytes, uint64_t multiplication,
                      const Discounts& discounts) {
  if (input_bytes == 0 || input_bytes % term_bytes != 0) return 0;
  const size_t terms = input_bytes / term_bytes;
  return terms * multiplication * discounts[std::min(terms, discounts.size()) - 1] / 1000;
}

template <class Result>
PrecompileStatus answer(const std::optional<Result>& result, Bytes& output) {
  if (!result) return PrecompileStatus::failure;
  output.assign(result->begin(), result->end());
  return PrecompileStatus::success;
}

} // namespace

// 0x0a: versioned hash, z, y, commitment (48 bytes), proof (48 bytes) -> the number of field
// elements in a blob and the modulus.
PrecompileStatus run_kzg_point_evaluation(BytesView input, Bytes& output) {
  if (input.size() != 192) return PrecompileStatus::failure;
  const auto commitment = input.subspan<96, 48>();
  const Hash256 hash = kzg_versioned_hash(commitment);
  if (!equal(hash, input.first(32)) ||
      !kzg_verify(commitment, load_be(&input[32]), load_be(&input[64]), input.subspan<144, 48>()))
    return PrecompileStatus::failure;
  output.resize(64);
  store_be(output.data(), uint256(field_elements_per_blob));
  store_be(output.data() + 32, kzg_modulus);
  return PrecompileStatus::success;
}

// 0x0b and 0x0d

PrecompileStatus run_bls12_g1_add(BytesView input, Bytes& output) {
  return answer(bls12381::g1_add(input), output);
}

PrecompileStatus run_bls12_g2_add(BytesView input, Bytes& output) {
  return answer(bls12381::g2_add(input), output);
}

// 0x0c and 0x0e

uint64_t gas_bls12_g1_msm(BytesView input, Fork) {
  return gas_of_terms(input.size(), bls12381::g1_term_bytes, 12000, g1_discounts);
}

PrecompileStatus run_bls12_g1_msm(BytesView input, Bytes& output) {
  return answer(bls12381::g1_multi_scalar(input), output);
}

uint64_t gas_bls12_g2_msm(BytesView input, Fork) {
  return gas_of_terms(input.size(), bls12381::g2_term_bytes, 22500, g2_discounts);
}

PrecompileStatus run_bls12_g2_msm(BytesView input, Bytes& output) {
  return answer(bls12381::g2_multi_scalar(input), output);
}

// 0x0f

uint64_t gas_bls12_pairing_check(BytesView input, Fork) {
  if (input.empty() || input.size() % bls12381::pair_bytes != 0) return 0;
  return 37700 + 32600 * (input.size() / bls12381::pair_bytes);
}

PrecompileStatus run_bls12_pairing_check(BytesView input, Bytes& output) {
  const std::optional<bool> one = bls12381::pairing_check(input);
  if (!one) return PrecompileStatus::failure;
  output.assign(32, 0);
  output.back() = *one;
  return PrecompileStatus::success;
}

// 0x10 and 0x11

PrecompileStatus run_bls12_map_fp_to_g1(BytesView input, Bytes& output) {
  return answer(bls12381::map_to_g1(input), output);
}

PrecompileStatus run_bls12_map_fp2_to_g2(BytesView input, Bytes& output) {
  return answer(bls12381::map_to_g2(input), output);
}

} // namespace runahead
