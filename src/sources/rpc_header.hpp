// Block headers as nodes tell them, with the proof that they are what their hash names. For the
// rpc_* sources of this folder only: the header brings the JSON parser with it.
#pragma once

#include "base/result.hpp"
#include "sources/proven_header.hpp"

#include <simdjson.h>

namespace runahead {

/// Hashes the header of a block as eth_getBlockByNumber answers, of every fork up to Amsterdam. A
/// header with fields unknown here has another hash than the node says: the caller finds out.
Result<ProvenHeader> rpc_proven_header(const simdjson::dom::element& block);

} // namespace runahead
