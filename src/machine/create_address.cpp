#include "machine/create_address.hpp"

namespace runahead {
namespace {

Address low_20(const Hash256& hash) {
  Address a;
  std::memcpy(a.bytes.data(), hash.bytes.data() + 12, 20);
  return a;
}

} // namespace

Address create_address(const Address& sender, uint64_t nonce) {
  return low_20(keccak256(rlp::Writer().string(sender).number(nonce).as_list()));
}

Address create2_address(const Address& sender, const uint256& salt, const Hash256& initcode_hash) {
  std::array<uint8_t, 85> preimage{0xff};
  std::memcpy(preimage.data() + 1, sender.bytes.data(), 20);
  store_be(preimage.data() + 21, salt);
  std::memcpy(preimage.data() + 53, initcode_hash.bytes.data(), 32);
  return low_20(keccak256(preimage));
}

} // namespace runahead
