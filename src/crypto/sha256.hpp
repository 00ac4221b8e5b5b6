// SHA-256 (FIPS 180-4), for precompile 0x02 and versioned hashes. May be called from any thread.
#pragma once

#include "base/bytes.hpp"

namespace runahead {

Hash256 sha256(BytesView message);

} // namespace runahead
