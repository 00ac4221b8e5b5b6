#include "base/hex.hpp"
#include "base/random.hpp"
#include "io/event_loop.hpp"
#include "sources/alloc_file.hpp"
#include "sources/lmdb.hpp"
#include "sources/lmdb_format.hpp"
#include "sources/lmdb_writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

namespace fs = std::filesystem;

const Address alice = to_address(0xa11ce), bob = to_address(0xb0b), nobody = to_address(0xdead);

class LmdbTest : public testing::Test {
protected:
  LmdbTest() {
    std::string name = testing::TempDir() + "runahead-lmdb-XXXXXX";
    folder_ = mkdtemp(name.data());
    about_.chain_id = 31337;
    about_.fork = Fork::osaka;
    Account& a = accounts_[alice];
    a.balance = uint256::max();
    a.nonce = 7;
    a.code = make_bytecode(Bytes(30'000, 0x5b));
    a.storage = {{1, 42}, {2, 0}, {uint256::max(), 43}};
    accounts_[bob].balance = 1;
    accounts_[bob].code = a.code;
  }
  ~LmdbTest() override { fs::remove_all(folder_); }

  std::string db() const { return folder_ + "/db"; }
  void import() {
    const auto ok = import_alloc(db(), about_, accounts_);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  std::unique_ptr<LmdbSource> open() {
    const auto database = LmdbDatabase::open(db());
    EXPECT_TRUE(database) << database.error().message;
    if (!database) return nullptr;
    return std::make_unique<LmdbSource>(*database, (*database)->first(), pool_);
  }
  std::vector<Answer> read(LmdbSource& source, std::vector<StateKey> keys) {
    std::vector<Answer> got;
    auto token = std::make_shared<int>();
    source.read(std::move(keys), [&got, token](std::vector<Answer> answers) {
      std::ranges::move(answers, std::back_inserter(got));
    });
    EXPECT_TRUE(loop_.run_until([&] { return token.use_count() == 1; }));
    return got;
  }
  std::expected<StateValue, Unavailable> read_one(LmdbSource& source, const StateKey& key) {
    const auto got = read(source, {key});
    EXPECT_EQ(got.size(), 1u);
    return got.at(0).value;
  }
  void expect_not_opened(std::string_view part) {
    const auto database = LmdbDatabase::open(db());
    ASSERT_FALSE(database) << part;
    EXPECT_TRUE(database.error().message.starts_with(db())) << database.error().message;
    EXPECT_NE(database.error().message.find(part), std::string::npos) << database.error().message;
  }
  /// Changes a database behind the back of its format.
  void tamper(const char* map, MDB_val key, MDB_val value) {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi dbi = 0;
    ASSERT_EQ(mdb_env_create(&env), 0);
    mdb_env_set_maxdbs(env, 20);
    ASSERT_EQ(mdb_env_open(env, db().c_str(), MDB_NOLOCK, 0644), 0);
    ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
    ASSERT_EQ(mdb_dbi_open(txn, map, MDB_CREATE, &dbi), 0);
    ASSERT_EQ(value.mv_data ? mdb_put(txn, dbi, &key, &value, 0) : mdb_del(txn, dbi, &key, nullptr),
              0);
    ASSERT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
  }
  std::vector<std::string> siblings() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename());
    return names;
  }

  EventLoop loop_;
  ThreadPool pool_{loop_, 3};
  std::string folder_;
  StateAbout about_;
  AccountMap accounts_;
};

using lmdb_format::val;

TEST_F(LmdbTest, AnswersAsMemoryDoes) {
  import();
  const auto source = open();
  EXPECT_TRUE(source->complete());
  EXPECT_EQ(source->name(), db());
  const MemorySource memory(accounts_);
  std::vector<StateKey> keys;
  for (const Address& address : {alice, bob, nobody}) {
    for (const StateKind kind : {StateKind::existence, StateKind::balance, StateKind::nonce,
                                 StateKind::code_hash, StateKind::code, StateKind::has_storage})
      keys.push_back(StateKey::of(kind, address));
    for (const uint256& slot : {uint256(0), uint256(1), uint256(2), uint256::max()})
      keys.push_back(StateKey::storage(address, slot));
  }
  const auto answers = read(*source, keys);
  ASSERT_EQ(answers.size(), keys.size());
  for (const Answer& answer : answers) {
    ASSERT_TRUE(answer.value) << answer.value.error().cause;
    const auto expected = memory.value(answer.key);
    EXPECT_EQ(answer.value->word, expected->word) << to_string(answer.key);
    ASSERT_EQ(answer.value->code != nullptr, expected->code != nullptr);
    if (expected->code) EXPECT_EQ(answer.value->code->bytes, expected->code->bytes);
  }
}

TEST_F(LmdbTest, AStateAloneIsAHistoryOfOneBlock) {
  about_.block.number = 97;
  about_.has_block = true;
  import();
  const auto database = LmdbDatabase::open(db());
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ((*database)->about().chain_id, 31337u);
  EXPECT_EQ((*database)->about().fork, Fork::osaka);
  EXPECT_EQ((*database)->about().block.number, 97u);
  EXPECT_EQ((*database)->first(), 97u);
  EXPECT_EQ((*database)->head(), 97u);
  EXPECT_EQ((*database)->has_blocks(), false);
  const auto header = (*database)->header(97);
  ASSERT_TRUE(header);
  EXPECT_FALSE(*header);
}

TEST_F(LmdbTest, LargeBatchesAreSpreadAndAnsweredOnce) {
  for (uint64_t i = 0; i < 5000; ++i) accounts_[bob].storage[i * 977] = i + 1;
  import();
  const auto source = open();
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < 1024; ++i) keys.push_back(StateKey::storage(bob, i * 977));
  const auto answers = read(*source, keys);
  ASSERT_EQ(answers.size(), 1024u);
  for (const Answer& answer : answers)
    EXPECT_EQ(answer.value->word * uint256(977), answer.key.slot + uint256(977));
}

