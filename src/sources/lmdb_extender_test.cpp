#include "base/random.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "io/event_loop.hpp"
#include "sources/lmdb_extender.hpp"
#include "sources/lmdb_format.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

namespace fs = std::filesystem;

const Address alice = to_address(0xa11ce), bob = to_address(0xb0b), carol = to_address(0xca401);

Bytes rlp_text(std::string_view text) {
  return rlp::Writer().string({reinterpret_cast<const uint8_t*>(text.data()), text.size()}).items();
}

/// What a block of these tests keeps beside the state: parts that tell blocks apart.
struct Parts {
  explicit Parts(uint64_t number)
      : header(rlp_text("header " + std::to_string(number))),
        body(rlp_text("body " + std::to_string(number))),
        receipts(rlp_text("receipts " + std::to_string(number))), hash(keccak256(header)),
        transactions{to_hash(1000 * number), to_hash(1000 * number + 1)}, senders{alice, bob},
        block{number, hash, uint256(100 + number), header, body, receipts, transactions, senders} {}
  Parts(const Parts&) = delete;

  Bytes header, body, receipts;
  Hash256 hash;
  std::vector<Hash256> transactions;
  std::vector<Address> senders;
  LmdbBlock block;
};

AccountChange change_of(const Address& address, std::optional<uint256> balance,
                        std::vector<std::pair<uint256, uint256>> slots = {}) {
  AccountChange change;
  change.address = address;
  change.balance = balance;
  change.slots = std::move(slots);
  return change;
}

AccountChange deletion_of(const Address& address) {
  AccountChange change;
  change.address = address;
  change.deleted = true;
  return change;
}

