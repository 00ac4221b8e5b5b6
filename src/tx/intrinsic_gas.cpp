#include "tx/intrinsic_gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

int64_t zero_bytes(const Bytes& data) { return std::ranges::count(data, uint8_t{0}); }

} // namespace

int64_t intrinsic_gas(const Transaction& tx, const GasSchedule& g) {
  const int64_t zeros = zero_bytes(tx.data), others = static_cast<int64_t>(tx.data.size()) - zeros;
  int64_t total = gas::tx + zeros * gas::tx_data_zero_byte + others * g.tx_data_nonzero_byte;
  if (!tx.to)
    total += g.tx_create + g.initcode_word * static_cast<int64_t>((tx.data.size() + 31) / 32);
  for (const AccessListEntry& entry : tx.access_list)
    total += gas::tx_access_list_address +
             gas::tx_access_list_slot * static_cast<int64_t>(entry.slots.size());
  return total + gas::tx_authorization * static_cast<int64_t>(tx.authorizations.size());
}

int64_t floor_gas(const Transaction& tx, Fork fork) {
  if (fork < Fork::prague) return 0;
  const int64_t zeros = zero_bytes(tx.data), others = static_cast<int64_t>(tx.data.size()) - zeros;
  return gas::tx + gas::tx_floor_token * (zeros + 4 * others);
}

} // namespace runahead
