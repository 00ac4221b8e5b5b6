#include "rpc/chain_access.hpp"

namespace runahead {

void ChainAccess::trie(const ChainBlock&, TrieSink sink) {
  sink(rpc_fail(rpc_code::server_error, "not all of this chain's state is held here"));
}

} // namespace runahead
