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

} // namespace

Bytes modexp(BytesView base, BytesView exponent, BytesView modulus) {
  Bytes output(modulus.size(), 0);
  const Integer m(modulus);
  if (mpz_cmp_ui(m.get(), 1) <= 0) return output; // GMP would divide by zero
  Integer result;
  mpz_powm(result.get(), Integer(base).get(), Integer(exponent).get(), m.get());
  const size_t size = (mpz_sizeinbase(result.get(), 2) + 7) / 8;
  // Zero has a size of one digit there but exports nothing, which leaves the zeros in place.
  mpz_export(output.data() + (output.size() - size), nullptr, 1, 1, 1, 0, result.get());
  return output;
}

} // namespace runahead
