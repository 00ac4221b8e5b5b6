// Reads through a node that fails in every way, at random: each key gets its right value or a
// failure that says why, in time, and nothing is left behind.
#include "base/random.hpp"
#include "sources/faulty_node_for_test.hpp"
#include "sources/rpc_source.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unordered_set>

namespace runahead {
namespace {

using namespace std::chrono_literals;

Address account(uint64_t i) { return to_address(uint256(i + 1) << 80); }

size_t open_descriptors() {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                           std::filesystem::directory_iterator{}));
}

size_t resident_kib() {
  std::ifstream file("/proc/self/statm");
  size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * 4;
}

class RpcFaultsTest : public testing::Test {
protected:
  static constexpr uint64_t accounts = 20, head_number = 97;
  static constexpr size_t response_bytes = 256 * 1024;
  static constexpr Duration timeout = 500ms;

  RpcFaultsTest() {
    answers_.has_storage_values = answers_.runs_programs = answers_.has_account_info = true;
    for (uint64_t i = 0; i < accounts; ++i) {
      Account& entry = answers_.accounts[account(i)];
      entry.balance = i * 1000 + 1;
      entry.nonce = i;
      entry.code = make_bytecode(Bytes(i * 50, static_cast<uint8_t>(i)));
      for (uint64_t slot = 0; slot < 30; ++slot) entry.storage[slot] = i * 100 + slot + 1;
    }
    truth_ = std::make_unique<MemorySource>(answers_.accounts);
    for (uint64_t n = 0; n < head_number; ++n) truth_->set_block_hash(n, FakeAnswers::hash_of(n));
  }

  static FaultShares shares() {
    FaultShares shares;
    for (size_t i = 1; i < shares.of.size(); ++i) shares.of[i] = 0.02;
    shares[NodeFault::stall] = 0.003;
    // All requests wait after one of these.
    shares[NodeFault::limit] = shares[NodeFault::limit_items] = 0.0005;
    return shares;
  }

  StateKey draw_key() {
    constexpr std::array kinds = {StateKind::existence, StateKind::balance,   StateKind::nonce,
                                  StateKind::code_hash, StateKind::code,      StateKind::storage,
                                  StateKind::storage,   StateKind::block_hash};
    const StateKind kind = kinds[random_.below(kinds.size())];
    if (kind == StateKind::block_hash)
      return StateKey::block_hash(head_number - 1 - random_.below(10));
    const Address address = account(random_.below(accounts + 2)); // two that do not exist
    if (kind == StateKind::storage) return StateKey::storage(address, random_.below(33));
    return StateKey::of(kind, address);
  }

  void connect(const std::string& url) {
    node_ = std::move(*RpcNode::create(
        loop_, url, {.timeout = timeout, .http = {.response_bytes = response_bytes}}));
    bool done = false;
    node_->connect([&](RpcNode::Outcome<void> outcome) {
      EXPECT_TRUE(outcome) << outcome.error().cause;
      done = true;
    });
    ASSERT_TRUE(loop_.run_until([&] { return done; }));
    renew_source();
  }
  void renew_source() {
    Head head;
    head.hash = FakeAnswers::hash_of(head_number);
    head.parent = FakeAnswers::hash_of(head_number - 1);
    head.env.number = head_number;
    source_ = std::make_unique<RpcSource>(*node_, head);
  }

  void start_call() {
    std::unordered_set<StateKey> keys;
    for (uint64_t i = random_.between(1, 8); i > 0; --i) keys.insert(draw_key());
    ++under_way_;
    auto open = std::make_shared<std::unordered_set<StateKey>>(keys);
    source_->read({keys.begin(), keys.end()},
                  [this, open, begin = loop_.now()](std::vector<Answer> answers) {
                    for (const Answer& answer : answers) check(answer, *open);
                    if (!open->empty()) return;
                    longest_ = std::max(longest_, loop_.now() - begin);
                    --under_way_;
                  });
  }

