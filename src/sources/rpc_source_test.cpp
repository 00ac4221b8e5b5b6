#include "base/random.hpp"
#include "sources/fake_node_for_test.hpp"
#include "sources/rpc_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace runahead {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const Address alice = to_address(0xa11ce), bob = to_address(0xb0b), nobody = to_address(0xdead);

class RpcSourceTest : public testing::Test {
protected:
  RpcSourceTest() {
    Account& account = fake_.accounts[alice];
    account.balance = 500;
    account.nonce = 7;
    account.code = make_bytecode({0x60, 0x2a});
    for (uint64_t i = 0; i < 100; ++i) account.storage[i] = 1000 + i;
    fake_.accounts[bob].balance = 1;
    start();
  }
  /// By default calls that are too many are not sent again.
  void start(RpcNodeOptions options = {.timeout = 2s, .waits = 0}) {
    node_ = std::move(*RpcNode::create(loop_, fake_.url(), std::move(options)));
    Head head;
    head.hash = FakeNode::hash_of(97);
    head.parent = FakeNode::hash_of(96);
    head.env.number = 97;
    source_ = std::make_unique<RpcSource>(*node_, head);
    fake_.requests.clear();
  }

  /// All answers to one read, extras too; each key must come once.
  using Answers = std::map<std::string, std::expected<StateValue, Unavailable>>;
  Answers read(std::vector<StateKey> keys) {
    Answers got;
    auto token = std::make_shared<int>();
    const std::vector<StateKey> asked = keys;
    source_->read(std::move(keys), [&got, token](std::vector<Answer> answers) {
      for (Answer& answer : answers)
        EXPECT_TRUE(got.emplace(to_string(answer.key), std::move(answer.value)).second)
            << to_string(answer.key) << " came twice";
    });
    EXPECT_TRUE(loop_.run_until([&] { return token.use_count() == 1; }));
    for (const StateKey& key : asked)
      EXPECT_TRUE(got.contains(to_string(key))) << to_string(key) << " was not answered";
    return got;
  }
  static uint256 word(const Answers& answers, const StateKey& key) {
    const auto found = answers.find(to_string(key));
    if (found == answers.end()) return uint256::max();
    EXPECT_TRUE(found->second) << found->second.error().cause;
    return found->second ? found->second->word : uint256::max();
  }
  static Unavailable failure(const Answers& answers, const StateKey& key) {
    const auto found = answers.find(to_string(key));
    if (found == answers.end() || found->second) return {"", "no failure", false};
    return found->second.error();
  }
  void expect_failure(const Answers& answers, const StateKey& key, std::string_view part,
                      bool transient) {
    const Unavailable got = failure(answers, key);
    EXPECT_NE(got.cause.find(part), std::string::npos) << got.cause;
    EXPECT_EQ(got.transient, transient) << got.cause;
  }

  EventLoop loop_;
  FakeNode fake_{loop_};
  std::unique_ptr<RpcNode> node_;
  std::unique_ptr<RpcSource> source_;
};

StateKey slot(uint64_t n) { return StateKey::storage(alice, n); }

TEST_F(RpcSourceTest, ReadsEveryKindInOneRequest) {
  const Answers got =
      read({StateKey::of(StateKind::existence, alice), slot(3),
            StateKey::of(StateKind::has_storage, alice), StateKey::of(StateKind::code_hash, bob),
            StateKey::block_hash(90), StateKey::block_hash(96)});
  EXPECT_EQ(fake_.requests.size(), 1u);
  EXPECT_EQ(word(got, StateKey::of(StateKind::existence, alice)), uint256(1));
  EXPECT_EQ(word(got, slot(3)), uint256(1003));
  EXPECT_EQ(word(got, StateKey::of(StateKind::has_storage, alice)), uint256(1));
  EXPECT_EQ(word(got, StateKey::of(StateKind::code_hash, bob)), from(make_bytecode({})->hash));
  EXPECT_EQ(word(got, StateKey::block_hash(90)), from(FakeNode::hash_of(90)));
  EXPECT_EQ(word(got, StateKey::block_hash(96)), from(FakeNode::hash_of(96)));
  // What came along is delivered too.
  EXPECT_EQ(word(got, StateKey::of(StateKind::balance, alice)), uint256(500));
  EXPECT_EQ(word(got, StateKey::of(StateKind::nonce, alice)), uint256(7));
  EXPECT_EQ(got.at(to_string(StateKey::of(StateKind::code, alice)))->code->bytes,
            (Bytes{0x60, 0x2a}));
  EXPECT_EQ(word(got, StateKey::of(StateKind::code_hash, alice)),
            from(make_bytecode({0x60, 0x2a})->hash));
  EXPECT_TRUE(got.at(to_string(StateKey::of(StateKind::code, bob)))->code->bytes.empty());
}

