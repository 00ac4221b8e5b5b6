#include "spec/eth_config.hpp"

#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "spec/system_contracts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace runahead {
namespace {

/// A precompile a fork brought. EIP-7910 names them; those before Cancun go by several names, so
/// their addresses alone are looked at.
struct Precompile {
  uint64_t address;
  std::string_view name;
  Fork since;
};
constexpr std::array precompiles = {
    Precompile{0x01, "", Fork::frontier},
    Precompile{0x02, "", Fork::frontier},
    Precompile{0x03, "", Fork::frontier},
    Precompile{0x04, "", Fork::frontier},
    Precompile{0x05, "", Fork::byzantium},
    Precompile{0x06, "", Fork::byzantium},
    Precompile{0x07, "", Fork::byzantium},
    Precompile{0x08, "", Fork::byzantium},
    Precompile{0x09, "", Fork::istanbul},
    Precompile{0x0a, "KZG_POINT_EVALUATION", Fork::cancun},
    Precompile{0x0b, "BLS12_G1ADD", Fork::prague},
    Precompile{0x0c, "BLS12_G1MSM", Fork::prague},
    Precompile{0x0d, "BLS12_G2ADD", Fork::prague},
    Precompile{0x0e, "BLS12_G2MSM", Fork::prague},
    Precompile{0x0f, "BLS12_PAIRING_CHECK", Fork::prague},
    Precompile{0x10, "BLS12_MAP_FP_TO_G1", Fork::prague},
    Precompile{0x11, "BLS12_MAP_FP2_TO_G2", Fork::prague},
    Precompile{0x100, "P256VERIFY", Fork::osaka},
};

/// The schedules of the public chains (EIP-7840, 7691, 8134, 8135) and the forks they belong to. A
/// chain may have one of its own; but one of these under another fork is a contradiction.
struct KnownSchedule {
  BlobSchedule blobs;
  Fork first, last;
};
constexpr std::array known_schedules = {
    KnownSchedule{{3, 6, 3338477}, Fork::cancun, Fork::cancun},
    KnownSchedule{{6, 9, 5007716}, Fork::prague, Fork::osaka},
    KnownSchedule{{10, 15, 8346193}, Fork::osaka, Fork::osaka},
    KnownSchedule{{14, 21, 11684671}, Fork::osaka, Fork::osaka},
};

/// A system contract execution itself knows, and the fork that brought it.
struct SystemContract {
  std::string_view name;
  Address address;
  Fork since;
};
constexpr std::array system_contracts = {
    SystemContract{"BEACON_ROOTS_ADDRESS", spec::beacon_roots_contract, Fork::cancun}, // EIP-4788
    SystemContract{"HISTORY_STORAGE_ADDRESS", spec::block_hashes_contract,
                   Fork::prague}, // EIP-2935
};

/// The address as a number, or nothing if it takes more than 64 bits.
std::optional<uint64_t> small(const Address& address) {
  const uint256 number = from(address);
  return number.fits_u64() ? std::optional(number.w[0]) : std::nullopt;
}

std::string hex(uint64_t address) { return to_hex(to_address(address)); }

Result<const Precompile*> find_precompile(const std::string& listed, const Address& address) {
  const auto number = small(address);
  const auto by_name = std::ranges::find(precompiles, std::string_view(listed), &Precompile::name);
  if (!listed.empty() && by_name != precompiles.end() && number != by_name->address)
    return fail("precompiles: " + listed + " is at " + to_hex(address) + ", not at " +
                hex(by_name->address));
  const auto known =
      number ? std::ranges::find(precompiles, *number, &Precompile::address) : precompiles.end();
  if (known == precompiles.end())
    return fail("precompiles: " + quoted_start(listed) + " at " + to_hex(address) +
                " belongs to no fork up to Osaka, so it cannot tell which fork applies");
  if (!known->name.empty() && known->name != listed)
    return fail("precompiles: " + to_hex(address) + " is called " + quoted_start(listed) +
                ", not " + std::string(known->name));
  return &*known;
}

/// The newest fork that a listed precompile needs; all of that fork's must be listed.
Result<Fork> fork_of_precompiles(const EthConfig& config) {
  Fork fork = Fork::frontier;
  std::string_view newest;
  std::array<bool, precompiles.size()> listed{};
  for (const auto& [listed_name, address] : config.precompiles) {
    const auto precompile = find_precompile(listed_name, address);
    if (!precompile) return std::unexpected(precompile.error());
    listed[static_cast<size_t>(*precompile - precompiles.data())] = true;
    if ((*precompile)->since < fork) continue;
    fork = (*precompile)->since;
    newest = (*precompile)->name;
  }
  if (fork < Fork::cancun)
    return fail("precompiles: none of P256VERIFY (Osaka), BLS12 (Prague), KZG_POINT_EVALUATION "
                "(Cancun) is listed, so it cannot tell which fork applies");
  for (size_t i = 0; i < precompiles.size(); ++i) {
    if (listed[i] || precompiles[i].since > fork) continue;
    return fail("precompiles: " + std::string(newest) + " makes it " + std::string(name(fork)) +
                ", but " + std::string(precompiles[i].name) +
                (precompiles[i].name.empty() ? "" : " at ") + hex(precompiles[i].address) +
                " is not listed");
  }
  return fork;
}

Result<void> check_system_contracts(const EthConfig& config, Fork fork) {
  for (const SystemContract& known : system_contracts) {
    const auto listed =
        std::ranges::find(config.system_contracts, known.name,
                          [](const auto& entry) -> std::string_view { return entry.first; });
    const bool is_listed = listed != config.system_contracts.end();
    const std::string who(known.name), fork_name(name(fork));
    if (is_listed && fork < known.since)
      return fail("systemContracts: " + who + " belongs to " + std::string(name(known.since)) +
                  ", but the precompiles are " + fork_name + "'s");
    if (!is_listed && fork >= known.since)
      return fail("systemContracts: the precompiles are " + fork_name + "'s, but its " + who +
                  " is not listed");
    if (is_listed && listed->second != known.address)
      return fail("systemContracts: " + who + " is " + to_hex(listed->second) + ", not " +
                  to_hex(known.address));
  }
  return {};
}

Result<BlobSchedule> checked_blobs(const EthConfig& config, Fork fork) {
  if (!config.blobs)
    return fail("blobSchedule: missing, though the precompiles are " + std::string(name(fork)) +
                "'s");
  const BlobSchedule& blobs = *config.blobs;
  if (blobs.base_fee_update_fraction == 0) return fail("blobSchedule.baseFeeUpdateFraction: is 0");
  if (blobs.target > blobs.max) return fail("blobSchedule: target is larger than max");
  for (const KnownSchedule& known : known_schedules) {
    if (known.blobs != blobs || (fork >= known.first && fork <= known.last)) continue;
    return fail("blobSchedule: " + std::to_string(blobs.target) + " of " +
                std::to_string(blobs.max) + " blobs is " + std::string(name(known.first)) +
                "'s schedule, but the precompiles are " + std::string(name(fork)) + "'s");
  }
  return blobs;
}

} // namespace

Result<Rules> rules_from_eth_config(const EthConfig& config) {
  constexpr std::string_view place = "eth_config.current";
  if (config.chain_id == 0) return fail("eth_config.current.chainId: is 0");
  const auto fork = fork_of_precompiles(config);
  if (!fork) return fail_at(place, fork.error());
  if (const auto ok = check_system_contracts(config, *fork); !ok) return fail_at(place, ok.error());
  const auto blobs = checked_blobs(config, *fork);
  if (!blobs) return fail_at(place, blobs.error());
  return Rules{*fork, *blobs, config.chain_id};
}

} // namespace runahead