TEST_F(LmdbTest, IncompleteDatabasesDoNotInventZeros) {
  auto writer = LmdbWriter::create(db(), about_, false);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->put_account(alice, accounts_[alice]));
  ASSERT_TRUE(writer->put_account(bob, accounts_[bob]));
  ASSERT_TRUE(writer->put_block_hash(96, to_hash(0x96)));
  ASSERT_TRUE(writer->commit());
  const auto source = open();
  EXPECT_FALSE(source->complete());
  EXPECT_EQ(read_one(*source, StateKey::storage(alice, 1))->word, uint256(42));
  EXPECT_EQ(read_one(*source, StateKey::storage(alice, 2))->word, uint256(0)) << "known to be zero";
  EXPECT_EQ(read_one(*source, StateKey::of(StateKind::has_storage, alice))->word, uint256(1));
  EXPECT_EQ(read_one(*source, StateKey::block_hash(96))->word, uint256(0x96));
  for (const StateKey& key :
       {StateKey::storage(alice, 3), StateKey::of(StateKind::balance, nobody),
        StateKey::of(StateKind::existence, nobody), StateKey::of(StateKind::has_storage, bob),
        StateKey::block_hash(95)}) {
    const auto value = read_one(*source, key);
    ASSERT_FALSE(value) << to_string(key);
    EXPECT_FALSE(value.error().transient);
    EXPECT_EQ(value.error().source, db());
    EXPECT_NE(value.error().cause.find(to_string(key)), std::string::npos) << value.error().cause;
  }
}

TEST_F(LmdbTest, BlockHashesAreNeverZeroByDefault) {
  import();
  EXPECT_FALSE(read_one(*open(), StateKey::block_hash(5)));
  EXPECT_FALSE(read_one(*open(), StateKey{StateKind::block_hash, {}, uint256::max()}));
}