TEST_F(RpcSourceTest, JoinsWhatKeysShare) {
  read({StateKey::of(StateKind::existence, alice), StateKey::of(StateKind::balance, alice),
        StateKey::of(StateKind::nonce, alice), StateKey::of(StateKind::code, alice),
        StateKey::of(StateKind::code_hash, alice)});
  ASSERT_EQ(fake_.methods().size(), 1u);
  EXPECT_EQ(fake_.methods()[0],
            (std::vector<std::string>{"eth_getBalance", "eth_getTransactionCount", "eth_getCode"}));
}

TEST_F(RpcSourceTest, ExistenceFollowsEip161) {
  const Answers got =
      read({StateKey::of(StateKind::existence, nobody), StateKey::of(StateKind::existence, bob),
            StateKey::of(StateKind::has_storage, nobody)});
  EXPECT_EQ(word(got, StateKey::of(StateKind::existence, nobody)), uint256(0));
  EXPECT_EQ(word(got, StateKey::of(StateKind::existence, bob)), uint256(1));
  EXPECT_EQ(word(got, StateKey::of(StateKind::has_storage, nobody)), uint256(0));
}

TEST_F(RpcSourceTest, ASingleItemIsAPlainObjectPinnedByHash) {
  read({slot(1)});
  ASSERT_EQ(fake_.requests.size(), 1u);
  const Json& request = fake_.requests[0];
  EXPECT_TRUE(request.is_object());
  EXPECT_EQ(request["jsonrpc"], "2.0");
  EXPECT_EQ(request["method"], "eth_getStorageAt");
  EXPECT_EQ(request["params"],
            (Json{to_hex(alice), to_hex32(1), {{"blockHash", to_hex(FakeNode::hash_of(97))}}}));
}

TEST_F(RpcSourceTest, AncestorsOnly) {
  const Answers got =
      read({StateKey::block_hash(97), StateKey::block_hash(98),
            StateKey{StateKind::block_hash, {}, uint256::max()}, StateKey::block_hash(96)});
  EXPECT_EQ(fake_.requests.size(), 0u) << "the parent's hash is known";
  expect_failure(got, StateKey::block_hash(97), "no ancestor of the pinned block 97", false);
  expect_failure(got, StateKey::block_hash(98), "no ancestor", false);
  expect_failure(got, StateKey{StateKind::block_hash, {}, uint256::max()}, "no ancestor", false);
  EXPECT_EQ(word(got, StateKey::block_hash(96)), from(FakeNode::hash_of(96)));
}

TEST_F(RpcSourceTest, AncestorsOfAnotherChainAreRefused) {
  fake_.twist = [](Json& item, const Json& call) {
    if (call["params"][0] == "0x61") item["result"]["hash"] = to_hex32(0xbad);
  };
  const Answers got = read({StateKey::block_hash(90)});
  expect_failure(got, StateKey::block_hash(90), "no longer", false);
}

TEST_F(RpcSourceTest, ItemsMayComeInAnyOrder) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  fake_.twist_all = [&](Json& answer) {
    for (size_t i = answer.size(); i > 1; --i) std::swap(answer[i - 1], answer[random.below(i)]);
  };
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < 100; ++i) keys.push_back(slot(i));
  const Answers got = read(keys);
  for (uint64_t i = 0; i < 100; ++i) EXPECT_EQ(word(got, slot(i)), uint256(1000 + i));
}

