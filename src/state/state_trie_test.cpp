#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/keccak.hpp"
#include "state/state_trie.hpp"
#include "state/trie.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead {
namespace {

/// A state as plain maps; its root comes from all of it at once.
struct ModelAccount {
  uint64_t nonce = 0;
  uint256 balance;
  BytecodeRef code = make_bytecode({});
  std::unordered_map<uint256, uint256> storage;
};
using Model = std::map<Address, ModelAccount>;

TrieAccount in_trie(const ModelAccount& account) {
  return {account.nonce, account.balance, storage_root(account.storage), account.code->hash};
}

Hash256 root_of(const Model& model) {
  std::vector<std::pair<Address, TrieAccount>> accounts;
  for (const auto& [address, account] : model) accounts.emplace_back(address, in_trie(account));
  return state_root(accounts);
}

void change_model(Model& model, const AccountChange& change) {
  if (change.deleted) {
    model.erase(change.address);
    return;
  }
  ModelAccount& account = model[change.address];
  if (change.storage_cleared) account.storage.clear();
  if (change.nonce) account.nonce = *change.nonce;
  if (change.balance) account.balance = *change.balance;
  if (change.code != nullptr) account.code = change.code;
  for (const auto& [slot, value] : change.slots) account.storage[slot] = value;
}

AccountChange change_of(const Address& address) {
  AccountChange change;
  change.address = address;
  return change;
}

AccountChange deletion_of(const Address& address) {
  AccountChange change = change_of(address);
  change.deleted = true;
  return change;
}

Address random_address(Random& random) { return to_address(1 + random.below(30)); }

AccountChange random_change(Random& random) {
  AccountChange change;
  change.address = random_address(random);
  change.deleted = random.chance(0.2);
  if (change.deleted) return change;
  change.storage_cleared = random.chance(0.1);
  if (random.chance(0.5)) change.balance = random.edge_word();
  if (random.chance(0.3)) change.nonce = random.next() >> random.below(64);
  if (random.chance(0.1)) change.code = make_bytecode(random.bytes(3));
  std::map<uint256, uint256> slots;
  if (random.chance(0.5))
    for (uint64_t count = random.below(12); count-- > 0;)
      slots[random.below(20)] = random.chance(0.4) ? uint256() : random.edge_word();
  change.slots.assign(slots.begin(), slots.end());
  return change;
}

std::vector<AccountChange> random_changes(Random& random) {
  std::vector<AccountChange> changes(random.below(8));
  for (AccountChange& change : changes) change = random_change(random);
  return changes;
}

using Slots = std::vector<std::pair<uint256, uint256>>;

/// Entries of the model; `slots` keeps what they view.
std::vector<StateTrie::Entry> entries_of(const Model& model, std::vector<Slots>& slots) {
  slots.clear();
  for (const auto& [address, account] : model)
    slots.emplace_back(account.storage.begin(), account.storage.end());
  std::vector<StateTrie::Entry> entries;
  for (const auto& [address, account] : model)
    entries.push_back(
        {address, account.nonce, account.balance, account.code->hash, slots[entries.size()]});
  return entries;
}

void expect_same(StateTrie& trie, const Model& model, Random& random) {
  ASSERT_EQ(trie.root(), root_of(model));
  ASSERT_EQ(trie.account_count(), model.size());
  for (int i = 0; i < 3; ++i) {
    const Address address = random_address(random);
    const uint256 slot = random.below(20);
    const auto at = model.find(address);
    const auto found = trie.account(address);
    ASSERT_EQ(found.has_value(), at != model.end());
    uint256 word;
    if (found) {
      ASSERT_EQ(Bytes(encode_account(*found)), Bytes(encode_account(in_trie(at->second))));
      if (const auto it = at->second.storage.find(slot); it != at->second.storage.end())
        word = it->second;
    }
    ASSERT_EQ(trie.storage(address, slot), word);

    const auto proved = verify_account_proof(trie.root(), address, trie.prove_account(address));
    ASSERT_TRUE(proved) << proved.error().message;
    ASSERT_EQ(proved->has_value(), found.has_value());
    if (!found) continue;
    ASSERT_EQ((*proved)->balance, found->balance);
    const auto proved_word =
        verify_storage_proof((*proved)->storage_root, slot, trie.prove_storage(address, slot));
    ASSERT_TRUE(proved_word) << proved_word.error().message;
    ASSERT_EQ(*proved_word, word);
  }
}

TEST(StateTrie, ChangesGiveTheRootOfTheWholeState) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 40; ++round) {
    StateTrie trie;
    Model model;
    for (int step = 0; step < 30; ++step) {
      // Often several times before a root is asked for; the same account may be changed again.
      for (uint64_t count = random.below(3); count-- > 0;) {
        const auto changes = random_changes(random);
        trie.apply(changes);
        for (const AccountChange& change : changes) change_model(model, change);
      }
      if (random.chance(0.7)) ASSERT_NO_FATAL_FAILURE(expect_same(trie, model, random));

      const Hash256 before = trie.root();
      const auto changes = random_changes(random);
      Model changed = model;
      for (const AccountChange& change : changes) change_model(changed, change);
      ASSERT_EQ(std::as_const(trie).root_after(changes), root_of(changed));
      ASSERT_EQ(trie.root(), before);
    }
    std::vector<AccountChange> deletions;
    for (const auto& [address, account] : model) deletions.push_back(deletion_of(address));
    trie.apply(deletions);
    ASSERT_EQ(trie.root(), empty_trie_root);
    ASSERT_EQ(trie.memory_bytes(), 0u);
  }
}

