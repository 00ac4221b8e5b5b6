#include "runahead/runahead.h"
#include "runahead/runahead.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace {

template <auto release>
struct Release {
  void operator()(auto* object) const { release(object); }
};
using Evm = std::unique_ptr<runahead_evm, Release<runahead_evm_free>>;
using Session = std::unique_ptr<runahead_session, Release<runahead_session_free>>;
using Report = std::unique_ptr<runahead_report, Release<runahead_report_free>>;

/// One contract, whose slot n holds n + 1; slot 9 cannot be read.
struct Chain {
  runahead::api::Bytes code;
  int reads = 0;
  bool from_thread = false;
  std::vector<std::thread> threads;

  ~Chain() {
    for (std::thread& thread : threads) thread.join();
  }
};

void answer(const Chain& chain, const runahead_key& key, runahead_reply* reply) {
  runahead_account account{};
  runahead_word value = key.slot;
  ++value.bytes[31];
  switch (key.kind) {
  case RUNAHEAD_KEY_ACCOUNT:
    account.exists = account.has_code = key.address.bytes[0] == 0xcc;
    account.balance.bytes[31] = 5;
    std::ranges::copy(runahead::api::keccak256(chain.code).bytes, account.code_hash.bytes);
    return runahead_reply_account(reply, &key.address, &account);
  case RUNAHEAD_KEY_CODE:
    return runahead_reply_code(reply, &key.address, chain.code.data(), chain.code.size());
  case RUNAHEAD_KEY_STORAGE:
    if (key.slot.bytes[31] == 9) return runahead_reply_fail(reply, &key, "slot 9 is gone", false);
    return runahead_reply_storage(reply, &key.address, &key.slot, &value);
  case RUNAHEAD_KEY_BLOCK_HASH: return runahead_reply_block_hash(reply, 99, &value);
  }
}

void read_chain(void* context, const runahead_key* keys, size_t count, runahead_reply* reply) {
  Chain& chain = *static_cast<Chain*>(context);
  ++chain.reads;
  auto work = [&chain, asked = std::vector(keys, keys + count), reply] {
    for (const runahead_key& key : asked) answer(chain, key, reply);
    runahead_reply_end(reply);
  };
  if (chain.from_thread)
    chain.threads.emplace_back(std::move(work));
  else
    work();
}

constexpr runahead_address contract{{0xcc}};

runahead_call call_with(const uint8_t (&slot)[32]) {
  runahead_call call{};
  call.to = &contract;
  call.data = slot;
  call.data_size = sizeof slot;
  call.gas = 100'000;
  return call;
}

/// By the thread that reads, and by others.
class CApi : public testing::TestWithParam<bool> {
protected:
  CApi() {
    chain_.from_thread = GetParam();
    // Loads the slot that the call data name, logs it under the topics 3 and the word, returns it.
    chain_.code = *runahead::api::parse_bytes("0x6000355480600360006000a260005260206000f3");
    const runahead_source source{&chain_, "chain", 2, read_chain};
    runahead_block block{};
    block.number = 100;
    session_.reset(runahead_session_new(evm_.get(), &source, 1, RUNAHEAD_OSAKA, &block));
  }

  std::vector<Report> run(const std::vector<runahead_call>& calls) {
    std::vector<runahead_report*> raw(calls.size());
    runahead_session_call(session_.get(), calls.data(), calls.size(), raw.data());
    return {raw.begin(), raw.end()};
  }

  Chain chain_;
  Evm evm_{runahead_evm_new(RUNAHEAD_THREADED, RUNAHEAD_SPECULATION_FULL, 0)};
  Session session_;
};

INSTANTIATE_TEST_SUITE_P(Threads, CApi, testing::Bool());

TEST_P(CApi, ExecutesCallsWithOutputAndLogs) {
  uint8_t first[32]{}, second[32]{};
  second[31] = 4;
  const auto reports = run({call_with(first), call_with(second)});
  for (const auto& [report, value] : {std::pair{&reports[0], 1}, std::pair{&reports[1], 5}}) {
    const runahead_report& r = **report;
    ASSERT_EQ(r.ending, RUNAHEAD_EXECUTED);
    EXPECT_EQ(r.status, RUNAHEAD_SUCCESS);
    ASSERT_EQ(r.output_size, 32u);
    EXPECT_EQ(r.output[31], value);
    ASSERT_EQ(r.log_count, 1u);
    ASSERT_EQ(r.logs[0].topic_count, 2u);
    EXPECT_EQ(r.logs[0].topics[0].bytes[31], 3);
    EXPECT_EQ(r.logs[0].topics[1].bytes[31], value);
    EXPECT_EQ(r.logs[0].address.bytes[0], 0xcc);
    EXPECT_EQ(r.created, nullptr);
    EXPECT_STREQ(r.message, "");
  }
  EXPECT_GT(chain_.reads, 0);
}

TEST_P(CApi, CreatesContracts) {
  runahead_call call{};
  call.gas = 100'000;
  const auto reports = run({call});
  ASSERT_EQ(reports[0]->ending, RUNAHEAD_EXECUTED);
  ASSERT_NE(reports[0]->created, nullptr);
  EXPECT_EQ(reports[0]->created->bytes[0], 0xbd);
}

TEST_P(CApi, TellsOtherEndingsApart) {
  uint8_t gone[32]{}, zero[32]{};
  gone[31] = 9;
  runahead_call unpaid = call_with(zero);
  unpaid.value.bytes[31] = 1;
  const auto reports = run({call_with(gone), unpaid});
  EXPECT_EQ(reports[0]->ending, RUNAHEAD_STATE_UNAVAILABLE);
  EXPECT_EQ(reports[0]->key.kind, RUNAHEAD_KEY_STORAGE);
  EXPECT_EQ(reports[0]->key.slot.bytes[31], 9);
  EXPECT_NE(std::string(reports[0]->message).find("slot 9 is gone"), std::string::npos);
  EXPECT_EQ(reports[1]->ending, RUNAHEAD_INVALID);
  EXPECT_NE(std::string(reports[1]->message).find("insufficient funds"), std::string::npos);
}

TEST(CApiRules, ComeFromTheSchedule) {
  runahead_fork fork = RUNAHEAD_FRONTIER;
  EXPECT_TRUE(runahead_fork_at(1, 12'965'000, 0, &fork));
  EXPECT_EQ(fork, RUNAHEAD_LONDON);
  EXPECT_FALSE(runahead_fork_at(31337, 0, 0, &fork));
  EXPECT_EQ(runahead_api_version(), RUNAHEAD_API_VERSION);
}

TEST(CApiLimits, EndTheCall) {
  const Evm evm(runahead_evm_new(RUNAHEAD_STEPPING, RUNAHEAD_SPECULATION_OFF, 5'000'000));
  Chain chain;
  chain.code = {0x5b, 0x60, 0x00, 0x56}; // for ever
  const runahead_source source{&chain, nullptr, 0, read_chain};
  const runahead_block block{};
  const Session session(runahead_session_new(evm.get(), &source, 1, RUNAHEAD_PRAGUE, &block));
  runahead_call call{};
  call.to = &contract;
  call.gas = UINT64_MAX;
  runahead_report* report = nullptr;
  runahead_session_call(session.get(), &call, 1, &report);
  EXPECT_EQ(Report(report)->ending, RUNAHEAD_TIMED_OUT);
}

} // namespace