TEST_F(RpcSourceTest, ItemFailuresHitTheirKeysOnly) {
  fake_.twist = [](Json& item, const Json& call) {
    const std::string at = call["params"][1];
    if (at == to_hex32(1)) item["result"] = nullptr;
    if (at == to_hex32(2)) item["result"] = 17;
    if (at == to_hex32(3)) item["result"] = "0x" + std::string(65, '1');
    const auto error = [&](int code, const char* message) {
      item.erase("result");
      item["error"] = {{"code", code}, {"message", message}};
    };
    if (at == to_hex32(4)) error(-32000, "missing trie node 1234");
    if (at == to_hex32(5)) error(-32005, "daily request count exceeded");
    if (at == to_hex32(6)) error(429, "slow down");
    if (at == to_hex32(7)) error(-32000, "Header not found");
    if (at == to_hex32(8)) item["id"] = 123456789;
    if (at == to_hex32(9)) item["id"] = nullptr;
    if (at == to_hex32(10)) item.erase("result");
    if (at == to_hex32(11)) item["jsonrpc"] = "1.0";
  };
  fake_.twist_all = [](Json& answer) { answer.push_back(answer[12]); };
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < 20; ++i) keys.push_back(slot(i));
  const Answers got = read(keys);
  EXPECT_EQ(fake_.requests.size(), 1u);
  expect_failure(got, slot(1), "eth_getStorageAt: expected a hex number, got null", false);
  expect_failure(got, slot(2), "a number that is not text", false);
  expect_failure(got, slot(3), "eth_getStorageAt: ", false);
  expect_failure(got, slot(4), "error -32000, 'missing trie node 1234'", false);
  expect_failure(got, slot(5), "-32005", true);
  expect_failure(got, slot(6), "429", true);
  expect_failure(got, slot(7), "Header not found", true);
  expect_failure(got, slot(8), "no item for it", false);
  expect_failure(got, slot(9), "no item for it", false);
  expect_failure(got, slot(10), "neither a result nor an error", false);
  expect_failure(got, slot(11), "not marked as JSON-RPC 2.0", false);
  expect_failure(got, slot(12), "answered the call twice", false);
  for (const uint64_t good : {0, 13, 14, 19})
    EXPECT_EQ(word(got, slot(good)), uint256(1000 + good));
}

TEST_F(RpcSourceTest, ExistenceNeedsOnlyWhatProvesIt) {
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_getTransactionCount") item["result"] = nullptr;
  };
  const Answers got =
      read({StateKey::of(StateKind::existence, alice), StateKey::of(StateKind::existence, nobody)});
  EXPECT_EQ(word(got, StateKey::of(StateKind::existence, alice)), uint256(1));
  expect_failure(got, StateKey::of(StateKind::existence, nobody), "eth_getTransactionCount", false);
  EXPECT_FALSE(got.contains(to_string(StateKey::of(StateKind::nonce, alice))))
      << "failures are for those who asked";
}

TEST_F(RpcSourceTest, CodeHashesAreComputed) {
  fake_.twist = [](Json& item, const Json&) { item["result"] = "0x6001"; };
  const Answers got = read({StateKey::of(StateKind::code_hash, alice)});
  EXPECT_EQ(word(got, StateKey::of(StateKind::code_hash, alice)),
            from(make_bytecode({0x60, 0x01})->hash));
}

TEST_F(RpcSourceTest, WholeFailuresHitEveryKey) {
  const std::tuple<unsigned, const char*, const char*, bool> cases[] = {
      {503, "", "HTTP status 503", true},
      {429, "", "HTTP status 429", true},
      {404, "not here", "HTTP status 404", false},
      {200, "garbage", "not JSON", false},
      {200, "[]", "no item for it", false},
      {200, R"([1, {"jsonrpc": "2.0"}])", "no item for it", false},
  };
  for (const auto& [status, body, part, transient] : cases) {
    fake_.instead = {status, body};
    const Answers got = read({slot(1), slot(2)});
    expect_failure(got, slot(1), part, transient);
    expect_failure(got, slot(2), part, transient);
  }
  fake_.instead.reset();
  EXPECT_EQ(word(read({slot(1)}), slot(1)), uint256(1001));
}

TEST_F(RpcSourceTest, NodesWithoutBatchesAreAskedInParallel) {
  fake_.takes_batches = false;
  EXPECT_EQ(source_->batch_limit(), limits::batch_keys);
  const Answers got = read({slot(1), slot(2), slot(3)});
  for (const uint64_t i : {1, 2, 3}) EXPECT_EQ(word(got, slot(i)), uint256(1000 + i));
  EXPECT_EQ(fake_.requests.size(), 4u);
  EXPECT_EQ(source_->batch_limit(), 1u);
  read({slot(4), slot(5)});
  EXPECT_EQ(fake_.requests.size(), 6u) << "the refusal is remembered";
}

