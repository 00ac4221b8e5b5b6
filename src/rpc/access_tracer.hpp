// Writes down which accounts and slots a call touches, as an access list (EIP-2930) would name
// them: reverted frames count too.
#pragma once

#include "machine/tracer.hpp"
#include "tx/transaction.hpp"

#include <unordered_map>
#include <unordered_set>

namespace runahead {

class AccessTracer final : public Tracer {
public:
  /// Accounts that are warm anyway; they are listed for their slots only.
  explicit AccessTracer(std::unordered_set<Address> warm) : warm_(std::move(warm)) {}

  /// Begins with these entries, in their order.
  void add(std::span<const AccessListEntry> entries);

  void touch(const Address& address);
  void touch(const Address& address, const uint256& slot);

  void step(const Frame& frame, const World& world, uint8_t opcode) override;

  /// In the order of the first access.
  const std::vector<AccessListEntry>& list() const { return list_; }

private:
  AccessListEntry& entry(const Address& address);

  std::unordered_set<Address> warm_;
  std::vector<AccessListEntry> list_;
  std::unordered_map<Address, size_t> places_; ///< in the list
  std::unordered_map<Address, std::unordered_set<uint256>> slots_;
};

} // namespace runahead
