// RIPEMD-160 (ISO/IEC 10118-3), for precompile 0x03. May be called from any thread.
#pragma once

#include "base/bytes.hpp"

#include <array>

namespace runahead {

std::array<uint8_t, 20> ripemd160(BytesView message);

} // namespace runahead