TEST_F(RpcSourceTest, BatchesThatAreTooLargeAreHalved) {
  fake_.batch_limit = 30;
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < 100; ++i) keys.push_back(slot(i));
  const Answers got = read(keys);
  for (uint64_t i = 0; i < 100; ++i) EXPECT_EQ(word(got, slot(i)), uint256(1000 + i));
  EXPECT_EQ(source_->batch_limit(), 25u);
}

TEST_F(RpcSourceTest, ARateLimitIsNoRefusalOfBatches) {
  fake_.instead = {200, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"limit"}})"};
  const Answers got = read({slot(1), slot(2)});
  expect_failure(got, slot(1), "-32005", true);
  EXPECT_EQ(fake_.requests.size(), 1u);
  EXPECT_EQ(source_->batch_limit(), limits::batch_keys);
}

TEST_F(RpcSourceTest, FallsBackToNumbersWithChecksAround) {
  fake_.takes_hash_objects = false;
  const Answers got = read({slot(1), slot(2)});
  EXPECT_EQ(word(got, slot(1)), uint256(1001));
  EXPECT_EQ(word(got, slot(2)), uint256(1002));
  ASSERT_EQ(fake_.requests.size(), 2u);
  EXPECT_EQ(fake_.methods()[1],
            (std::vector<std::string>{"eth_getBlockByNumber", "eth_getStorageAt",
                                      "eth_getStorageAt", "eth_getBlockByNumber"}));
  EXPECT_EQ(fake_.requests[1][1]["params"][2], "0x61");
  read({slot(3)});
  EXPECT_EQ(fake_.requests.size(), 3u) << "the refusal is remembered";
}

TEST_F(RpcSourceTest, ByNumberWithoutBatchesChecksBeforeAndAfter) {
  fake_.takes_hash_objects = false;
  fake_.takes_batches = false;
  EXPECT_EQ(word(read({slot(1)}), slot(1)), uint256(1001));
  fake_.requests.clear();
  const Answers got = read({slot(1), slot(2)});
  EXPECT_EQ(word(got, slot(2)), uint256(1002));
  const auto methods = fake_.methods();
  ASSERT_EQ(methods.size(), 4u);
  EXPECT_EQ(methods.front()[0], "eth_getBlockByNumber");
  EXPECT_EQ(methods.back()[0], "eth_getBlockByNumber");
  EXPECT_EQ(methods[1][0], "eth_getStorageAt");
}

TEST_F(RpcSourceTest, AReorgWhileReadingByNumberIsAnError) {
  fake_.takes_hash_objects = false;
  int checks = 0;
  for (const int changed_at : {1, 2}) {
    start();
    checks = 0;
    fake_.twist = [&](Json& item, const Json& call) {
      if (call["method"] == "eth_getBlockByNumber" && ++checks == changed_at)
        item["result"]["hash"] = to_hex32(0xbad);
    };
    const Answers got = read({slot(1), StateKey::of(StateKind::balance, bob)});
    expect_failure(got, slot(1), "block 97 is now 0x", false);
    expect_failure(got, StateKey::of(StateKind::balance, bob), "no longer", false);
  }
  fake_.twist = [&](Json& item, const Json& call) {
    if (call["method"] == "eth_getBlockByNumber") item["result"] = nullptr;
  };
  expect_failure(read({slot(1)}), slot(1), "does not have block 97", true);
}

TEST_F(RpcSourceTest, AReorgBetweenSingleRequestsIsAnError) {
  fake_.takes_batches = false;
  // The batch that is refused becomes single requests with two checks that prove no order, so they
  // are followed by a check, the reads and a check, one after another.
  for (const int changed_at : {3, 4}) {
    start();
    node_->set_pinning(RpcNode::Pinning::number);
    int checks = 0;
    fake_.twist = [&](Json& item, const Json& call) {
      if (call["method"] == "eth_getBlockByNumber" && ++checks == changed_at)
        item["result"]["hash"] = to_hex32(0xbad);
    };
    expect_failure(read({slot(1), slot(2)}), slot(2), "block 97 is now 0x", false);
    EXPECT_EQ(checks, changed_at);
  }
}

TEST_F(RpcSourceTest, OneBadKeyIsNoRefusalOfHashes) {
  read({slot(1)});
  fake_.twist = [](Json& item, const Json&) {
    item.erase("result");
    item["error"] = {{"code", -32602}, {"message", "invalid argument"}};
  };
  expect_failure(read({slot(1)}), slot(1), "-32602", false);
  EXPECT_EQ(fake_.requests.size(), 2u) << "the node has shown that it takes hashes";
}

