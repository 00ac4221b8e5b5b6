#include "sources/rpc_proof.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "sources/rpc_parse.hpp"
#include "state/state_trie.hpp"

#include <array>
#include <unordered_map>

namespace runahead {

namespace dom = simdjson::dom;

namespace {

Result<TrieProof> nodes_of(const dom::element& object, const char* field) {
  dom::array nodes;
  if (object[field].get(nodes) != simdjson::SUCCESS)
    return fail(std::string(field) + ": expected an array of nodes");
  TrieProof out;
  for (const dom::element node : nodes) {
    auto bytes = rpc_bytes(node);
    if (!bytes) return fail_at(field, bytes.error());
    out.push_back(std::move(*bytes));
  }
  return out;
}

Result<std::optional<TrieAccount>> proven(const dom::element& answer, const Hash256& state_root,
                                          const Address& address) {
  const auto proof = nodes_of(answer, "accountProof");
  if (!proof) return std::unexpected(proof.error());
  auto account = verify_account_proof(state_root, address, *proof);
  if (!account) return fail_at("the account's proof is false", account.error());
  return account;
}

Result<uint256> proven_word(const dom::element& entry, const Hash256& root, const uint256& slot) {
  const auto proof = nodes_of(entry, "proof");
  if (!proof) return std::unexpected(proof.error());
  const std::string place = "the proof of slot " + to_hex(slot);
  const auto leaf = verify_proof(root, keccak256(to_hash(slot)), *proof);
  if (!leaf) return fail_at(place + " is false", leaf.error());
  // Tries of development nodes keep slots that were set to zero.
  constexpr std::array<uint8_t, 1> zero = {0x80};
  if (!*leaf || equal(**leaf, zero)) return uint256{};
  auto word = decode_storage_value(**leaf);
  if (!word) return fail_at(place + " is false", word.error());
  return *word;
}

} // namespace

Result<ProvenAccount> rpc_proven_account(const dom::element& answer, const Hash256& state_root,
                                         const Address& address, std::span<const uint256> slots) {
  const auto account = proven(answer, state_root, address);
  if (!account) return std::unexpected(account.error());
  ProvenAccount out{*account, {}};
  const Hash256 root = out.account ? out.account->storage_root : empty_trie_root;
  out.words.resize(slots.size());
  if (slots.empty() || root == empty_trie_root) return out;
  dom::array entries;
  if (answer["storageProof"].get(entries) != simdjson::SUCCESS)
    return fail("storageProof: expected an array");
  std::unordered_map<uint256, dom::element> proof_of;
  for (const dom::element entry : entries) {
    dom::element key;
    if (entry["key"].get(key) != simdjson::SUCCESS) return fail("storageProof: key: missing");
    const auto slot = rpc_quantity(key);
    if (!slot) return fail_at("storageProof: key", slot.error());
    proof_of.insert_or_assign(*slot, entry);
  }
  for (size_t i = 0; i < slots.size(); ++i) {
    const auto entry = proof_of.find(slots[i]);
    if (entry == proof_of.end()) return fail("storageProof: no proof of slot " + to_hex(slots[i]));
    const auto word = proven_word(entry->second, root, slots[i]);
    if (!word) return std::unexpected(word.error());
    out.words[i] = *word;
  }
  return out;
}

} // namespace runahead
