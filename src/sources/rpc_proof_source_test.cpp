#include "base/random.hpp"
#include "sources/fake_node_for_test.hpp"
#include "sources/rpc_header.hpp"
#include "sources/rpc_proof_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace runahead {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const Address alice = to_address(0xa11ce), bob = to_address(0xb0b), nobody = to_address(0xdead);
const StateKey balance = StateKey::of(StateKind::balance, alice),
               code = StateKey::of(StateKind::code, alice);
StateKey slot(uint64_t n) { return StateKey::storage(alice, n); }

/// A header with all fields up to Osaka.
Json header(uint64_t number, const std::string& parent, const Hash256& state_root) {
  Json out = FakeAnswers::block(number);
  const std::string hash = to_hex32(0x123);
  for (const char* field : {"sha3Uncles", "transactionsRoot", "receiptsRoot", "withdrawalsRoot",
                            "parentBeaconBlockRoot", "requestsHash"})
    out[field] = hash;
  out["parentHash"] = parent;
  out["stateRoot"] = to_hex(state_root);
  out["logsBloom"] = "0x" + std::string(512, '0');
  out["gasUsed"] = out["blobGasUsed"] = "0x0";
  out["extraData"] = "0x";
  out["nonce"] = "0x0000000000000000";
  simdjson::dom::parser parser;
  const std::string text = out.dump();
  out["hash"] = to_hex(rpc_proven_header(parser.parse(text).value())->hash);
  return out;
}

class RpcProofSourceTest : public testing::Test {
protected:
  RpcProofSourceTest() {
    Account& account = fake_.accounts[alice];
    account.balance = 500;
    account.nonce = 7;
    account.code = make_bytecode({0x60, 0x2a});
    std::vector<std::pair<uint256, uint256>> words;
    for (uint64_t i = 0; i < 50; ++i) words.emplace_back(i, 1000 + i);
    account.storage.insert(words.begin(), words.end());
    fake_.accounts[bob].balance = 1;
    fake_.trie = std::make_shared<StateTrie>();
    std::vector<StateTrie::Entry> entries = {{alice, 7, 500, account.code->hash, words},
                                             {bob, 0, 1, empty_code_hash, {}}};
    for (uint64_t i = 1; i < 100; ++i)
      entries.push_back({to_address(uint256(i) << 90), i, i, empty_code_hash, {}});
    fake_.trie->load(entries);
    std::string parent = to_hex32(0x77);
    for (uint64_t n = 80; n <= 97; ++n) {
      fake_.blocks[n] = header(n, parent, fake_.trie->root());
      parent = fake_.blocks[n]["hash"];
    }
    start();
  }
  void start() {
    node_ = std::move(*RpcNode::create(loop_, fake_.url(), {.timeout = 2s}));
    Head head;
    head.hash = *parse_hash(fake_.blocks[97]["hash"].get<std::string>());
    head.env.number = 97;
    source_ = std::make_unique<RpcProofSource>(*node_, head);
    fake_.requests.clear();
  }
  using Answers = std::map<std::string, std::expected<StateValue, Unavailable>>;
  Answers read(const std::vector<StateKey>& keys) {
    Answers got;
    source_->read(keys, [&](std::vector<Answer> answers) {
      for (Answer& answer : answers)
        EXPECT_TRUE(got.emplace(to_string(answer.key), std::move(answer.value)).second);
    });
    EXPECT_TRUE(loop_.run_until([&] { return got.size() == keys.size(); }));
    return got;
  }
  static uint256 word(const Answers& answers, const StateKey& key) {
    const auto& value = answers.at(to_string(key));
    EXPECT_TRUE(value) << value.error().cause;
    return value ? value->word : uint256::max();
  }
  void expect_false(const StateKey& key, std::string_view part) {
    start();
    const Answers got = read({key});
    const auto& value = got.at(to_string(key));
    ASSERT_FALSE(value) << part;
    EXPECT_NE(value.error().cause.find(part), std::string::npos) << value.error().cause;
    EXPECT_FALSE(value.error().transient) << value.error().cause;
    EXPECT_EQ(value.error().source, fake_.url());
  }

  EventLoop loop_;
  FakeNode fake_{loop_};
  std::unique_ptr<RpcNode> node_;
  std::unique_ptr<RpcProofSource> source_;
};

TEST_F(RpcProofSourceTest, ReadsEveryKindInOneRequest) {
  const auto of = [](StateKind kind, const Address& address) {
    return StateKey::of(kind, address);
  };
  const std::vector<StateKey> keys = {balance,
                                      code,
                                      slot(3),
                                      slot(4000),
                                      of(StateKind::nonce, alice),
                                      of(StateKind::code_hash, alice),
                                      of(StateKind::existence, alice),
                                      of(StateKind::has_storage, alice),
                                      of(StateKind::has_storage, bob),
                                      of(StateKind::existence, nobody),
                                      of(StateKind::code, nobody),
                                      StateKey::storage(nobody, 1),
                                      StateKey::storage(bob, 1),
                                      StateKey::block_hash(96),
                                      StateKey::block_hash(90)};
  const Answers got = read(keys);
  EXPECT_EQ(fake_.requests.size(), 1u);
  EXPECT_EQ(word(got, balance), uint256(500));
  EXPECT_EQ(got.at(to_string(code))->code->bytes, (Bytes{0x60, 0x2a}));
  EXPECT_EQ(word(got, slot(3)), uint256(1003));
  EXPECT_EQ(word(got, slot(4000)), uint256(0));
  EXPECT_EQ(word(got, keys[4]), uint256(7));
  EXPECT_EQ(word(got, keys[5]), from(make_bytecode({0x60, 0x2a})->hash));
  EXPECT_EQ(word(got, keys[6]), uint256(1));
  EXPECT_EQ(word(got, keys[7]), uint256(1));
  EXPECT_EQ(word(got, keys[8]), uint256(0));
  EXPECT_EQ(word(got, keys[9]), uint256(0));
  EXPECT_TRUE(got.at(to_string(keys[10]))->code->bytes.empty());
  EXPECT_EQ(word(got, keys[11]), uint256(0));
  EXPECT_EQ(word(got, keys[12]), uint256(0));
  for (const uint64_t n : {96, 90})
    EXPECT_EQ(word(got, StateKey::block_hash(n)),
              from(*parse_hash(fake_.blocks[n]["hash"].get<std::string>())));
  read({slot(5)});
  EXPECT_EQ(fake_.methods().back(), std::vector<std::string>{"eth_getProof"})
      << "the header is known";
}