  void check(const Answer& answer, std::unordered_set<StateKey>& open) {
    const bool asked = open.erase(answer.key) != 0;
    if (!answer.value) {
      ++failures_;
      EXPECT_TRUE(asked) << to_string(answer.key);
      EXPECT_EQ(answer.value.error().source, node_->name());
      EXPECT_GT(answer.value.error().cause.size(), 10u);
      return;
    }
    ++values_;
    const auto right = truth_->value(answer.key);
    ASSERT_TRUE(right);
    EXPECT_EQ(answer.value->word, right->word) << to_string(answer.key);
    if (right->code) {
      EXPECT_EQ(answer.value->code->bytes, right->code->bytes) << to_string(answer.key);
    }
  }

  void run_calls(uint64_t calls) {
    constexpr uint64_t at_once = 32, calls_of_a_block = 500;
    for (uint64_t done = 0; done < calls; done += calls_of_a_block) {
      uint64_t left = std::min(calls - done, calls_of_a_block);
      const auto finished = [&] {
        for (; left > 0 && under_way_ < at_once; --left) start_call();
        return under_way_ == 0;
      };
      ASSERT_TRUE(loop_.run_until(finished));
      renew_source(); // as for the next block: what failed at one may work at the next
    }
  }

  FakeAnswers answers_;
  std::unique_ptr<MemorySource> truth_;
  EventLoop loop_;
  std::unique_ptr<RpcNode> node_;
  std::unique_ptr<RpcSource> source_;
  Random random_{0};
  size_t under_way_ = 0;
  uint64_t values_ = 0, failures_ = 0;
  Duration longest_{0};
};

TEST_F(RpcFaultsTest, EveryAnswerIsRightOrAClearFailure) {
  const char* full = std::getenv("RUNAHEAD_FULL");
  const uint64_t calls = full != nullptr && std::string_view(full) == "1" ? 100'000 : 3'000;
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  random_ = Random(seed);
  FaultyNode faulty(answers_, shares(), random_.next(), response_bytes + 1);
  connect(faulty.url());
  run_calls(500); // without faults: what stays allocated is allocated
  EXPECT_EQ(failures_, 0u);
  faulty.fails = true;
  run_calls(500);
  const size_t descriptors = open_descriptors(), resident = resident_kib();
  run_calls(calls);
  std::printf("%lu calls, %lu values, %lu failures, the longest took %.0f ms; %s\n", calls, values_,
              failures_, std::chrono::duration<double, std::milli>(longest_).count(),
              to_string(node_->cost()).c_str());
  EXPECT_GT(values_, 2 * calls);
  EXPECT_GT(failures_, calls / 10);
  // A read may go three ways one after the other; the rest is for a machine under load.
  EXPECT_LT(longest_, 3 * timeout + 2s);
  EXPECT_LE(open_descriptors(), descriptors + 2 * limits::source_connections + 4);
  EXPECT_LE(resident_kib(), resident + 16 * 1024);
  for (size_t i = 1; i < static_cast<size_t>(NodeFault::count); ++i)
    if (static_cast<NodeFault>(i) != NodeFault::limit &&
        static_cast<NodeFault>(i) != NodeFault::limit_items) {
      EXPECT_GT(faulty.count(static_cast<NodeFault>(i)), 0u) << i;
    }
}

TEST_F(RpcFaultsTest, TenThousandReadsAtOnce) {
  FaultyNode healthy(answers_, {}, 1, 0);
  node_ = std::move(*RpcNode::create(loop_, healthy.url(), {.timeout = 60s}));
  renew_source();
  constexpr size_t reads = 10'000;
  size_t answered = 0;
  for (size_t i = 0; i < reads; ++i)
    source_->read({StateKey::storage(account(i % accounts), i % 30)},
                  [&, i](std::vector<Answer> answers) {
                    ASSERT_TRUE(answers[0].value) << answers[0].value.error().cause;
                    EXPECT_EQ(answers[0].value->word, uint256(i % accounts * 100 + i % 30 + 1));
                    ++answered;
                  });
  EXPECT_EQ(answered, 0u);
  EXPECT_TRUE(loop_.run_until([&] { return answered == reads; }));
}

} // namespace
} // namespace runahead
