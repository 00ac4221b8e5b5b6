// The low-level functions cost 50 to 70 ns for a short message; the one-shot SHA256() looks its
// implementation up at every call and costs five times that. They are marked deprecated, not
// removed.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/sha256.hpp"

#include <openssl/sha.h>

namespace runahead {

Hash256 sha256(BytesView message) {
  SHA256_CTX context;
  Hash256 digest;
  SHA256_Init(&context);
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.bytes.data(), &context);
  return digest;
}

} // namespace runahead