TEST_F(RpcSourceTest, UnknownPinnedBlockIsTransient) {
  fake_.head = 98; // the fake answers for its head only
  expect_failure(read({slot(1)}), slot(1), "header not found", true);
}

// --- calls for many keys ---

class RpcSourceFormsTest : public RpcSourceTest {
protected:
  RpcSourceFormsTest() {
    Account& account = fake_.accounts[carol];
    account.nonce = 1;
    account.code = make_bytecode(Bytes(3000, 0x5b));
    account.storage[5] = 55;
  }
  /// With the abilities that the fake has now.
  void connect() {
    start();
    bool done = false;
    node_->connect([&](RpcNode::Outcome<void> outcome) {
      EXPECT_TRUE(outcome) << outcome.error().cause;
      done = true;
    });
    ASSERT_TRUE(loop_.run_until([&] { return done; }));
    fake_.requests.clear();
  }
  static StateKey of(StateKind kind, const Address& address) { return StateKey::of(kind, address); }
  std::vector<StateKey> slots(uint64_t count) {
    std::vector<StateKey> keys;
    for (uint64_t i = 0; i < count; ++i) keys.push_back(slot(i));
    keys.push_back(StateKey::storage(carol, 5));
    return keys;
  }
  void expect_slots(const Answers& got, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i)
      EXPECT_EQ(word(got, slot(i)), uint256(i < 100 ? 1000 + i : 0));
    EXPECT_EQ(word(got, StateKey::storage(carol, 5)), uint256(55));
  }
  std::vector<std::string> only_request() {
    EXPECT_EQ(fake_.requests.size(), 1u);
    return fake_.methods().empty() ? std::vector<std::string>{} : fake_.methods()[0];
  }
  using Methods = std::vector<std::string>;

  const Address carol = to_address(uint256(0xca401) << 64);
  const Address alice_high = to_address(uint256(0xa11ce) << 64);
};

TEST_F(RpcSourceFormsTest, ManySlotsAreOneCall) {
  fake_.has_storage_values = fake_.runs_programs = true;
  connect();
  expect_slots(read(slots(120)), 120);
  EXPECT_EQ(only_request(), Methods{"eth_getStorageValues"});
}

TEST_F(RpcSourceFormsTest, AProgramReadsSlotsAndIsCheckedUntilItIsProven) {
  fake_.runs_programs = true;
  fake_.accounts[alice_high] = fake_.accounts[alice];
  connect();
  const std::vector<StateKey> keys = {StateKey::storage(alice_high, 3), StateKey::storage(carol, 5),
                                      StateKey::storage(alice_high, 900),
                                      StateKey::storage(to_address(0x77), 1)};
  for (const bool proven : {false, true}) {
    fake_.requests.clear();
    const Answers got = read(keys);
    EXPECT_EQ(word(got, keys[0]), uint256(1003));
    EXPECT_EQ(word(got, keys[1]), uint256(55));
    EXPECT_EQ(word(got, keys[2]), uint256(0));
    EXPECT_EQ(word(got, keys[3]), uint256(0));
    const auto methods = only_request();
    EXPECT_EQ(std::ranges::count(methods, "eth_call"), 1);
    // Low addresses, where precompiles are, are read plainly.
    EXPECT_EQ(std::ranges::count(methods, "eth_getStorageAt"), proven ? 1 : 2);
  }
}

TEST_F(RpcSourceFormsTest, AProgramThatLiesIsGivenUp) {
  fake_.runs_programs = true;
  connect();
  fake_.twist = [](Json& item, const Json& call) { // as if overrides cleared the storage
    if (call["method"] != "eth_call") return;
    item["result"] = "0x" + std::string(item["result"].get<std::string>().size() - 2, '0');
  };
  const std::vector<StateKey> keys = {StateKey::storage(carol, 5), StateKey::storage(carol, 6)};
  EXPECT_EQ(word(read(keys), keys[0]), uint256(55));
  EXPECT_EQ(fake_.requests.size(), 2u);
  EXPECT_FALSE(node_->abilities().programs);
}

