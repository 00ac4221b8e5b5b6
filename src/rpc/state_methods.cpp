#include "rpc/state_methods.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// How one value of an account is answered.
using WriteValue = void (*)(JsonWriter& json, const StateValue& value);

/// `[address, block]`: one value of an account.
void account_value(MethodCall call, StateKind kind, WriteValue write) {
  Address address;
  BlockRef block;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_address, address);
  if (ok) ok = params->optional(1, read_block_ref, block);
  if (!ok) return call.refuse_params(ok.error());
  with_block(std::move(call), block,
             [key = StateKey::of(kind, address), write](MethodCall woken, PinRef pin) {
               with_values(std::move(woken), std::move(pin), {key},
                           [write](MethodCall read, const std::vector<StateValue>& values) {
                             JsonWriter json;
                             write(json, values[0]);
                             read.reply(json.take());
                           });
             });
}

/// A storage key: up to 32 bytes of hex, with an odd number of digits too. In geth's words.
Result<uint256> parse_slot(std::string_view text) {
  const std::string quoted = '"' + std::string(text) + '"';
  std::string_view digits = text;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  constexpr std::string_view hex = "0123456789abcdefABCDEF";
  constexpr size_t most_shown = 200;
  if (text.size() > most_shown) return fail("storage key too long (want at most 32 bytes)");
  if (digits.find_first_not_of(hex) != std::string_view::npos)
    return fail("invalid hex in storage key: " + quoted);
  if (digits.size() > 64) return fail("storage key too long (want at most 32 bytes): " + quoted);
  if (digits.empty()) return uint256{};
  return parse_hex_quantity("0x" + std::string(digits));
}

Result<uint256> read_slot(const JsonElement& value) {
  const auto text = read_text(value);
  if (!text) return std::unexpected(text.error());
  return parse_slot(*text);
}

using SlotsByAddress = std::vector<std::pair<Address, std::vector<uint256>>>;

/// `{address: [slot, …], …}`.
Result<SlotsByAddress> read_slots_by_address(const JsonElement& value) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return fail("expected an object of slots by address, got " + describe(value));
  SlotsByAddress all;
  size_t count = 0;
  for (const auto [name, list] : object) {
    const auto address = parse_address(name);
    if (!address) return fail_at("address", address.error());
    auto& [_, slots] = all.emplace_back(*address, std::vector<uint256>{});
    if (const auto ok = read_list(list, slots, read_slot); !ok) return fail_at(name, ok.error());
    count += slots.size();
  }
  if (count > limits::rpc_storage_slots)
    return fail("too many slots (max " + std::to_string(limits::rpc_storage_slots) + ")");
  return all;
}

void answer_storage_values(MethodCall call, PinRef pin, const SlotsByAddress& asked) {
  std::vector<StateKey> keys;
  for (const auto& [address, slots] : asked)
    for (const uint256& slot : slots) keys.push_back(StateKey::storage(address, slot));
  with_values(std::move(call), std::move(pin), std::move(keys),
              [asked](MethodCall read, const std::vector<StateValue>& values) {
                JsonWriter json;
                json.begin_object();
                size_t next = 0;
                for (const auto& [address, slots] : asked) {
                  json.key(to_hex(address)).begin_array();
                  for (size_t i = 0; i < slots.size(); ++i) json.word(values[next++].word);
                  json.end_array();
                }
                read.reply(json.end_object().take());
              });
}

// Proofs (EIP-1186) ------------------------------------------------------------------------------

/// A slot, and how the client wrote it: the answer repeats short ones as quantities.
struct ProofSlot {
  uint256 slot;
  bool is_word = false;
};

Result<ProofSlot> read_proof_slot(const JsonElement& value) {
  const auto text = read_text(value);
  if (!text) return std::unexpected(text.error());
  const auto slot = parse_slot(*text);
  if (!slot) return std::unexpected(slot.error());
  return ProofSlot{*slot, text->size() == 66};
}

