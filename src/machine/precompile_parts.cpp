#include "machine/precompile_parts.hpp"

#include "crypto/blake2f.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/bn254.hpp"
#include "crypto/modexp.hpp"
#include "machine/precompile_input.hpp"

#include <algorithm>

namespace runahead {
namespace {

// Parts of one to three milliseconds on Zen 4, by the figures that the headers in crypto/ give.
constexpr uint32_t part_rounds = 200'000;
constexpr size_t part_pairs = 8, g1_part_terms = 32, g2_part_terms = 16;

/// Takes the next part off `rest`.
BytesView take(BytesView& rest, size_t most_bytes) {
  const BytesView part = rest.first(std::min(rest.size(), most_bytes));
  rest = rest.subspan(part.size());
  return part;
}

PrecompileStatus answer_with(bool truth, Bytes& output) {
  output.assign(32, 0);
  output.back() = truth;
  return PrecompileStatus::success;
}

class Blake2fParts final : public PrecompileParts {
public:
  explicit Blake2fParts(BytesView input) : run_(blake2f_rounds(input), blake2f_input(input)) {}

  std::optional<PrecompileStatus> go_on(Bytes& output) override {
    if (!run_.go_on(part_rounds)) return std::nullopt;
    write_blake2f(run_.result(), output);
    return PrecompileStatus::success;
  }

private:
  Blake2fRun run_;
};

/// A check of a product that takes its pairs one after another.
template <class Product, size_t pair_bytes>
class PairingParts final : public PrecompileParts {
public:
  explicit PairingParts(BytesView pairs) : rest_(pairs) {}

  std::optional<PrecompileStatus> go_on(Bytes& output) override {
    if (!product_.multiply(take(rest_, part_pairs * pair_bytes))) return PrecompileStatus::failure;
    if (!rest_.empty()) return std::nullopt;
    return answer_with(product_.is_one(), output);
  }

private:
  BytesView rest_;
  Product product_;
};

/// A sum of multiples: that of each part is added to those before.
template <auto multi_scalar, auto add, size_t term_bytes, size_t part_terms>
class SumParts final : public PrecompileParts {
public:
  explicit SumParts(BytesView terms) : rest_(terms) {}

  std::optional<PrecompileStatus> go_on(Bytes& output) override {
    const auto sum = multi_scalar(take(rest_, part_terms * term_bytes));
    if (!sum) return PrecompileStatus::failure;
    sum_.insert(sum_.end(), sum->begin(), sum->end());
    if (sum_.size() > sum->size()) {
      const auto both = add(sum_);
      sum_.assign(both->begin(), both->end());
    }
    if (!rest_.empty()) return std::nullopt;
    output = std::move(sum_);
    return PrecompileStatus::success;
  }

private:
  BytesView rest_;
  Bytes sum_; ///< empty before the first part
};

class ModexpParts final : public PrecompileParts {
public:
  explicit ModexpParts(const ModexpOperands& of) : run_(of.base, of.exponent, of.modulus) {}

  std::optional<PrecompileStatus> go_on(Bytes& output) override {
    if (!run_.go_on()) return std::nullopt;
    output = run_.result();
    return PrecompileStatus::success;
  }

private:
  ModexpRun run_;
};

template <class Parts>
std::unique_ptr<PrecompileParts> cut(BytesView input, size_t item_bytes, size_t part_items) {
  // What has a wrong length is refused at once.
  if (input.size() <= item_bytes * part_items || input.size() % item_bytes != 0) return nullptr;
  return std::make_unique<Parts>(input);
}

} // namespace

std::unique_ptr<PrecompileParts> precompile_parts(uint16_t id, BytesView input) {
  using namespace bls12381;
  using Bn254Parts = PairingParts<Bn254PairingProduct, bn254_pair_size>;
  using BlsParts = PairingParts<PairingProduct, pair_bytes>;
  switch (id) {
  case 0x05: {
    const ModexpLengths lengths = modexp_lengths(input);
    if (lengths.beyond_limits() || lengths.modulus == 0 ||
        !ModexpRun::has_parts(static_cast<size_t>(lengths.exponent),
                              static_cast<size_t>(lengths.modulus)))
      return nullptr;
    return std::make_unique<ModexpParts>(modexp_operands(input, lengths));
  }
  case 0x08: return cut<Bn254Parts>(input, bn254_pair_size, part_pairs);
  case 0x09:
    if (!is_blake2f_input(input) || blake2f_rounds(input) <= part_rounds) return nullptr;
    return std::make_unique<Blake2fParts>(input);
  case 0x0c:
    return cut<SumParts<g1_multi_scalar, g1_add, g1_term_bytes, g1_part_terms>>(
        input, g1_term_bytes, g1_part_terms);
  case 0x0e:
    return cut<SumParts<g2_multi_scalar, g2_add, g2_term_bytes, g2_part_terms>>(
        input, g2_term_bytes, g2_part_terms);
  case 0x0f: return cut<BlsParts>(input, pair_bytes, part_pairs);
  default: return nullptr;
  }
}

} // namespace runahead