TEST(StateTrie, LoadsStatesWholeAndInPieces) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  std::vector<Slots> slots;
  for (int round = 0; round < 60; ++round) {
    Model model;
    for (uint64_t count = random.below(60); count-- > 0;)
      change_model(model, random_change(random));
    const auto entries = entries_of(model, slots);
    StateTrie whole, pieces;
    whole.load(entries);
    for (size_t from = 0; from < entries.size();) {
      const size_t count = std::min<size_t>(1 + random.below(6), entries.size() - from);
      pieces.load(std::span(entries).subspan(from, count));
      from += count;
    }
    ASSERT_NO_FATAL_FAILURE(expect_same(whole, model, random));
    ASSERT_NO_FATAL_FAILURE(expect_same(pieces, model, random));
    const auto changes = random_changes(random);
    for (const AccountChange& change : changes) change_model(model, change);
    whole.apply(changes);
    ASSERT_NO_FATAL_FAILURE(expect_same(whole, model, random));
  }
}

TEST(StateTrie, ManyAccountsAndSlots) {
  Random random(3);
  Model model;
  for (int i = 0; i < 3000; ++i) {
    ModelAccount& account = model[to_address(random.word())];
    account.balance = random.word();
    for (uint64_t slot = random.below(4); slot-- > 0;) account.storage[slot] = slot + 1;
  }
  ModelAccount& large = model[to_address(1)];
  for (uint64_t slot = 0; slot < 5000; ++slot) large.storage[slot] = random.next();
  std::vector<Slots> slots;
  StateTrie trie;
  trie.load(entries_of(model, slots));
  EXPECT_EQ(trie.root(), root_of(model));
  std::vector<AccountChange> changes;
  for (const auto& [address, account] : model) {
    if (!random.chance(0.3)) continue;
    AccountChange& change = changes.emplace_back(change_of(address));
    change.nonce = random.next();
    change.slots = {{2, 7}, {3, 0}};
  }
  for (const AccountChange& change : changes) change_model(model, change);
  trie.apply(changes);
  EXPECT_EQ(trie.root(), root_of(model));
}

TEST(StateTrie, AnEmptyAccountIsThereUnlessItIsDeleted) {
  const Address address = to_address(5);
  StateTrie trie;
  trie.apply(std::vector{change_of(address)});
  ASSERT_TRUE(trie.account(address));
  EXPECT_EQ(trie.account(address)->code_hash, keccak256({}));
  EXPECT_EQ(trie.account_count(), 1u);
  trie.apply(std::vector{deletion_of(address)});
  trie.apply(std::vector{deletion_of(address)});
  EXPECT_FALSE(trie.account(address));
  EXPECT_EQ(trie.account_count(), 0u);
}