TEST_F(RpcProofSourceTest, LiesAreFoundOut) {
  // The fields beside the proofs are not even looked at.
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] != "eth_getProof") return;
    item["result"]["balance"] = "0x1";
    item["result"]["storageProof"][0]["value"] = "0x1";
  };
  EXPECT_EQ(word(read({slot(3), balance}), balance), uint256(500));

  const auto twist_proof = [&](auto change) {
    fake_.twist = [=](Json& item, const Json& call) {
      if (call["method"] == "eth_getProof") change(item["result"]);
    };
  };
  twist_proof([](Json& proof) { proof["accountProof"].erase(0); });
  expect_false(balance, "the account's proof is false");
  twist_proof([](Json& proof) { proof["accountProof"].clear(); });
  expect_false(balance, "the account's proof is false");
  twist_proof([](Json& proof) { proof["storageProof"][0]["proof"].clear(); });
  expect_false(slot(3), "the proof of slot 0x3 is false");
  twist_proof([](Json& proof) { proof["storageProof"].clear(); });
  expect_false(slot(3), "no proof of slot 0x3");
  twist_proof([](Json& proof) { proof["storageProof"] = 7; });
  expect_false(slot(3), "storageProof");
  fake_.twist = [&](Json& item, const Json& call) { // a proof, but of another account
    if (call["method"] == "eth_getProof")
      item["result"]["accountProof"] =
          Json::array({to_hex(fake_.trie->prove_account(bob).front())});
  };
  expect_false(balance, "the account's proof is false");
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_getCode") item["result"] = "0x602b";
  };
  expect_false(code, "the code is false");
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_getBlockByHash") item["result"]["stateRoot"] = to_hex32(1);
  };
  expect_false(balance, "is false: its fields have the hash");
  fake_.twist = [](Json& item, const Json& call) { // of another chain
    if (call["params"][0] == "0x5f") item["result"]["parentHash"] = to_hex32(1);
  };
  expect_false(StateKey::block_hash(90), "the header of block 95: false");
  expect_false(StateKey::block_hash(97), "none of the 256 before");
}

TEST_F(RpcProofSourceTest, NoChangedByteOfAProofIsBelieved) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  const auto spoil = [&](Json& nodes) {
    auto& text = nodes[random.below(nodes.size())].get_ref<std::string&>();
    char& digit = text[2 + random.below(text.size() - 2)];
    digit = digit == '0' ? '1' : '0';
  };
  for (int i = 0; i < 300; ++i) {
    const bool of_account = random.chance(0.5);
    fake_.twist = [&](Json& item, const Json& call) {
      if (call["method"] != "eth_getProof") return;
      Json& proof = item["result"];
      spoil(of_account ? proof["accountProof"] : proof["storageProof"][0]["proof"]);
    };
    expect_false(slot(random.below(60)), "proof");
  }
}

TEST_F(RpcProofSourceTest, HeadersOfHeadsAreProvedToo) {
  node_ = std::move(*RpcNode::create(loop_, fake_.url(), {.timeout = 2s, .prove_headers = true}));
  const auto fetch = [&] {
    std::optional<RpcNode::Outcome<Head>> outcome;
    node_->fetch_block(std::string("latest"),
                       [&](RpcNode::Outcome<Head> got) { outcome = std::move(got); });
    EXPECT_TRUE(loop_.run_until([&] { return outcome.has_value(); }));
    return *outcome;
  };
  EXPECT_TRUE(fetch());
  fake_.twist = [](Json& item, const Json&) { item["result"]["timestamp"] = "0x1"; };
  const auto outcome = fetch();
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().cause.find("the header is false"), std::string::npos);
}

TEST_F(RpcProofSourceTest, FallsBackToNumbers) {
  fake_.takes_hash_objects = false;
  EXPECT_EQ(word(read({slot(3), code}), slot(3)), uint256(1003));
  EXPECT_EQ(fake_.requests.size(), 2u);
  read({slot(4)});
  EXPECT_EQ(fake_.requests.size(), 3u) << "that is remembered";
}

TEST_F(RpcProofSourceTest, FailuresAreNoLies) {
  fake_.instead = {503, ""};
  const Answers got = read({slot(3), StateKey::block_hash(95)});
  for (const auto& [key, value] : got) {
    ASSERT_FALSE(value);
    EXPECT_TRUE(value.error().transient);
  }
}

} // namespace
} // namespace runahead
