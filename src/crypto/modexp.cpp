#include "crypto/modexp.hpp"

#include <gmp.h>

#include <algorithm>

namespace runahead {
namespace {

/// An owned GMP integer read from big-endian bytes.
class Integer {
public:
  Integer() { mpz_init(value_); }
  explicit Integer(BytesView big_endian) {
    mpz_init(value_);
    mpz_import(value_, big_endian.size(), 1, 1, 1, 0, big_endian.data());
  }
  ~Integer() { mpz_clear(value_); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  mpz_ptr get() { return value_; }
  mpz_srcptr get() const { return value_; }

private:
  mpz_t value_;
};

/// `value` in so many big-endian bytes, which suffice.
Bytes written(const Integer& value, size_t size_bytes) {
  Bytes output(size_bytes, 0);
  const size_t size = (mpz_sizeinbase(value.get(), 2) + 7) / 8;
  // Zero has a size of one digit there but exports nothing, which leaves the zeros in place.
  mpz_export(output.data() + (output.size() - size), nullptr, 1, 1, 1, 0, value.get());
  return output;
}

/// Bytes of the exponent that take about a millisecond: a step for each bit, of two nanoseconds for
/// each pair of limbs (Zen 4). GMP is faster than that where there are many limbs.
size_t part_bytes(size_t modulus_bytes) {
  constexpr uint64_t part_ns = 1'000'000;
  const uint64_t limbs = (std::min<uint64_t>(modulus_bytes, uint64_t{1} << 30) + 7) / 8;
  return std::max<uint64_t>(part_ns / ((2 * limbs * limbs + 20) * 8), 1);
}

} // namespace

Bytes modexp(BytesView base, BytesView exponent, BytesView modulus) {
  const Integer m(modulus);
  if (mpz_cmp_ui(m.get(), 1) <= 0) return Bytes(modulus.size(), 0); // GMP would divide by zero
  Integer result;
  mpz_powm(result.get(), Integer(base).get(), Integer(exponent).get(), m.get());
  return written(result, modulus.size());
}

struct ModexpRun::State {
  State(BytesView b, BytesView e, BytesView m)
      : base(b), modulus(m), exponent(to_bytes(e)), part(part_bytes(m.size())),
        modulus_bytes(m.size()) {}

  Integer base, modulus, result; ///< `base` to the power of the exponent's first `done` bytes
  Bytes exponent;
  size_t done = 0;
  size_t part; ///< bytes
  size_t modulus_bytes;
};

bool ModexpRun::has_parts(size_t exponent_bytes, size_t modulus_bytes) {
  return exponent_bytes > 4 * part_bytes(modulus_bytes);
}

ModexpRun::ModexpRun(BytesView base, BytesView exponent, BytesView modulus)
    : state_(std::make_unique<State>(base, exponent, modulus)) {
  State& s = *state_;
  if (mpz_cmp_ui(s.modulus.get(), 1) <= 0) {
    s.done = s.exponent.size(); // everything is 0 modulo 0 and 1
    return;
  }
  mpz_mod(s.base.get(), s.base.get(), s.modulus.get());
  mpz_set_ui(s.result.get(), 1);
}

ModexpRun::~ModexpRun() = default;

bool ModexpRun::go_on() {
  State& s = *state_;
  const size_t size = std::min(s.part, s.exponent.size() - s.done);
  if (size != 0) {
    Integer shift, power;
    mpz_setbit(shift.get(), 8 * size);
    mpz_powm(s.result.get(), s.result.get(), shift.get(), s.modulus.get());
    const Integer digits(BytesView(s.exponent).subspan(s.done, size));
    mpz_powm(power.get(), s.base.get(), digits.get(), s.modulus.get());
    mpz_mul(s.result.get(), s.result.get(), power.get());
    mpz_mod(s.result.get(), s.result.get(), s.modulus.get());
    s.done += size;
  }
  return s.done == s.exponent.size();
}

Bytes ModexpRun::result() const { return written(state_->result, state_->modulus_bytes); }

} // namespace runahead