TEST(StateTrie, ProofsOfOtherThingsAreRefused) {
  StateTrie trie;
  std::vector<AccountChange> changes;
  for (uint64_t i = 1; i <= 20; ++i) {
    AccountChange& change = changes.emplace_back(change_of(to_address(i)));
    change.balance = i;
    change.slots = {{1, i}, {2, i}};
  }
  trie.apply(changes);
  const TrieProof first = trie.prove_account(to_address(1));
  ASSERT_GT(first.size(), 1u);
  ASSERT_TRUE(verify_account_proof(trie.root(), to_address(1), first));
  EXPECT_FALSE(verify_account_proof(trie.root(), to_address(2), first));
  EXPECT_FALSE(verify_account_proof(keccak256({}), to_address(1), first));
  const Hash256 storage = trie.account(to_address(1))->storage_root;
  EXPECT_FALSE(verify_storage_proof(storage, 1, trie.prove_storage(to_address(2), 1)));
  // An account's leaf is no storage word, and the other way round.
  Trie words;
  words.put(keccak256(to_address(1)), encode_storage_value(7));
  EXPECT_EQ(verify_account_proof(words.root(), to_address(1), words.prove(keccak256(to_address(1))))
                .error()
                .message,
            "account: RLP byte string where a list is expected");
}

// Proofs that another client made, where they are unpacked
// ------------------------------------------------------------------------------------------------

TrieProof nodes_of(const nlohmann::json& list) {
  TrieProof proof;
  for (const auto& node : list) proof.push_back(*parse_hex_bytes(node.get<std::string>()));
  return proof;
}

/// Checks an answer of eth_getProof (EIP-1186). Returns how many proofs it holds.
int check_answer(const nlohmann::json& answer) {
  const auto text = [](const nlohmann::json& at, const char* field) {
    return at[field].get<std::string>();
  };
  const TrieProof proof = nodes_of(answer["accountProof"]);
  EXPECT_FALSE(proof.empty());
  if (proof.empty()) return 0;
  const Address address = *parse_address(text(answer, "address"));
  const auto account = verify_account_proof(keccak256(proof.front()), address, proof);
  EXPECT_TRUE(account && *account);
  if (!account || !*account) return 0;
  EXPECT_EQ(to_hex((*account)->balance), text(answer, "balance"));
  EXPECT_EQ(to_hex(uint256((*account)->nonce)), text(answer, "nonce"));
  EXPECT_EQ(to_hex((*account)->code_hash), text(answer, "codeHash"));
  EXPECT_EQ(to_hex((*account)->storage_root), text(answer, "storageHash"));
  EXPECT_FALSE(verify_account_proof(keccak256({}), address, proof));
  int proofs = 1;
  for (const auto& entry : answer["storageProof"]) {
    const auto word =
        verify_storage_proof((*account)->storage_root, *parse_hex_quantity(text(entry, "key")),
                             nodes_of(entry["proof"]));
    EXPECT_TRUE(word) << word.error().message;
    if (word) EXPECT_EQ(to_hex(*word), text(entry, "value"));
    ++proofs;
  }
  return proofs;
}

TEST(StateTrie, ProofsOfAnotherClientAreBelieved) {
  const char* fixtures = std::getenv("RUNAHEAD_FIXTURES");
  const auto folder = std::filesystem::path(fixtures != nullptr ? fixtures : "") / "rpc-compat" /
                      "tests" / "eth_getProof";
  if (fixtures == nullptr || !std::filesystem::is_directory(folder))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with rpc-compat/tests/eth_getProof";
  int proofs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);)
      if (line.starts_with("<< "))
        proofs += check_answer(nlohmann::json::parse(line.substr(3))["result"]);
  }
  EXPECT_GE(proofs, 5);
}

} // namespace
} // namespace runahead
