#include "base/hex.hpp"
#include "crypto/kzg.hpp"

#include <blst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace runahead {
namespace {

struct Case {
  std::array<uint8_t, 48> commitment;
  uint256 z, y;
  std::array<uint8_t, 48> proof;
  bool verify() const { return kzg_verify(commitment, z, y, proof); }
};

std::array<uint8_t, 48> point(std::string_view digits) {
  const Bytes bytes = parse_hex_bytes("0x" + std::string(digits)).value();
  std::array<uint8_t, 48> result{};
  std::copy_n(bytes.begin(), 48, result.begin());
  return result;
}

Case make_case(std::string_view z, std::string_view y, std::string_view commitment,
               std::string_view proof) {
  return {point(commitment), parse_hex_quantity("0x" + std::string(z)).value(),
          parse_hex_quantity("0x" + std::string(y)).value(), point(proof)};
}

const std::string infinity = "c0" + std::string(94, '0');

/// From the tests of the consensus specs, verify_kzg_proof.
std::vector<Case> correct_cases() {
  return {
      make_case("564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306",
                "6d928e13fe443e957d82e3e71d48cb65d51028eb4483e719bf8efcdf12f7c321",
                "a421e229565952cfff4ef3517100a97da1d4fe57956fa50a442f92af03b1bf37adacc8ad4ed209b312"
                "87ea5bb94d9d06",
                "a444d6bb5aadc3ceb615b50d6606bd54bfe529f59247987cd1ab848d19de599a9052f1835fb0d0d44c"
                "f70183e19a68c9"),
      make_case("1", "443e7af5274b52214ea6c775908c54519fea957eecd98069165a8b771082fd51",
                "b49d88afcd7f6c61a8ea69eff5f609d2432b47e7e4cd50b02cdddb4e0c1460517e8df02e4e64dc55e3"
                "d8ca192d57193a",
                "a060b350ad63d61979b80b25258e7cc6caf781080222e0209b4a0b074decca874afc5c41de3313d8ed"
                "217d905e6ada43"),
      make_case("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000", "0",
                "93efc82d2017e9c57834a1246463e64774e56183bb247c8fc9dd98c56817e878d97b05f5c8d900acf1"
                "fbbbca6f146556",
                "92c51ff81dd71dab71cefecd79e8274b4b7ba36a0f40e2dc086bc4061c7f63249877db23297212991f"
                "d63e07b7ebc348"),
      make_case("0", "73e66878b46ae3705eb6a46a89213de7d3686828bfce5c19400fffff00100001",
                "93efc82d2017e9c57834a1246463e64774e56183bb247c8fc9dd98c56817e878d97b05f5c8d900acf1"
                "fbbbca6f146556",
                "b82ded761997f2c6f1bb3db1e1dada2ef06d936551667c82f659b75f99d2da2068b81340823ee4e829"
                "a93c9fbed7810d"),
  };
}

TEST(Kzg, VerifiesProofs) {
  for (const Case& correct : correct_cases()) EXPECT_TRUE(correct.verify());
}

TEST(Kzg, NothingElseIsProved) {
  const std::vector<Case> cases = correct_cases();
  for (const Case& correct : cases) {
    Case wrong = correct;
    wrong.y = addmod(correct.y, uint256(1), kzg_modulus);
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    wrong.z = addmod(correct.z, uint256(1), kzg_modulus);
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    wrong.proof[0] ^= 0x20; // the negative
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    wrong.commitment[0] ^= 0x20;
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    wrong.proof = point(infinity);
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    std::swap(wrong.proof, wrong.commitment);
    EXPECT_FALSE(wrong.verify());
  }
}

/// A constant polynomial has its value everywhere, proved by the point at infinity; its commitment
/// is a multiple of the generator.
TEST(Kzg, VerifiesConstantPolynomials) {
  const std::string generator = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c"
                                "55e83ff97a1aeffb3af00adb22c6bb";
  EXPECT_TRUE(make_case("5", "1", generator, infinity).verify());
  EXPECT_FALSE(make_case("5", "2", generator, infinity).verify());
  EXPECT_TRUE(make_case("5", "0", infinity, infinity).verify());
  EXPECT_FALSE(make_case("5", "1", infinity, infinity).verify());
  EXPECT_FALSE(make_case("5", "1", generator, generator).verify());
}

TEST(Kzg, RefusesNumbersNotBelowTheModulus) {
  for (const Case& correct : correct_cases()) {
    for (const bool of_y : {false, true}) {
      Case wrong = correct;
      uint256& number = of_y ? wrong.y : wrong.z;
      number = number + kzg_modulus; // the same residue; 2^256 is more than twice the modulus
      EXPECT_FALSE(wrong.verify());
    }
  }
}

TEST(Kzg, RefusesWhatIsNoPointOfTheGroup) {
  const Case correct = correct_cases()[0];
  const std::string bad_points[] = {
      std::string(96, '0'),        // not marked as compressed
      "80" + std::string(94, '0'), // x = 0: y^2 = 4, on the curve but of order 3
      "a0" + std::string(94, '0'),
      "c0" + std::string(93, '0') + "1", // infinity with something else
      "e0" + std::string(94, '0'),       // infinity with a sign
      "40" + std::string(94, '0'),       // infinity, not compressed
      // the prime, for zero
      "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffff"
      "aaab",
      "9fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      "ffff",
  };
  for (const std::string& bad : bad_points) {
    Case wrong = correct;
    wrong.proof = point(bad);
    EXPECT_FALSE(wrong.verify()) << bad;
    // With a proof at infinity the equation would hold for some commitments: it is not reached.
    wrong = {point(bad), uint256(1), uint256(0), point(infinity)};
    EXPECT_FALSE(wrong.verify()) << bad;
  }
  // x from 1 on: about half are on the curve, none of them in the group.
  unsigned on_curve = 0;
  for (uint8_t x = 1; x < 40; ++x) {
    Case wrong = correct;
    wrong.proof = point("80" + std::string(94, '0'));
    wrong.proof[47] = x;
    EXPECT_FALSE(wrong.verify());
    blst_p1_affine decoded;
    on_curve += blst_p1_uncompress(&decoded, wrong.proof.data()) == BLST_SUCCESS;
  }
  EXPECT_GT(on_curve, 5u);
}

/// A pairing does not see what is added to a point out of the rest of the curve, here (0, 2) of
/// order 3: only the check of the group refuses it.
TEST(Kzg, RefusesPointsThatPairAlike) {
  const auto moved = [](const std::array<uint8_t, 48>& compressed) {
    blst_p1_affine original, stray = {};
    EXPECT_EQ(blst_p1_uncompress(&original, compressed.data()), BLST_SUCCESS);
    const uint64_t two[6] = {2};
    blst_fp_from_uint64(&stray.y, two);
    EXPECT_TRUE(blst_p1_affine_on_curve(&stray));
    blst_p1 sum;
    blst_p1_from_affine(&sum, &original);
    blst_p1_add_or_double_affine(&sum, &sum, &stray);
    std::array<uint8_t, 48> result;
    blst_p1_compress(result.data(), &sum);
    return result;
  };
  for (const Case& correct : correct_cases()) {
    Case wrong = correct;
    wrong.commitment = moved(correct.commitment);
    EXPECT_FALSE(wrong.verify());
    wrong = correct;
    wrong.proof = moved(correct.proof);
    EXPECT_FALSE(wrong.verify());
  }
}

TEST(Kzg, TheCeremonysPointIsOfTheGroup) {
  blst_p2_affine tau;
  ASSERT_EQ(blst_p2_uncompress(&tau, kzg_tau_g2.data()), BLST_SUCCESS);
  EXPECT_TRUE(blst_p2_affine_in_g2(&tau));
  EXPECT_FALSE(blst_p2_affine_is_inf(&tau));
}

TEST(Kzg, VersionedHash) {
  EXPECT_EQ(to_hex(kzg_versioned_hash(correct_cases()[0].commitment)),
            "0x014edfed8547661f6cb416eba53061a2f6dce872c0497e6dd485a876fe2567f1");
}

/// The first calls, at the same time, make what later ones share.
TEST(Kzg, ManyThreads) {
  const std::vector<Case> cases = correct_cases();
  std::vector<std::thread> threads;
  std::array<bool, 4> correct{};
  for (size_t i = 0; i < correct.size(); ++i)
    threads.emplace_back([&, i] { correct[i] = cases[i].verify(); });
  for (std::thread& thread : threads) thread.join();
  for (const bool each : correct) EXPECT_TRUE(each);
}

} // namespace
} // namespace runahead