TEST_F(LmdbTest, DamagedValuesAreFound) {
  import();
  const auto place = lmdb_format::storage_key(alice, 1, 0);
  auto value = lmdb_format::seal_word(place, 42);
  value[31] = 43;
  tamper("storage", val(BytesView(place)), val(BytesView(value)));
  const auto account = lmdb_format::account_key(bob, 0);
  auto record = lmdb_format::seal_account(account, lmdb_format::AccountRecord{0, 1, {}});
  record[20] ^= 1;
  tamper("accounts", val(BytesView(account)), val(BytesView(record)));
  Bytes code = accounts_[alice].code->bytes;
  code[17] = 0;
  tamper("code", val(BytesView(accounts_[alice].code->hash)), val(BytesView(code)));
  const auto source = open();
  for (const StateKey& key :
       {StateKey::storage(alice, 1), StateKey::of(StateKind::has_storage, alice),
        StateKey::of(StateKind::balance, bob), StateKey::of(StateKind::code, alice)}) {
    const auto read = read_one(*source, key);
    ASSERT_FALSE(read) << to_string(key);
    EXPECT_TRUE(read.error().cause.starts_with(to_string(key) + " is damaged"))
        << read.error().cause;
  }
  EXPECT_TRUE(read_one(*source, StateKey::of(StateKind::balance, alice)));
}

TEST_F(LmdbTest, MovedAndMissingValuesAreFound) {
  import();
  // A value of another key, whole as it is.
  const auto place = lmdb_format::storage_key(alice, 1, 0);
  const auto other = lmdb_format::seal_word(lmdb_format::storage_key(bob, 1, 0), 42);
  tamper("storage", val(BytesView(place)), val(BytesView(other)));
  tamper("code", val(BytesView(accounts_[alice].code->hash)), MDB_val{0, nullptr});
  const auto account = lmdb_format::account_key(bob, 0);
  const auto record = lmdb_format::seal_account(account, lmdb_format::AccountRecord{});
  tamper("accounts", val(BytesView(account)), val(BytesView(record).first(79)));
  const auto source = open();
  EXPECT_FALSE(read_one(*source, StateKey::storage(alice, 1)));
  EXPECT_FALSE(read_one(*source, StateKey::of(StateKind::nonce, bob)));
  const auto code = read_one(*source, StateKey::of(StateKind::code, alice));
  ASSERT_FALSE(code);
  EXPECT_NE(code.error().cause.find("is missing"), std::string::npos) << code.error().cause;
}

TEST_F(LmdbTest, ImportReplacesInOneStepAndLeavesNothingBehind) {
  import();
  const auto before = open();
  accounts_[alice].balance = 5;
  import();
  EXPECT_EQ(siblings(), std::vector<std::string>{"db"});
  EXPECT_EQ(read_one(*open(), StateKey::of(StateKind::balance, alice))->word, uint256(5));
  EXPECT_EQ(read_one(*before, StateKey::of(StateKind::balance, alice))->word, uint256::max())
      << "who had it open keeps the old one";
}

TEST_F(LmdbTest, AnAbandonedImportLeavesNothing) {
  {
    auto writer = LmdbWriter::create(db() + "/", about_, true);
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE(writer->put_account(alice, accounts_[alice]));
    EXPECT_FALSE(fs::exists(db()));
  }
  EXPECT_TRUE(siblings().empty());
}

TEST_F(LmdbTest, ReplacesOnlyWhatIsOurs) {
  fs::create_directory(db());
  ASSERT_TRUE(import_alloc(db(), about_, accounts_)) << "an empty folder is fine";
  fs::remove_all(db());
  fs::create_directory(db());
  std::ofstream(db() + "/precious.txt") << "x";
  const auto over_folder = import_alloc(db(), about_, accounts_);
  ASSERT_FALSE(over_folder);
  EXPECT_NE(over_folder.error().message.find("not a state database"), std::string::npos);
  EXPECT_TRUE(fs::exists(db() + "/precious.txt"));
  fs::remove_all(db());
  std::ofstream(db()) << "a file";
  EXPECT_FALSE(import_alloc(db(), about_, accounts_));
  const auto nowhere = import_alloc(folder_ + "/no/such/db", about_, accounts_);
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().message.starts_with(folder_ + "/no/such/db"))
      << nowhere.error().message;
}

