// ECDSA over P-256 (secp256r1, FIPS 186-5), for precompile 0x100 (EIP-7951). A wrapper of OpenSSL's
// curve arithmetic. May be called from any thread.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace runahead {

/// True if (r, s) signs `digest` under the public key (qx, qy), by the rules of EIP-7951: r and s
/// in [1, n-1], qx and qy below p, the key on the curve and not at infinity, and the x coordinate
/// of u1*G + u2*Q equal to r modulo n (a plain comparison would refuse x in [n, p)). A high s is
/// accepted.
bool p256_verify(const Hash256& digest, const uint256& r, const uint256& s, const uint256& qx,
                 const uint256& qy);

/// The order of the group, n.
inline constexpr uint256 p256_order{0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff,
                                    0xffffffff00000000};

/// The prime of the field, p.
inline constexpr uint256 p256_prime{0xffffffffffffffff, 0x00000000ffffffff, 0x0000000000000000,
                                    0xffffffff00000001};

} // namespace runahead
