#include "statetest/logs_hash.hpp"

#include "base/rlp.hpp"
#include "crypto/keccak.hpp"

namespace runahead {

Hash256 logs_hash(std::span<const Log> logs) {
  rlp::Writer list;
  for (const Log& log : logs) {
    rlp::Writer topics;
    for (const Hash256& topic : log.topics) topics.string(topic);
    list.list(rlp::Writer().string(log.address).list(topics).string(log.data));
  }
  return keccak256(list.as_list());
}

} // namespace runahead
