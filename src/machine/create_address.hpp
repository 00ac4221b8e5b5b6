// The address of a new contract.
#pragma once

#include "base/rlp.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"

namespace runahead {

/// Yellow Paper 7: the last 20 bytes of keccak(rlp([sender, nonce])).
Address create_address(const Address& sender, uint64_t nonce);

/// EIP-1014: the last 20 bytes of keccak(0xff, sender, salt, keccak(initcode)).
Address create2_address(const Address& sender, const uint256& salt, const Hash256& initcode_hash);

} // namespace runahead
