#include "crypto/ripemd160.hpp"

#include <gcrypt.h>

namespace runahead {
namespace {

/// The library wants to be told once that its set-up is over; a host program may have done so
/// already. Its FIPS mode, taken from the machine's settings, would refuse RIPEMD-160: here it is a
/// consensus rule and protects nothing.
bool initialise_library() {
  if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) return true;
  gcry_control(GCRYCTL_NO_FIPS_MODE);
  gcry_check_version(nullptr);
  gcry_control(GCRYCTL_DISABLE_SECMEM);
  gcry_control(GCRYCTL_INITIALIZATION_FINISHED);
  return true;
}

} // namespace

std::array<uint8_t, 20> ripemd160(BytesView message) {
  [[maybe_unused]] static const bool initialised = initialise_library();
  std::array<uint8_t, 20> digest;
  gcry_md_hash_buffer(GCRY_MD_RMD160, digest.data(), message.data(), message.size());
  return digest;
}

} // namespace runahead