Result<std::vector<ProofSlot>> read_proof_slots(const JsonElement& value) {
  std::vector<ProofSlot> slots;
  if (const auto ok = read_list(value, slots, read_proof_slot); !ok)
    return std::unexpected(ok.error());
  if (slots.size() > limits::rpc_storage_slots)
    return fail("too many keys (max " + std::to_string(limits::rpc_storage_slots) + ")");
  return slots;
}

void write_proof(JsonWriter& json, const TrieProof& proof) {
  json.begin_array();
  for (const Bytes& node : proof) json.hex(node);
  json.end_array();
}

std::string proof_answer(const StateTrie& trie, const Address& address,
                         std::span<const ProofSlot> slots) {
  const TrieAccount account = trie.account(address).value_or(TrieAccount{});
  JsonWriter json;
  json.begin_object().key("address").hex(address).key("accountProof");
  write_proof(json, trie.prove_account(address));
  json.key("balance").quantity(account.balance).key("nonce").quantity(account.nonce);
  json.key("codeHash").hex(account.code_hash).key("storageHash").hex(account.storage_root);
  json.key("storageProof").begin_array();
  for (const auto& [slot, is_word] : slots) {
    json.begin_object().key("key");
    if (is_word)
      json.word(slot);
    else
      json.quantity(slot);
    json.key("value").quantity(trie.storage(address, slot)).key("proof");
    write_proof(json, trie.prove_storage(address, slot));
    json.end_object();
  }
  return json.end_array().end_object().take();
}

} // namespace

void get_balance(MethodCall call) {
  account_value(std::move(call), StateKind::balance,
                [](JsonWriter& json, const StateValue& value) { json.quantity(value.word); });
}

void get_code(MethodCall call) {
  account_value(std::move(call), StateKind::code,
                [](JsonWriter& json, const StateValue& value) { json.hex(value.code->bytes); });
}

void get_transaction_count(MethodCall call) {
  account_value(std::move(call), StateKind::nonce,
                [](JsonWriter& json, const StateValue& value) { json.quantity(value.word); });
}

void get_storage_at(MethodCall call) {
  Address address;
  BlockRef block;
  const auto params = Parameters::read(call.params, 3);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_address, address);
  if (!ok) return call.refuse_params(ok.error());
  const auto slot_text = params->at(1);
  if (!slot_text) return call.refuse_params({"missing value for required argument 1"});
  const auto slot = read_slot(*slot_text);
  if (!slot) return call.refuse_params(slot.error());
  ok = params->optional(2, read_block_ref, block);
  if (!ok) return call.refuse_params(ok.error());
  with_block(std::move(call), block,
             [key = StateKey::storage(address, *slot)](MethodCall woken, PinRef pin) {
               with_values(std::move(woken), std::move(pin), {key},
                           [](MethodCall read, const std::vector<StateValue>& values) {
                             read.reply(JsonWriter().word(values[0].word).take());
                           });
             });
}

void get_storage_values(MethodCall call) {
  SlotsByAddress asked;
  BlockRef block;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_slots_by_address, asked);
  if (ok) ok = params->optional(1, read_block_ref, block);
  if (!ok) return call.refuse_params(ok.error());
  if (asked.empty()) return call.refuse_params({"empty request"});
  with_block(std::move(call), block, [asked = std::move(asked)](MethodCall woken, PinRef pin) {
    answer_storage_values(std::move(woken), std::move(pin), asked);
  });
}

void get_proof(MethodCall call) {
  Address address;
  std::vector<ProofSlot> slots;
  BlockRef block;
  const auto params = Parameters::read(call.params, 3);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read_address, address);
  if (ok) ok = params->required(1, read_proof_slots, slots);
  if (ok) ok = params->optional(2, read_block_ref, block);
  if (!ok) return call.refuse_params(ok.error());
  with_block(std::move(call), block,
             [address, slots = std::move(slots)](MethodCall woken, const PinRef& pin) {
               with_trie(std::move(woken), pin,
                         [address, slots](MethodCall read, const TrieRef& trie) {
                           read.reply(proof_answer(*trie, address, slots));
                         });
             });
}

} // namespace runahead
