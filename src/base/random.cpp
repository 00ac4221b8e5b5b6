#include "base/random.hpp"

#include "base/hex.hpp"

#include <bit>
#include <cstdlib>
#include <random>
#include <string_view>

namespace runahead {

namespace {

constexpr uint64_t golden_gamma = 0x9e3779b97f4a7c15; // splitmix64's increment

uint64_t hash_text(std::string_view text) {
  uint64_t h = text.size();
  for (const char c : text) h = mix64(h * 257 + static_cast<uint8_t>(c) + golden_gamma);
  return h;
}

} // namespace

Random::Random(uint64_t seed) {
  for (auto& s : state_) s = mix64(seed += golden_gamma);
}

uint64_t Random::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t n) {
  // The high half of next() * n, redrawn where the low half shows the uneven rest (Lemire, 2019).
  const uint64_t uneven = -n % n;
  for (;;) {
    const auto product = static_cast<unsigned __int128>(next()) * n;
    if (static_cast<uint64_t>(product) >= uneven) return static_cast<uint64_t>(product >> 64);
  }
}

uint64_t Random::between(uint64_t low, uint64_t high) {
  const uint64_t count = high - low + 1;
  return count == 0 ? next() : low + below(count);
}

double Random::fraction() { return static_cast<double>(next() >> 11) * 0x1p-53; }

bool Random::chance(double p) { return fraction() < p; }

void Random::fill(std::span<uint8_t> out) {
  uint64_t rest = 0;
  for (size_t i = 0; i < out.size(); ++i, rest >>= 8) {
    if (i % 8 == 0) rest = next();
    out[i] = static_cast<uint8_t>(rest);
  }
}

Bytes Random::bytes(size_t count) {
  Bytes out(count);
  fill(out);
  return out;
}

uint256 Random::word() {
  uint256 x;
  for (auto& limb : x.w) limb = next();
  return x;
}

uint256 Random::edge_word() {
  const auto power = [this] { return uint256(1) << static_cast<unsigned>(below(256)); };
  switch (below(12)) {
  case 0: return below(4);
  case 1: return power();
  case 2: return power() - 1;
  case 3: return power() + 1;
  case 4: return -uint256(below(4)) - (chance(0.5) ? power() : uint256{});
  case 5: return (uint256(1) << 255) + below(3) - 1;
  case 6: return next() >> below(64);
  case 7: return word() >> static_cast<unsigned>(below(256));
  case 8: { // each limb zeros, ones, one bit or random
    uint256 x;
    for (auto& limb : x.w) {
      const uint64_t choices[] = {0, ~0ull, 1ull << below(64), next()};
      limb = choices[below(4)];
    }
    return x;
  }
  default: return word();
  }
}

uint64_t seed_from_environment() {
  if (const char* text = std::getenv("RUNAHEAD_SEED"); text != nullptr && *text != '\0') {
    if (const auto number = parse_number(text); number && number->fits_u64()) return number->w[0];
    return hash_text(text);
  }
  std::random_device entropy;
  return static_cast<uint64_t>(entropy()) << 32 | entropy();
}

} // namespace runahead