TEST_F(RpcSourceFormsTest, AProgramTellsAccounts) {
  fake_.runs_programs = fake_.has_storage_values = true;
  connect();
  const std::vector<StateKey> keys = {
      of(StateKind::existence, carol), of(StateKind::code, carol), of(StateKind::nonce, carol),
      of(StateKind::existence, alice_high), of(StateKind::code_hash, alice_high)};
  const Answers got = read(keys);
  EXPECT_EQ(only_request(), (Methods{"eth_call", "eth_getTransactionCount"}));
  EXPECT_EQ(word(got, keys[0]), uint256(1));
  EXPECT_EQ(got.at(to_string(keys[1]))->code->bytes.size(), 3000u);
  EXPECT_EQ(word(got, keys[2]), uint256(1));
  EXPECT_EQ(word(got, keys[3]), uint256(0));
  EXPECT_EQ(word(got, keys[4]), from(make_bytecode({})->hash));
  EXPECT_EQ(word(got, of(StateKind::balance, alice_high)), uint256(0)) << "told along";
}

TEST_F(RpcSourceFormsTest, CodeThatIsKnownIsNotFetchedAgain) {
  fake_.runs_programs = true;
  connect();
  const StateKey code = of(StateKind::code, carol);
  read({code});
  EXPECT_EQ(only_request(), Methods{"eth_getCode"});
  fake_.requests.clear();
  const uint64_t received = node_->cost().bytes_received;
  EXPECT_EQ(read({code}).at(to_string(code))->code->bytes.size(), 3000u);
  EXPECT_EQ(only_request(), Methods{"eth_call"});
  EXPECT_LT(node_->cost().bytes_received - received, 500u);

  fake_.accounts[carol].code = make_bytecode({1, 2, 3});
  EXPECT_EQ(read({code}).at(to_string(code))->code->bytes, (Bytes{1, 2, 3}));
  EXPECT_EQ(fake_.requests.size(), 3u) << "its hash, and then the code";
}

TEST_F(RpcSourceFormsTest, AccountInfoTakesThePlaceOfThreeCalls) {
  fake_.has_account_info = true;
  connect();
  const std::vector<StateKey> keys = {of(StateKind::existence, carol), of(StateKind::nonce, carol),
                                      of(StateKind::balance, bob)};
  const Answers got = read(keys);
  EXPECT_EQ(only_request(), (Methods{"eth_getAccountInfo", "eth_getBalance"}));
  EXPECT_EQ(word(got, keys[0]), uint256(1));
  EXPECT_EQ(word(got, keys[1]), uint256(1));
  EXPECT_EQ(word(got, keys[2]), uint256(1));
}

TEST_F(RpcSourceFormsTest, MixedReadsAreOneRequest) {
  fake_.has_storage_values = fake_.runs_programs = true;
  connect();
  std::vector<StateKey> keys = slots(40);
  for (const Address& address : {carol, alice_high})
    for (const StateKind kind : {StateKind::code, StateKind::balance, StateKind::existence})
      keys.push_back(of(kind, address));
  keys.push_back(StateKey::block_hash(90));
  expect_slots(read(keys), 40);
  EXPECT_EQ(only_request().size(), 5u) << "two for state, a block, and two checks around it";
}

TEST_F(RpcSourceFormsTest, LimitsOfCallsAreLearned) {
  fake_.has_storage_values = true;
  fake_.most_slots = 30;
  connect();
  expect_slots(read(slots(99)), 99);
  EXPECT_EQ(node_->abilities().most_slots, 25u);
  fake_.requests.clear();
  expect_slots(read(slots(40)), 40);
  EXPECT_EQ(only_request().size(), 2u);
}

TEST_F(RpcSourceFormsTest, AMethodThatGoesAwayIsReplaced) {
  fake_.has_storage_values = true;
  connect();
  fake_.has_storage_values = false;
  expect_slots(read(slots(10)), 10);
  EXPECT_EQ(fake_.requests.size(), 2u);
  fake_.requests.clear();
  expect_slots(read(slots(10)), 10);
  EXPECT_EQ(fake_.requests.size(), 1u) << "that is remembered";
}

