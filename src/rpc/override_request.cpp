// State and block overrides of a call.
#include "base/hex.hpp"
#include "crypto/checksum_address.hpp"
#include "rpc/call_request.hpp"
#include "rpc/json_input.hpp"

#include <unordered_set>

namespace runahead {
namespace {

using Slots = std::unordered_map<uint256, uint256>;

struct AccountFields {
  AccountOverride account;
  std::optional<Slots> state_diff;
};

/// Slots and words are 32 bytes of hex; shorter quantities are taken too.
Result<void> read_slots(const JsonElement& value, std::optional<Slots>& into) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return fail("expected an object, got " + describe(value));
  into.emplace();
  for (const auto [name, word_text] : object) {
    const auto slot = parse_hex_quantity(name);
    if (!slot) return fail_at("slot", slot.error());
    const auto word = read_quantity(word_text);
    if (!word) return fail_at(name, word.error());
    if (!into->emplace(*slot, *word).second) return repeated_field(name);
  }
  return {};
}

constexpr std::array<JsonField<AccountFields>, 6> account_fields = {{
    {"balance", [](const JsonElement& v,
                   AccountFields& f) { return store(read_quantity(v), f.account.balance); }},
    {"nonce",
     [](const JsonElement& v, AccountFields& f) { return store(read_u64(v), f.account.nonce); }},
    {"code",
     [](const JsonElement& v, AccountFields& f) { return store(read_bytes(v), f.account.code); }},
    {"state",
     [](const JsonElement& v, AccountFields& f) { return read_slots(v, f.account.state); }},
    {"stateDiff",
     [](const JsonElement& v, AccountFields& f) { return read_slots(v, f.state_diff); }},
    {"movePrecompileToAddress",
     [](const JsonElement& v, AccountFields& f) {
       return store(read_address(v), f.account.move_precompile_to);
     }},
}};

Result<AccountOverride> read_account(const Address& address, const JsonElement& value) {
  AccountFields fields;
  if (const auto ok = read_fields(value, account_fields, fields); !ok)
    return std::unexpected(ok.error());
  if (fields.account.state && fields.state_diff)
    return fail("has both \"state\" and \"stateDiff\"");
  fields.account.address = address;
  fields.account.state_diff = std::move(fields.state_diff).value_or(Slots{});
  return std::move(fields.account);
}

/// A precompile moves to a place that nothing else is put at; of two that move to the same place,
/// the later one stands there.
Result<void> check_moves(const StateOverrides& overrides,
                         const std::unordered_set<Address>& overridden) {
  for (const AccountOverride& account : overrides)
    if (account.move_precompile_to && account.move_precompile_to != account.address &&
        overridden.contains(*account.move_precompile_to))
      return fail(to_hex(account.address) + ": movePrecompileToAddress: account " +
                  to_checksum_hex(*account.move_precompile_to) + " is already overridden");
  return {};
}

// --- withdrawals (EIP-4895) ---

constexpr std::array<JsonField<Withdrawal>, 4> withdrawal_fields = {{
    {"index", [](const JsonElement& v, Withdrawal& w) { return store(read_u64(v), w.index); }},
    {"validatorIndex",
     [](const JsonElement& v, Withdrawal& w) { return store(read_u64(v), w.validator_index); }},
    {"address",
     [](const JsonElement& v, Withdrawal& w) { return store(read_address(v), w.address); }},
    {"amount",
     [](const JsonElement& v, Withdrawal& w) { return store(read_u64(v), w.amount_gwei); }},
}};

Result<Withdrawal> read_withdrawal(const JsonElement& value) {
  Withdrawal withdrawal;
  if (const auto ok = read_fields(value, withdrawal_fields, withdrawal); !ok)
    return std::unexpected(ok.error());
  return withdrawal;
}

using Block = SimulatedOverrides;
constexpr std::array<JsonField<Block>, 10> block_fields = {{
    {"number", [](const JsonElement& v, Block& b) { return store(read_u64(v), b.plain.number); }},
    {"difficulty",
     [](const JsonElement& v, Block& b) { return store(read_quantity(v), b.plain.difficulty); }},
    {"time", [](const JsonElement& v, Block& b) { return store(read_u64(v), b.plain.time); }},
    {"gasLimit",
     [](const JsonElement& v, Block& b) { return store(read_u64(v), b.plain.gas_limit); }},
    {"feeRecipient",
     [](const JsonElement& v, Block& b) { return store(read_address(v), b.plain.fee_recipient); }},
    {"prevRandao",
     [](const JsonElement& v, Block& b) { return store(read_quantity(v), b.plain.prev_randao); }},
    {"baseFeePerGas",
     [](const JsonElement& v, Block& b) { return store(read_quantity(v), b.plain.base_fee); }},
    {"blobBaseFee",
     [](const JsonElement& v, Block& b) { return store(read_quantity(v), b.plain.blob_base_fee); }},
    {"beaconRoot",
     [](const JsonElement& v, Block& b) { return store(read_hash(v), b.beacon_root); }},
    {"withdrawals",
     [](const JsonElement& v, Block& b) {
       return read_list(v, b.withdrawals.emplace(), read_withdrawal);
     }},
}};

} // namespace

Result<StateOverrides> read_state_overrides(const JsonElement& value) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return fail("expected an object of overrides by address, got " + describe(value));
  StateOverrides overrides;
  std::unordered_set<Address> overridden;
  for (const auto [name, account_value] : object) {
    const auto address = parse_address(name);
    if (!address) return fail_at("address", address.error());
    if (!overridden.insert(*address).second) return repeated_field(name);
    auto account = read_account(*address, account_value);
    if (!account) return fail_at(name, account.error());
    overrides.push_back(std::move(*account));
  }
  if (const auto ok = check_moves(overrides, overridden); !ok) return std::unexpected(ok.error());
  return overrides;
}

Result<SimulatedOverrides> read_simulated_overrides(const JsonElement& value) {
  SimulatedOverrides overrides;
  if (const auto ok = read_fields(value, block_fields, overrides); !ok)
    return std::unexpected(ok.error());
  return overrides;
}

Result<BlockOverrides> read_block_overrides(const JsonElement& value) {
  auto overrides = read_simulated_overrides(value);
  if (!overrides) return std::unexpected(overrides.error());
  constexpr std::string_view simulated = "this block override is not supported for eth_call";
  if (overrides->beacon_root) return fail("beaconRoot: " + std::string(simulated));
  if (overrides->withdrawals) return fail("withdrawals: " + std::string(simulated));
  return std::move(overrides->plain);
}

BlockEnv BlockOverrides::applied_to(BlockEnv block, Fork fork) const {
  block.number = number.value_or(block.number);
  block.timestamp = time.value_or(block.timestamp);
  block.gas_limit = gas_limit.value_or(block.gas_limit);
  block.coinbase = fee_recipient.value_or(block.coinbase);
  // One field of the block holds both: what the opcode 0x44 shows.
  const std::optional<uint256>& randomness = fork >= Fork::paris ? prev_randao : difficulty;
  block.prev_randao = randomness.value_or(block.prev_randao);
  block.base_fee = base_fee.value_or(block.base_fee);
  block.blob_base_fee = blob_base_fee.value_or(block.blob_base_fee);
  return block;
}

} // namespace runahead