TEST_F(LmdbTest, SaysWhyItCannotOpen) {
  expect_not_opened("No such file or directory");
  std::ofstream(db()) << "a file";
  expect_not_opened("is a file, not a database folder");
  fs::remove(db());
  fs::create_directory(db());
  expect_not_opened("no data.mdb");
  std::ofstream(db() + "/data.mdb") << "";
  expect_not_opened("was cut off");
  std::ofstream(db() + "/data.mdb") << std::string(65536, 'x');
  expect_not_opened("is not an LMDB database, or is damaged");
  fs::remove_all(db());

  import();
  const auto data = fs::path(db()) / "data.mdb";
  const uintmax_t size = fs::file_size(data);
  for (const uintmax_t cut :
       {size - 1, size / 2, uintmax_t{8192}, uintmax_t{5000}, uintmax_t{4096}}) {
    import();
    fs::resize_file(data, cut);
    expect_not_opened(cut > 4096 ? "was cut off" : "damaged");
  }
}

TEST_F(LmdbTest, RefusesOtherFormats) {
  import();
  tamper("meta", val("format"), val("runahead-state 3"));
  expect_not_opened("is of the format 'runahead-state 3'; this program reads 'runahead-state 2'");
  import();
  tamper("meta", val("format"), val("runahead-state 1"));
  expect_not_opened("is of the format 'runahead-state 1', which an older version of this program "
                    "wrote; import it again");
  import();
  tamper("meta", val("about"), val("{"));
  expect_not_opened("is damaged");
  import();
  tamper("meta", val("about"),
         val(R"({"complete": true, "first": 0, "state": {"fork": "narnia"}})"));
  expect_not_opened("fork: ");
  import();
  tamper("meta", val("head"), MDB_val{0, nullptr});
  expect_not_opened("it names no newest block");
  import();
  tamper("meta", val("head"), val("12345678-sealed?"));
  expect_not_opened("the number of its newest block cannot be read");
  import();
  tamper("meta", val("format"), MDB_val{0, nullptr});
  expect_not_opened("not one of states");
  fs::remove_all(db());
  fs::create_directory(db());
  tamper("somebody", val("else"), val("database"));
  expect_not_opened("it has no map 'meta'");
}

TEST_F(LmdbTest, ADestroyedSourceCallsNoSink) {
  import();
  bool called = false;
  open()->read({StateKey::storage(alice, 1)}, [&](std::vector<Answer>) { called = true; });
  bool over = false;
  loop_.after(std::chrono::milliseconds(20), [&] { over = true; });
  loop_.run_until([&] { return over; });
  EXPECT_FALSE(called);
}

TEST_F(LmdbTest, ManyAccountsInRandomOrder) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    Account& account = accounts_[to_address(random.word())];
    account.balance = random.edge_word();
    account.nonce = random.next();
    if (random.chance(0.3)) account.code = make_bytecode(random.bytes(random.below(200)));
    for (uint64_t n = random.below(5); n > 0; --n)
      account.storage[random.edge_word()] = random.edge_word();
  }
  import();
  const auto source = open();
  const MemorySource memory(accounts_);
  std::vector<StateKey> keys;
  for (const auto& [address, account] : accounts_) {
    keys.push_back(StateKey::of(StateKind::balance, address));
    keys.push_back(StateKey::of(StateKind::code_hash, address));
    keys.push_back(StateKey::of(StateKind::has_storage, address));
    for (const auto& [slot, word] : account.storage)
      keys.push_back(StateKey::storage(address, slot));
  }
  while (!keys.empty()) {
    const size_t count = std::min<size_t>(keys.size(), 1024);
    std::vector<StateKey> part(keys.end() - static_cast<ptrdiff_t>(count), keys.end());
    keys.resize(keys.size() - count);
    for (const Answer& answer : read(*source, std::move(part))) {
      ASSERT_TRUE(answer.value) << answer.value.error().cause;
      ASSERT_EQ(answer.value->word, memory.value(answer.key)->word) << to_string(answer.key);
    }
  }
}

} // namespace
} // namespace runahead
