#include "crypto/p256.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace runahead {
namespace {

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* p) const {
    release(p);
  }
};
using Number = std::unique_ptr<BIGNUM, Releaser<BN_free>>;
using Point = std::unique_ptr<EC_POINT, Releaser<EC_POINT_free>>;
using Group = std::unique_ptr<EC_GROUP, Releaser<EC_GROUP_free>>;
using Workspace = std::unique_ptr<BN_CTX, Releaser<BN_CTX_free>>;

/// What can fail only for want of memory ends the program, as a failing `new` does: answering "not
/// valid" would be a wrong result.
template <class T>
T required(T outcome) {
  if (!outcome) std::abort();
  return outcome;
}

/// Making a group costs more than a verification. It is constant once made, so threads may share
/// it.
const EC_GROUP* group() {
  static const Group p256 = required(Group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)));
  return p256.get();
}

/// Forgets what OpenSSL puts into the thread's error queue while this lives: a key that is no point
/// of the curve is an answer here, not an error.
class QuietErrors {
public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

Number number(BytesView big_endian) {
  return required(
      Number(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr)));
}

Number number(const uint256& value) {
  std::array<uint8_t, 32> bytes;
  store_be(bytes.data(), value);
  return number(BytesView(bytes));
}

bool is_scalar(const uint256& x) { return !x.is_zero() && x < p256_order; }

} // namespace

bool p256_verify(const Hash256& digest, const uint256& r, const uint256& s, const uint256& qx,
                 const uint256& qy) {
  if (!is_scalar(r) || !is_scalar(s) || !(qx < p256_prime) || !(qy < p256_prime)) return false;
  const EC_GROUP* curve = group();
  const BIGNUM* n = EC_GROUP_get0_order(curve);
  const QuietErrors quiet;
  const Workspace workspace = required(Workspace(BN_CTX_new()));
  BN_CTX* ctx = workspace.get();

  // Fails off the curve, which includes (0, 0), the encoding of infinity.
  const Point q = required(Point(EC_POINT_new(curve)));
  if (!EC_POINT_set_affine_coordinates(curve, q.get(), number(qx).get(), number(qy).get(), ctx))
    return false;

  const Number u1 = number(BytesView(digest)), u2 = number(r);
  const Number s_inverse = required(Number(BN_mod_inverse(nullptr, number(s).get(), n, ctx)));
  required(BN_mod_mul(u1.get(), u1.get(), s_inverse.get(), n, ctx));
  required(BN_mod_mul(u2.get(), u2.get(), s_inverse.get(), n, ctx));

  const Point sum = required(Point(EC_POINT_new(curve)));
  required(EC_POINT_mul(curve, sum.get(), u1.get(), q.get(), u2.get(), ctx));
  if (EC_POINT_is_at_infinity(curve, sum.get())) return false;
  const Number x = required(Number(BN_new()));
  required(EC_POINT_get_affine_coordinates(curve, sum.get(), x.get(), nullptr, ctx));
  required(BN_nnmod(x.get(), x.get(), n, ctx));
  return BN_cmp(x.get(), number(r).get()) == 0;
}

} // namespace runahead
