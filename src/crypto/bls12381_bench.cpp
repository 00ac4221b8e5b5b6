// Times of the BLS12-381 and KZG precompiles' work, encodings and checks included. Prints figures,
// decides nothing.
#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/bls12381_curve.hpp"
#include "crypto/kzg.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

namespace runahead {
namespace {

/// `count` points of a group, by the map that ends there.
template <class Map>
Bytes points(Map map, size_t element_bytes, size_t count) {
  Random random(1);
  Bytes all;
  for (size_t i = 0; i < count; ++i) {
    Bytes element(element_bytes, 0);
    for (size_t at = 0; at < element_bytes; at += bls12381::field_bytes)
      random.fill(std::span(element).subspan(at + 17, 47)); // below the prime
    const auto point = map(element).value();
    all.insert(all.end(), point.begin(), point.end());
  }
  return all;
}

Bytes g1_points(size_t count) { return points(bls12381::map_to_g1, bls12381::field_bytes, count); }
Bytes g2_points(size_t count) {
  return points(bls12381::map_to_g2, 2 * bls12381::field_bytes, count);
}

/// Each point followed by `size` random bytes.
Bytes with_scalars(const Bytes& points, size_t point_bytes, size_t size) {
  Random random(2);
  Bytes terms;
  for (size_t at = 0; at < points.size(); at += point_bytes) {
    terms.insert(terms.end(), &points[at], &points[at] + point_bytes);
    const Bytes scalar = random.bytes(size);
    terms.insert(terms.end(), scalar.begin(), scalar.end());
  }
  return terms;
}

void g1_add(benchmark::State& state) {
  const Bytes input = g1_points(2);
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::g1_add(input));
}
BENCHMARK(g1_add);

void g2_add(benchmark::State& state) {
  const Bytes input = g2_points(2);
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::g2_add(input));
}
BENCHMARK(g2_add);

void g1_multi_scalar(benchmark::State& state) {
  const Bytes terms =
      with_scalars(g1_points(static_cast<size_t>(state.range(0))), bls12381::g1_bytes, 32);
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::g1_multi_scalar(terms));
}
BENCHMARK(g1_multi_scalar)->ArgName("terms")->Arg(1)->Arg(2)->Arg(16)->Arg(128);

void g2_multi_scalar(benchmark::State& state) {
  const Bytes terms =
      with_scalars(g2_points(static_cast<size_t>(state.range(0))), bls12381::g2_bytes, 32);
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::g2_multi_scalar(terms));
}
BENCHMARK(g2_multi_scalar)->ArgName("terms")->Arg(1)->Arg(2)->Arg(16)->Arg(128);

void pairing_check(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  const Bytes p = g1_points(count), q = g2_points(count);
  Bytes pairs;
  for (size_t i = 0; i < count; ++i) {
    pairs.insert(pairs.end(), &p[i * bls12381::g1_bytes], &p[i * bls12381::g1_bytes] + 128);
    pairs.insert(pairs.end(), &q[i * bls12381::g2_bytes], &q[i * bls12381::g2_bytes] + 256);
  }
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::pairing_check(pairs));
}
BENCHMARK(pairing_check)->ArgName("pairs")->Arg(1)->Arg(2)->Arg(8);

void map_to_g1(benchmark::State& state) {
  Bytes element(bls12381::field_bytes, 0);
  element.back() = 3;
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::map_to_g1(element));
}
BENCHMARK(map_to_g1);

void map_to_g2(benchmark::State& state) {
  Bytes element(2 * bls12381::field_bytes, 0);
  element.back() = 3;
  for (auto _ : state) benchmark::DoNotOptimize(bls12381::map_to_g2(element));
}
BENCHMARK(map_to_g2);

/// A proof from the tests of the consensus specs.
struct Proof {
  std::array<uint8_t, 48> commitment{}, proof{};
  uint256 z, y;
};

Proof correct_proof() {
  const auto point = [](const char* digits) {
    std::array<uint8_t, 48> bytes{};
    std::ranges::copy(parse_hex_bytes(digits).value(), bytes.begin());
    return bytes;
  };
  return {
      point("0xa421e229565952cfff4ef3517100a97da1d4fe57956fa50a442f92af03b1bf37adacc8ad4ed209b31287"
            "ea5bb94d9d06"),
      point("0xa444d6bb5aadc3ceb615b50d6606bd54bfe529f59247987cd1ab848d19de599a9052f1835fb0d0d44cf7"
            "0183e19a68c9"),
      parse_hex_quantity("0x564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306")
          .value(),
      parse_hex_quantity("0x6d928e13fe443e957d82e3e71d48cb65d51028eb4483e719bf8efcdf12f7c321")
          .value()};
}

void kzg_verification(benchmark::State& state) {
  const Proof p = correct_proof();
  for (auto _ : state)
    if (!kzg_verify(p.commitment, p.z, p.y, p.proof)) state.SkipWithError("not verified");
}
BENCHMARK(kzg_verification);

/// The same equation as the consensus specs write it: e(P - yG, H) = e(proof, tau H - zH), to judge
/// the former by.
void kzg_as_specified(benchmark::State& state) {
  const Proof proof = correct_proof();
  for (auto _ : state) {
    blst_p1_affine p, q, left;
    blst_p2_affine tau, right;
    blst_p1 left_sum;
    blst_p2 right_sum;
    blst_p1_uncompress(&p, proof.commitment.data());
    blst_p1_uncompress(&q, proof.proof.data());
    blst_p2_uncompress(&tau, kzg_tau_g2.data());
    bool correct = blst_p1_affine_in_g1(&p) && blst_p1_affine_in_g1(&q);
    const uint256 minus_y = kzg_modulus - proof.y, minus_z = kzg_modulus - proof.z;
    blst_p1_mult(&left_sum, blst_p1_generator(), reinterpret_cast<const uint8_t*>(minus_y.w), 255);
    blst_p1_add_or_double_affine(&left_sum, &left_sum, &p);
    blst_p1_to_affine(&left, &left_sum);
    blst_p2_mult(&right_sum, blst_p2_generator(), reinterpret_cast<const uint8_t*>(minus_z.w), 255);
    blst_p2_add_or_double_affine(&right_sum, &right_sum, &tau);
    blst_p2_to_affine(&right, &right_sum);
    blst_fp12 a, b;
    blst_miller_loop(&a, blst_p2_affine_generator(), &left);
    blst_miller_loop(&b, &right, &q);
    correct = correct && blst_fp12_finalverify(&a, &b);
    if (!correct) state.SkipWithError("not verified");
  }
}
BENCHMARK(kzg_as_specified);

} // namespace
} // namespace runahead
