#include "sources/rpc_items.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "sources/rpc_parse.hpp"
#include "sources/rpc_programs.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <unordered_map>
#include <unordered_set>

namespace runahead {

namespace dom = simdjson::dom;

namespace {

constexpr std::string_view values_method = "eth_getStorageValues",
                           info_method = "eth_getAccountInfo", call_method = "eth_call";

// --- planning ---

using Kinds = unsigned; ///< a set of StateKind
constexpr Kinds bit_of(StateKind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr Kinds balance_bit = bit_of(StateKind::balance), nonce_bit = bit_of(StateKind::nonce),
                code_bit = bit_of(StateKind::code), hash_bit = bit_of(StateKind::code_hash),
                existence_bit = bit_of(StateKind::existence);

/// The kinds that plain methods read for these.
Kinds plain_kinds(Kinds asked) {
  Kinds out = asked & (balance_bit | nonce_bit | code_bit);
  if (asked & existence_bit) out |= balance_bit | nonce_bit | code_bit;
  if (asked & hash_bit) out |= code_bit;
  return out;
}

class Planner {
public:
  Planner(const RpcAbilities& can, const CodeIsKnown& code_is_known)
      : can_(can), code_is_known_(code_is_known) {}

  std::vector<RpcItem> plan(std::span<const StateKey> keys);

private:
  struct Wanted {
    Address address;
    Kinds kinds = 0;
  };

  void sort_out(const StateKey& key);
  void plan_slots();
  void plan_accounts();
  bool suits_program(const Wanted& wanted) const;
  bool asks_whole_code(const Wanted& wanted) const;
  void plan_without_program(const Wanted& wanted);
  void add_plain(const StateKey& key) { items_.push_back({RpcForm::plain, {key}}); }
  void add_chunks(RpcForm form, const std::vector<StateKey>& keys, size_t most);

  const RpcAbilities& can_;
  const CodeIsKnown& code_is_known_;
  std::vector<Wanted> accounts_; ///< in the order they were asked for
  std::unordered_map<Address, size_t> place_;
  std::vector<StateKey> slots_;
  std::vector<RpcItem> items_;
};

std::vector<RpcItem> Planner::plan(std::span<const StateKey> keys) {
  for (const StateKey& key : keys) sort_out(key);
  plan_slots();
  plan_accounts();
  return std::move(items_);
}

void Planner::sort_out(const StateKey& key) {
  if (key.kind == StateKind::storage) return slots_.push_back(key);
  if (key.kind == StateKind::block_hash || key.kind == StateKind::has_storage)
    return add_plain(key);
  const auto [found, is_new] = place_.try_emplace(key.address, accounts_.size());
  if (is_new) accounts_.push_back({key.address});
  accounts_[found->second].kinds |= bit_of(key.kind);
}

void Planner::plan_slots() {
  if (slots_.size() < 2 || (!can_.storage_values && !can_.programs)) {
    for (const StateKey& key : slots_) add_plain(key);
    return;
  }
  if (!can_.storage_values) {
    const auto avoided = [](const StateKey& key) { return rpc_program_avoids(key.address); };
    for (const StateKey& key : slots_)
      if (avoided(key)) add_plain(key);
    std::erase_if(slots_, avoided);
  }
  std::ranges::sort(slots_, {}, &StateKey::address);
  add_chunks(can_.storage_values ? RpcForm::storage_values : RpcForm::slots_program, slots_,
             can_.most_slots);
}

void Planner::add_chunks(RpcForm form, const std::vector<StateKey>& keys, size_t most) {
  for (auto from = keys.begin(); from != keys.end();) {
    const auto size = std::min(keys.end() - from, static_cast<ptrdiff_t>(most));
    items_.push_back({form, {from, from + size}});
    from += size;
  }
}

bool Planner::asks_whole_code(const Wanted& wanted) const {
  return (wanted.kinds & code_bit) != 0 && !code_is_known_(wanted.address);
}

/// A program tells all but nonces.
bool Planner::suits_program(const Wanted& wanted) const {
  return can_.programs && !rpc_program_avoids(wanted.address) && (wanted.kinds & ~nonce_bit) != 0;
}

void Planner::plan_accounts() {
  std::vector<StateKey> told;
  int spared = 0; ///< plain calls that the program takes the place of
  for (const Wanted& wanted : accounts_) {
    if (!suits_program(wanted)) continue;
    const bool whole = asks_whole_code(wanted);
    told.push_back(StateKey::of(whole ? StateKind::code : StateKind::code_hash, wanted.address));
    const Kinds plain = plain_kinds(wanted.kinds & ~nonce_bit);
    // Known code is worth a program of its own: the answer is short.
    spared += !whole && (plain & code_bit) ? 2 : std::popcount(plain);
  }
  const bool by_program = spared >= 2;
  if (by_program) add_chunks(RpcForm::accounts_program, told, can_.most_accounts);
  for (const Wanted& wanted : accounts_) {
    if (!by_program || !suits_program(wanted))
      plan_without_program(wanted);
    else if (wanted.kinds & nonce_bit)
      add_plain(StateKey::of(StateKind::nonce, wanted.address));
  }
}

void Planner::plan_without_program(const Wanted& wanted) {
  const Kinds plain = plain_kinds(wanted.kinds);
  if (can_.account_info && std::popcount(plain) >= 2) {
    items_.push_back({RpcForm::account_info, {StateKey::of(StateKind::code, wanted.address)}});
    return;
  }
  for (const StateKind kind : {StateKind::balance, StateKind::nonce, StateKind::code})
    if (plain & bit_of(kind)) add_plain(StateKey::of(kind, wanted.address));
}

// --- calls ---

void write_plain(JsonWriter& params, const StateKey& key, std::string_view block) {
  if (key.kind == StateKind::block_hash) {
    params.quantity(key.slot).boolean(false);
    return;
  }
  params.hex(key.address);
  if (key.kind == StateKind::storage) params.word(key.slot);
  if (key.kind == StateKind::has_storage) params.begin_array().end_array();
  params.raw(block);
}

void write_storage_values(JsonWriter& params, std::span<const StateKey> keys) {
  params.begin_object();
  for (size_t i = 0; i < keys.size();) {
    const Address& address = keys[i].address;
    params.key(to_hex(address)).begin_array();
    for (; i < keys.size() && keys[i].address == address; ++i) params.word(keys[i].slot);
    params.end_array();
  }
  params.end_object();
}

void write_program(JsonWriter& params, const RpcProgramCall& call, std::string_view block) {
  params.raw(call.transaction).raw(block).raw(call.overrides);
}

std::string_view method_of(const RpcItem& item) {
  switch (item.form) {
  case RpcForm::plain: return plain_method(item.keys.front().kind);
  case RpcForm::storage_values: return values_method;
  case RpcForm::account_info: return info_method;
  case RpcForm::slots_program:
  case RpcForm::accounts_program: return call_method;
  }
  std::unreachable();
}

// --- results ---

using Values = Result<KeyedValues>;

void add_existence(KeyedValues& out, const Address& address, bool exists) {
  out.emplace_back(StateKey::of(StateKind::existence, address),
                   StateValue{exists ? existence::alive : existence::none, nullptr});
}

void add_code(KeyedValues& out, const Address& address, BytecodeRef code) {
  out.emplace_back(StateKey::of(StateKind::code_hash, address),
                   StateValue{from(code->hash), nullptr});
  out.emplace_back(StateKey::of(StateKind::code, address), StateValue{{}, std::move(code)});
}

Result<StateValue> plain_value(const StateKey& key, const dom::element& result) {
  switch (key.kind) {
  case StateKind::has_storage: {
    const auto has = rpc_has_storage(result);
    if (!has) return std::unexpected(has.error());
    return StateValue{*has ? 1 : 0, nullptr};
  }
  case StateKind::block_hash: {
    const auto block = rpc_block(result);
    if (!block) return std::unexpected(block.error());
    if (key.slot != uint256(block->env.number))
      return fail("the node answers with block " + std::to_string(block->env.number));
    return StateValue{from(block->hash), nullptr};
  }
  default: {
    const auto word = rpc_quantity(result);
    if (!word) return std::unexpected(word.error());
    if (key.kind == StateKind::nonce && !word->fits_u64()) return fail("takes more than 64 bits");
    return StateValue{*word, nullptr};
  }
  }
}

Values plain_values(const StateKey& key, const dom::element& result) {
  KeyedValues out;
  if (key.kind == StateKind::code) {
    auto code = rpc_bytes(result);
    if (!code) return std::unexpected(code.error());
    add_code(out, key.address, make_bytecode(std::move(*code)));
    return out;
  }
  auto value = plain_value(key, result);
  if (!value) return std::unexpected(value.error());
  out.emplace_back(key, std::move(*value));
  return out;
}

/// `{"address": [word, …], …}`, of the accounts and as many words as were asked.
Values storage_values(std::span<const StateKey> keys, const dom::element& result) {
  dom::object accounts;
  if (result.get(accounts) != simdjson::SUCCESS) return fail("expected an object of accounts");
  std::unordered_map<Address, dom::array> words_of;
  for (const auto& [name, value] : accounts) {
    const auto address = parse_address(name);
    if (!address) return fail_at(name, address.error());
    if (value.get(words_of[*address]) != simdjson::SUCCESS)
      return fail_at(name, Error{"expected an array"});
  }
  KeyedValues out;
  for (size_t i = 0; i < keys.size();) {
    const Address address = keys[i].address;
    const auto words = words_of.find(address);
    const std::string place = to_hex(address);
    if (words == words_of.end()) return fail(place + ": missing");
    for (const dom::element element : words->second) {
      if (i == keys.size() || keys[i].address != address) return fail(place + ": too many words");
      const auto word = rpc_quantity(element);
      if (!word) return fail_at(place, word.error());
      out.emplace_back(keys[i++], StateValue{*word, nullptr});
    }
    if (i < keys.size() && keys[i].address == address) return fail(place + ": too few words");
  }
  return out;
}

Values program_slots(std::span<const StateKey> keys, const dom::element& result) {
  const auto returned = rpc_bytes(result);
  if (!returned) return std::unexpected(returned.error());
  constexpr size_t word_bytes = 32;
  if (returned->size() != keys.size() * word_bytes)
    return fail("the program returned " + std::to_string(returned->size()) + " bytes for " +
                std::to_string(keys.size()) + " slots");
  KeyedValues out;
  for (size_t i = 0; i < keys.size(); ++i)
    out.emplace_back(keys[i], StateValue{load_be(returned->data() + i * word_bytes), nullptr});
  return out;
}

Values program_accounts(std::span<const StateKey> keys, const dom::element& result) {
  const auto returned = rpc_bytes(result);
  if (!returned) return std::unexpected(returned.error());
  auto accounts = accounts_answer(keys, *returned);
  if (!accounts) return std::unexpected(accounts.error());
  const BytecodeRef empty = make_bytecode({});
  KeyedValues out;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Address& address = keys[i].address;
    RpcAccount& account = (*accounts)[i];
    out.emplace_back(StateKey::of(StateKind::balance, address),
                     StateValue{account.balance, nullptr});
    add_existence(out, address, !account.code_hash.is_zero());
    const uint256 hash = account.code_hash.is_zero() ? from(empty->hash) : account.code_hash;
    if ((hash == from(empty->hash)) != account.code_size.is_zero())
      return fail_at(to_hex(address), Error{"the code's hash and its size do not fit"});
    if (keys[i].kind == StateKind::code_hash) {
      out.emplace_back(keys[i], StateValue{hash, nullptr});
      continue;
    }
    BytecodeRef code = make_bytecode(std::move(account.code));
    if (from(code->hash) != hash)
      return fail_at(to_hex(address), Error{"the code does not have the hash told with it"});
    add_code(out, address, std::move(code));
  }
  return out;
}

Values account_info(const StateKey& key, const dom::element& result) {
  KeyedValues out;
  bool exists = false;
  constexpr std::array<std::pair<StateKind, const char*>, 3> fields = {{
      {StateKind::balance, "balance"},
      {StateKind::nonce, "nonce"},
      {StateKind::code, "code"},
  }};
  for (const auto& [kind, name] : fields) {
    dom::element field;
    if (result[name].get(field) != simdjson::SUCCESS) return fail(std::string(name) + ": missing");
    const auto values = plain_values(StateKey::of(kind, key.address), field);
    if (!values) return fail_at(name, values.error());
    out.insert(out.end(), values->begin(), values->end());
    const StateValue& value = values->back().second;
    exists |= value.code ? !value.code->bytes.empty() : !value.word.is_zero();
  }
  add_existence(out, key.address, exists);
  return out;
}

Values parse(const RpcItem& item, const dom::element& result) {
  switch (item.form) {
  case RpcForm::plain: return plain_values(item.keys.front(), result);
  case RpcForm::storage_values: return storage_values(item.keys, result);
  case RpcForm::slots_program: return program_slots(item.keys, result);
  case RpcForm::accounts_program: return program_accounts(item.keys, result);
  case RpcForm::account_info: return account_info(item.keys.front(), result);
  }
  std::unreachable();
}

} // namespace

std::string_view plain_method(StateKind kind) {
  switch (kind) {
  case StateKind::balance: return "eth_getBalance";
  case StateKind::nonce: return "eth_getTransactionCount";
  case StateKind::code: return "eth_getCode";
  case StateKind::storage: return "eth_getStorageAt";
  case StateKind::has_storage: return "eth_getProof";
  case StateKind::block_hash: return "eth_getBlockByNumber";
  case StateKind::existence:
  case StateKind::code_hash: break; // read as others
  }
  std::unreachable();
}

bool refuses_parameter(const RpcReply& reply) {
  if (reply.value || reply.value.error().transient) return false;
  const RpcFailure& failure = reply.value.error();
  constexpr int64_t invalid_params = -32602;
  return failure.code == invalid_params ||
         (failure.code != 0 &&
          (failure.cause.contains("unmarshal") || failure.cause.contains("invalid argument") ||
           failure.cause.contains("invalid type")));
}

std::vector<RpcItem> plan_items(std::span<const StateKey> keys, const RpcAbilities& can,
                                const CodeIsKnown& code_is_known) {
  return Planner(can, code_is_known).plan(keys);
}

RpcCall to_call(const RpcItem& item, std::string_view block) {
  JsonWriter params;
  params.begin_array();
  switch (item.form) {
  case RpcForm::plain: write_plain(params, item.keys.front(), block); break;
  case RpcForm::storage_values:
    write_storage_values(params, item.keys);
    params.raw(block);
    break;
  case RpcForm::account_info: params.hex(item.keys.front().address).raw(block); break;
  case RpcForm::slots_program: write_program(params, slots_program(item.keys), block); break;
  case RpcForm::accounts_program: write_program(params, accounts_program(item.keys), block); break;
  }
  params.end_array();
  return {method_of(item), params.take()};
}

std::expected<KeyedValues, RpcFailure> values_of(const RpcItem& item, const RpcReply& reply) {
  const std::string place = std::string(method_of(item)) + ": ";
  if (!reply.value) {
    RpcFailure failure = reply.value.error();
    failure.cause.insert(0, place);
    return std::unexpected(std::move(failure));
  }
  auto values = parse(item, *reply.value);
  if (!values) return std::unexpected(RpcFailure{place + values.error().message, false});
  return std::move(*values);
}

} // namespace runahead
