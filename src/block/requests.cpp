#include "block/requests.hpp"

#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "crypto/sha256.hpp"

namespace runahead {
namespace {

/// Keccak-256 of `DepositEvent(bytes,bytes,bytes,bytes,bytes)`.
constexpr Hash256 deposit_event{{0x64, 0x9b, 0xbc, 0x62, 0xd0, 0xe3, 0x13, 0x42, 0xaf, 0xea, 0x4e,
                                 0x5c, 0xd8, 0x2d, 0x40, 0x49, 0xe7, 0xe1, 0xee, 0x91, 0x2f, 0xc0,
                                 0x88, 0x9a, 0xa7, 0x90, 0x80, 0x3b, 0xe3, 0x90, 0x38, 0xc5}};

/// One field of the event: where its length must stand, and how many bytes it must have.
struct Field {
  std::string_view name;
  uint64_t offset, size;
};
constexpr Field fields[] = {{"pubkey", 160, 48},
                            {"withdrawal_credentials", 256, 32},
                            {"amount", 320, 8},
                            {"signature", 384, 96},
                            {"index", 512, 8}};
constexpr size_t event_bytes = 576;

uint256 word_at(const Bytes& data, uint64_t offset) { return load_be(data.data() + offset); }

/// Checks that `field`, the `index`th, is where and as long as it must be.
Result<void> check_field(const Bytes& data, size_t index, const Field& field) {
  const uint256 offset = word_at(data, 32 * index), size = word_at(data, field.offset);
  if (offset != uint256{field.offset})
    return fail("deposit event." + std::string(field.name) + ": offset: have " +
                to_decimal(offset) + ", want " + to_decimal(field.offset));
  if (size != uint256{field.size})
    return fail("deposit event." + std::string(field.name) + ": size: have " + to_decimal(size) +
                ", want " + to_decimal(field.size));
  return {};
}

} // namespace

Result<void> append_deposits(std::span<const Log> logs, const Address& deposit_contract,
                             Bytes& deposits) {
  for (const Log& log : logs) {
    if (log.address != deposit_contract || log.topics.empty() || log.topics[0] != deposit_event)
      continue;
    if (log.data.size() != event_bytes)
      return fail("deposit event: data: have " + to_decimal(log.data.size()) + " bytes, want " +
                  to_decimal(event_bytes));
    for (size_t i = 0; i < std::size(fields); ++i) {
      if (const auto checked = check_field(log.data, i, fields[i]); !checked) return checked;
      const auto first = log.data.begin() + static_cast<ptrdiff_t>(fields[i].offset + 32);
      deposits.insert(deposits.end(), first, first + static_cast<ptrdiff_t>(fields[i].size));
    }
  }
  return {};
}

Hash256 requests_hash(std::span<const RequestList> lists) {
  Bytes hashes;
  for (const RequestList& list : lists) {
    if (list.size() <= 1) continue;
    const Hash256 hash = sha256(list);
    hashes.insert(hashes.end(), hash.bytes.begin(), hash.bytes.end());
  }
  return sha256(hashes);
}

} // namespace runahead