class LmdbExtenderTest : public testing::Test {
protected:
  LmdbExtenderTest() {
    std::string name = testing::TempDir() + "runahead-extend-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~LmdbExtenderTest() override { fs::remove_all(folder_); }

  std::string db() const { return folder_ + "/db"; }

  void create(const AccountMap& accounts, bool with_block = true) {
    auto writer = LmdbWriter::create(db(), {}, true);
    ASSERT_TRUE(writer) << writer.error().message;
    for (const auto& [address, account] : accounts)
      ASSERT_TRUE(writer->put_account(address, account));
    if (with_block) ASSERT_TRUE(writer->put_block(Parts(0).block));
    const auto ok = writer->commit();
    ASSERT_TRUE(ok) << ok.error().message;
  }
  LmdbExtender extender() {
    auto opened = LmdbExtender::open(db());
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  static void put(LmdbExtender& extender, std::span<const AccountChange> changes) {
    const auto ok = extender.put_block(Parts(extender.head() + 1).block, changes);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  static std::shared_ptr<const LmdbDatabase> database(const std::string& folder) {
    auto opened = LmdbDatabase::open(folder);
    if (!opened) throw std::runtime_error(opened.error().message);
    return *opened;
  }
  static uint256 word(const LmdbDatabase& database, const StateKey& key, uint64_t block) {
    const auto answers = database.read({&key, 1}, block);
    if (!answers.at(0).value) throw std::runtime_error(answers[0].value.error().cause);
    return answers[0].value->word;
  }

  std::string folder_;
};

const StateKey alice_slot = StateKey::storage(alice, 1);
const StateKey alice_exists = StateKey::of(StateKind::existence, alice);
const StateKey alice_balance = StateKey::of(StateKind::balance, alice);
const StateKey alice_has_storage = StateKey::of(StateKind::has_storage, alice);

TEST_F(LmdbExtenderTest, EveryBlockKeepsItsState) {
  Account a;
  a.balance = 10;
  a.nonce = 7;
  a.storage = {{1, 100}, {2, 200}};
  create({{alice, a}});
  {
    auto chain = extender();
    put(chain, std::vector{change_of(alice, 11)});
    put(chain, std::vector{change_of(bob, 5)});
    put(chain, std::vector{change_of(alice, {}, {{1, 101}, {3, 303}})});
    EXPECT_EQ(chain.value(alice_slot)->word, uint256(101)) << "reads what was put";
    put(chain, std::vector{change_of(alice, {}, {{1, 0}})});
    EXPECT_EQ(chain.head(), 4u);
    ASSERT_TRUE(chain.flush());
  }
  const auto data = database(db());
  EXPECT_EQ(data->head(), 4u);
  const auto words = [&](const StateKey& key) {
    std::vector<uint256> all;
    for (uint64_t block = 0; block <= 4; ++block) all.push_back(word(*data, key, block));
    return all;
  };
  EXPECT_EQ(words(alice_balance), (std::vector<uint256>{10, 11, 11, 11, 11}));
  EXPECT_EQ(words(StateKey::of(StateKind::nonce, alice)), (std::vector<uint256>{7, 7, 7, 7, 7}));
  EXPECT_EQ(words(alice_slot), (std::vector<uint256>{100, 100, 100, 101, 0}));
  EXPECT_EQ(words(StateKey::storage(alice, 2)), (std::vector<uint256>{200, 200, 200, 200, 200}));
  EXPECT_EQ(words(StateKey::storage(alice, 3)), (std::vector<uint256>{0, 0, 0, 303, 303}));
  EXPECT_EQ(words(StateKey::of(StateKind::existence, bob)), (std::vector<uint256>{0, 0, 1, 1, 1}));
  EXPECT_EQ(words(StateKey::of(StateKind::balance, bob)), (std::vector<uint256>{0, 0, 5, 5, 5}));
}

TEST_F(LmdbExtenderTest, DeletedAccountsAndClearedStorage) {
  Account a;
  a.balance = 10;
  a.code = make_bytecode({0x5b});
  a.storage = {{1, 100}, {2, 200}};
  create({{alice, a}});
  {
    auto chain = extender();
    put(chain, std::vector{deletion_of(alice)}); // 1
    put(chain, std::vector{deletion_of(carol)}); // 2: was never there
    AccountChange again = change_of(alice, 0, {{2, 222}});
    again.storage_cleared = true;
    again.nonce = 0;
    put(chain, std::vector{again}); // 3: an empty account, as before EIP-161
    again = change_of(alice, 3, {{1, 111}});
    again.storage_cleared = true;
    again.nonce = 1;
    again.code = make_bytecode({0x00});
    put(chain, std::vector{again}); // 4: deleted and made again in one block
    ASSERT_TRUE(chain.flush());
  }
  const auto data = database(db());
  const auto words = [&](const StateKey& key) {
    std::vector<uint256> all;
    for (uint64_t block = 0; block <= 4; ++block) all.push_back(word(*data, key, block));
    return all;
  };
  using namespace existence;
  EXPECT_EQ(words(alice_exists), (std::vector<uint256>{alive, none, none, empty, alive}));
  EXPECT_EQ(words(alice_balance), (std::vector<uint256>{10, 0, 0, 0, 3}));
  EXPECT_EQ(words(alice_slot), (std::vector<uint256>{100, 0, 0, 0, 111}));
  EXPECT_EQ(words(StateKey::storage(alice, 2)), (std::vector<uint256>{200, 0, 0, 222, 0}));
  EXPECT_EQ(words(alice_has_storage), (std::vector<uint256>{1, 0, 0, 1, 1}));
  EXPECT_EQ(words(StateKey::of(StateKind::existence, carol)),
            (std::vector<uint256>{none, none, none, none, none}));
  const StateKey code = StateKey::of(StateKind::code, alice);
  EXPECT_EQ(data->read({&code, 1}, 0)[0].value->code->bytes, Bytes{0x5b});
  EXPECT_EQ(data->read({&code, 1}, 1)[0].value->code->bytes, Bytes{});
  EXPECT_EQ(data->read({&code, 1}, 4)[0].value->code->bytes, Bytes{0x00});
}

TEST_F(LmdbExtenderTest, BlocksAreFoundByNumberAndHash) {
  create({});
  {
    auto chain = extender();
    for (int i = 0; i < 3; ++i) put(chain, {});
    ASSERT_TRUE(chain.flush());
  }
  const auto data = database(db());
  EXPECT_EQ(data->has_blocks(), true);
  for (uint64_t number = 0; number <= 3; ++number) {
    const Parts parts(number);
    const auto header = *data->header(number);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->hash, parts.hash);
    EXPECT_EQ(header->rlp, parts.header);
    EXPECT_EQ(header->total_difficulty, uint256(100 + number));
    EXPECT_EQ(data->block(number)->value(),
              rlp::Writer().raw(parts.header).raw(parts.body).as_list());
    EXPECT_EQ(data->receipts(number)->value(), parts.receipts);
    EXPECT_EQ(data->senders(number)->value(), parts.senders);
    EXPECT_EQ(data->number_of(parts.hash)->value(), number);
    EXPECT_EQ(word(*data, StateKey::block_hash(number), 3), from(parts.hash));
    const auto place = *data->find_transaction(parts.transactions[1]);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->block, number);
    EXPECT_EQ(place->index, 1u);
  }
  EXPECT_FALSE(data->header(4)->has_value());
  EXPECT_FALSE(data->block(4)->has_value());
  EXPECT_FALSE(data->receipts(4)->has_value());
  EXPECT_FALSE(data->senders(4)->has_value());
  EXPECT_FALSE(data->number_of(to_hash(5))->has_value());
  EXPECT_FALSE(data->find_transaction(to_hash(5))->has_value());
}

TEST_F(LmdbExtenderTest, WhatWasNotFlushedIsDropped) {
  create({});
  {
    auto chain = extender();
    put(chain, std::vector{change_of(alice, 1)});
    ASSERT_TRUE(chain.flush());
    EXPECT_EQ(chain.unflushed(), 0u);
    put(chain, std::vector{change_of(alice, 2)});
    put(chain, std::vector{change_of(alice, 3)});
    EXPECT_EQ(chain.unflushed(), 2u);
    EXPECT_EQ(chain.flushed().head(), 1u);
  }
  EXPECT_EQ(database(db())->head(), 1u);
  EXPECT_EQ(word(*database(db()), alice_balance, 1), uint256(1));
  auto chain = extender();
  EXPECT_EQ(chain.head(), 1u);
  put(chain, std::vector{change_of(alice, 4)});
  ASSERT_TRUE(chain.flush());
  EXPECT_EQ(chain.flushed().head(), 2u);
}

TEST_F(LmdbExtenderTest, AProcessThatIsKilledLeavesTheLastFlush) {
  create({});
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto chain = LmdbExtender::open(db());
    for (uint64_t number = 1; number <= 3; ++number) {
      const AccountChange change = change_of(alice, uint256(number));
      if (!chain || !chain->put_block(Parts(number).block, {&change, 1})) _exit(1);
      if (number == 2 && !chain->flush()) _exit(2);
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit status " << WEXITSTATUS(status);
  auto chain = extender();
  EXPECT_EQ(chain.head(), 2u);
  EXPECT_EQ(chain.value(alice_balance)->word, uint256(2));
}

TEST_F(LmdbExtenderTest, OnlyTheNextBlockIsPut) {
  create({});
  auto chain = extender();
  const auto refused = chain.put_block(Parts(2).block, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, db() + ": block 2 does not follow its newest, 0");
  EXPECT_FALSE(chain.put_block(Parts(1).block, {})) << "nothing goes on after an error";
  EXPECT_FALSE(chain.flush());
  EXPECT_FALSE(chain.value(alice_balance));
}

TEST_F(LmdbExtenderTest, RefusesWhatCannotBeExtended) {
  const auto refusal = [&] {
    const auto opened = LmdbExtender::open(db());
    EXPECT_FALSE(opened);
    return opened ? std::string() : opened.error().message;
  };
  EXPECT_EQ(refusal(), db() + ": No such file or directory");
  create({}, false);
  EXPECT_EQ(refusal(), db() + ": holds the state of one block and no chain: it cannot be extended");
  create({});
  const auto first = extender();
  EXPECT_EQ(refusal(), db() + ": is being extended by another process");
}

/// Random changes, against a map for each block.
TEST_F(LmdbExtenderTest, HistoriesAsMapsTellThem) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  std::vector<AccountMap> states(1);
  for (uint64_t i = 0; i < 6; ++i) {
    Account& account = states[0][to_address(i)];
    account.balance = random.word();
    for (uint64_t slot = 0; slot < 4; ++slot) account.storage[slot] = random.below(3);
  }
  create(states[0]);
  auto chain = extender();
  for (int block = 1; block <= 60; ++block) {
    AccountMap state = states.back();
    std::vector<AccountChange> changes;
    for (uint64_t i = 0; i < 8; ++i) {
      if (random.chance(0.6)) continue;
      AccountChange& change = changes.emplace_back(change_of(to_address(i), random.word()));
      if (random.chance(0.2)) {
        change = deletion_of(to_address(i));
        state.erase(to_address(i));
        continue;
      }
      Account& account = state[to_address(i)];
      if (random.chance(0.2)) {
        change.storage_cleared = true;
        change.nonce = account.nonce = 1;
        account.storage.clear();
      }
      account.balance = *change.balance;
      for (uint64_t slot = 0; slot < 4; ++slot)
        if (random.chance(0.4))
          change.slots.emplace_back(slot, account.storage[slot] = random.below(3));
    }
    put(chain, changes);
    if (random.chance(0.3)) ASSERT_TRUE(chain.flush());
    states.push_back(std::move(state));
  }
  size_t visited = 0;
  ASSERT_TRUE(
      chain.visit_accounts([&](const Address& address, const Account& account) -> Result<void> {
        ++visited;
        Account expected = states.back().at(address);
        std::erase_if(expected.storage, [](const auto& entry) { return entry.second.is_zero(); });
        EXPECT_EQ(account.balance, expected.balance);
        EXPECT_EQ(account.storage, expected.storage);
        return {};
      }));
  EXPECT_EQ(visited, states.back().size());
  ASSERT_TRUE(chain.flush());
  for (uint64_t block = 0; block < states.size(); ++block) {
    const MemorySource memory(states[block]);
    std::vector<StateKey> keys;
    for (uint64_t i = 0; i < 8; ++i) {
      for (const StateKind kind :
           {StateKind::existence, StateKind::balance, StateKind::nonce, StateKind::has_storage})
        keys.push_back(StateKey::of(kind, to_address(i)));
      for (uint64_t slot = 0; slot < 4; ++slot)
        keys.push_back(StateKey::storage(to_address(i), slot));
    }
    for (const Answer& answer : chain.flushed().read(keys, block)) {
      ASSERT_TRUE(answer.value) << answer.value.error().cause;
      ASSERT_EQ(answer.value->word, memory.value(answer.key)->word)
          << to_string(answer.key) << " after block " << block;
    }
  }
}

} // namespace
} // namespace runahead