TEST_F(RpcSourceFormsTest, WrongAnswersAreNotBelieved) {
  fake_.has_storage_values = fake_.runs_programs = fake_.has_account_info = true;
  const auto expect_plain = [&](auto change, const std::vector<StateKey>& keys) {
    connect();
    fake_.twist = [&](Json& item, const Json& call) {
      const std::string method = call["method"];
      if (method == "eth_getStorageValues" || method == "eth_call" || method.ends_with("Info"))
        change(item["result"]);
    };
    const Answers got = read(keys);
    fake_.twist = nullptr;
    EXPECT_EQ(fake_.requests.size(), 2u);
    for (const StateKey& key : keys)
      EXPECT_TRUE(got.at(to_string(key))) << got.at(to_string(key)).error().cause;
  };
  const std::vector<StateKey> two = {StateKey::storage(carol, 5), StateKey::storage(carol, 6)};
  expect_plain([](Json& result) { result = Json::object(); }, two);
  expect_plain([](Json& result) { result.front().erase(0); }, two);
  expect_plain([](Json& result) { result.front().push_back("0x1"); }, two);
  expect_plain([](Json& result) { result.front()[1] = 7; }, two);
  const std::vector<StateKey> account = {of(StateKind::balance, carol), of(StateKind::code, carol)};
  expect_plain([](Json& result) { result = "0x"; }, account);
  expect_plain([](Json& result) { result = result.get<std::string>() + "00"; }, account);
  expect_plain([](Json& result) { result.get_ref<std::string&>().back() = '7'; }, account);
  expect_plain([](Json& result) { result = nullptr; }, account);
}

// --- limits of rate and size ---

TEST_F(RpcSourceTest, CallsThatAreTooManyAreSentAgain) {
  start({.timeout = 2s, .waits = 4});
  int refusals = 2;
  fake_.twist = [&](Json& item, const Json&) { // hidden in an answer of status 200
    if (refusals == 0) return;
    --refusals;
    item.erase("result");
    item["error"] = {{"code", -32005}, {"message", "too many requests"}};
  };
  const Answers got = read({slot(1), slot(2), slot(3)});
  for (const uint64_t i : {1, 2, 3}) EXPECT_EQ(word(got, slot(i)), uint256(1000 + i));
  const auto methods = fake_.methods();
  ASSERT_EQ(methods.size(), 2u);
  EXPECT_EQ(methods[1].size(), 2u) << "only those that were refused";
  EXPECT_EQ(node_->cost().waits, 1u);
}

TEST_F(RpcSourceTest, RefusalsEndWithTheDeadline) {
  start({.timeout = 250ms, .waits = 100});
  fake_.instead = {429, ""};
  const Duration begin = loop_.now();
  expect_failure(read({slot(1), slot(2)}), slot(1), "429", true);
  EXPECT_LT(loop_.now() - begin, 2s);
  EXPECT_LT(fake_.requests.size(), 5u) << "waits grow";
}

TEST_F(RpcSourceTest, RequestsStayWithinTheirBudget) {
  start({.timeout = 5s, .budget = {.requests_per_second = 50}});
  const Duration begin = loop_.now();
  for (int i = 0; i < 65; ++i) read({slot(1)}); // 50 of them were saved up
  EXPECT_GE(loop_.now() - begin, 290ms);
  EXPECT_GE(node_->cost().waits, 1u);
}

TEST_F(RpcSourceTest, CostIsCounted) {
  read({slot(1), slot(2), StateKey::of(StateKind::balance, alice)});
  read({slot(3)});
  const RpcCost& cost = node_->cost();
  EXPECT_EQ(cost.requests, 2u);
  EXPECT_EQ(cost.items, 4u);
  EXPECT_EQ(cost.items_by_method.at("eth_getStorageAt"), 3u);
  EXPECT_EQ(cost.credits, 80u);
  EXPECT_GT(cost.bytes_sent, 400u);
  EXPECT_GT(cost.bytes_received, 300u);
  const RpcCost before = cost;
  read({StateKey::of(StateKind::nonce, alice)});
  const RpcCost since = node_->cost().since(before);
  EXPECT_EQ(since.requests, 1u);
  EXPECT_TRUE(to_string(since).starts_with("1 requests, 1 items, ")) << to_string(since);
  EXPECT_TRUE(to_string(since).ends_with(": eth_getTransactionCount 1")) << to_string(since);
}

TEST_F(RpcSourceTest, ADestroyedSourceCallsNoSink) {
  bool called = false;
  source_->read({slot(1)}, [&](std::vector<Answer>) { called = true; });
  source_.reset();
  bool over = false;
  loop_.after(30ms, [&] { over = true; });
  loop_.run_until([&] { return over; });
  EXPECT_FALSE(called);
  EXPECT_EQ(fake_.requests.size(), 1u);
}

} // namespace
} // namespace runahead
