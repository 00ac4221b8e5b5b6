#include "crypto/secp256k1.hpp"

#include "crypto/keccak.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <array>

namespace runahead {
namespace {

/// Signing needs a context with precomputed tables. Built at the first signature and constant from
/// then on, which is what makes it usable from several threads; verification needs none of it and
/// uses the library's static context.
class SigningContext {
public:
  SigningContext() : context_(secp256k1_context_create(SECP256K1_CONTEXT_SIGN)) {}
  ~SigningContext() { secp256k1_context_destroy(context_); }
  SigningContext(const SigningContext&) = delete;
  SigningContext& operator=(const SigningContext&) = delete;
  const secp256k1_context* get() const { return context_; }

private:
  secp256k1_context* context_;
};

const secp256k1_context* signing_context() {
  static const SigningContext context;
  return context.get();
}

Address address_of(const secp256k1_pubkey& key) {
  std::array<uint8_t, 65> point; // 0x04, x, y
  size_t size = point.size();
  secp256k1_ec_pubkey_serialize(secp256k1_context_static, point.data(), &size, &key,
                                SECP256K1_EC_UNCOMPRESSED);
  const Hash256 hash = keccak256(BytesView(point).subspan(1));
  Address address;
  std::memcpy(address.bytes.data(), hash.bytes.data() + 12, address.bytes.size());
  return address;
}

} // namespace

std::optional<Address> recover(const Hash256& digest, uint8_t y_parity, const uint256& r,
                               const uint256& s) {
  if (y_parity > 1) return std::nullopt;
  std::array<uint8_t, 64> compact;
  store_be(compact.data(), r);
  store_be(compact.data() + 32, s);
  secp256k1_ecdsa_recoverable_signature signature;
  if (!secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &signature,
                                                           compact.data(), y_parity))
    return std::nullopt; // r or s not below the order
  secp256k1_pubkey key;
  if (!secp256k1_ecdsa_recover(secp256k1_context_static, &key, &signature, digest.bytes.data()))
    return std::nullopt;
  return address_of(key);
}

std::optional<Address> address_of_secret_key(const Hash256& secret_key) {
  secp256k1_pubkey key;
  if (!secp256k1_ec_pubkey_create(signing_context(), &key, secret_key.bytes.data()))
    return std::nullopt;
  return address_of(key);
}

std::optional<RecoverableSignature> sign(const Hash256& digest, const Hash256& secret_key) {
  secp256k1_ecdsa_recoverable_signature signature;
  if (!secp256k1_ecdsa_sign_recoverable(signing_context(), &signature, digest.bytes.data(),
                                        secret_key.bytes.data(), nullptr, nullptr))
    return std::nullopt;
  std::array<uint8_t, 64> compact;
  int recovery_id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(secp256k1_context_static, compact.data(),
                                                          &recovery_id, &signature);
  // Ids 2 and 3 mean that r was reduced by n, which happens once in 2^128 signatures.
  if (recovery_id > 1) return std::nullopt;
  return RecoverableSignature{load_be(compact.data()), load_be(compact.data() + 32),
                              static_cast<uint8_t>(recovery_id)};
}

} // namespace runahead
