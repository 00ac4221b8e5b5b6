#include "base/limits.hpp"
#include "io/virtual_loop.hpp"
#include "state/broker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace runahead {
namespace {

using namespace std::chrono_literals;

StateKey slot(uint64_t n) { return StateKey::storage({}, n); }

/// Answers after 10 ms with the slot's number; the keys in `failing` fail so many times first.
class ScriptedSource final : public StateSource {
public:
  explicit ScriptedSource(Executor& executor) : executor_(executor) {}
  std::string_view name() const override { return "script"; }
  bool complete() const override { return false; }
  size_t batch_limit() const override { return limit; }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    batches.push_back(keys.size());
    executor_.after(10ms, [this, keys = std::move(keys), sink = std::move(sink)]() mutable {
      std::vector<Answer> answers;
      for (const StateKey& key : keys) {
        if (key.kind == StateKind::code) {
          answers.push_back({key, StateValue{{}, make_bytecode(Bytes{0x5b})}});
          continue;
        }
        int& failures = failing[key.slot.w[0]];
        if (failures-- > 0)
          answers.push_back({key, std::unexpected(Unavailable{"script", "busy", transient})});
        else
          answers.push_back({key, StateValue{key.slot, nullptr}});
      }
      sink(std::move(answers));
    });
  }

  size_t limit = 100;
  bool transient = true;
  std::map<uint64_t, int> failing;
  std::vector<size_t> batches;

private:
  Executor& executor_;
};

class BrokerTest : public testing::Test, protected Broker::Listener {
protected:
  void arrived(const std::vector<StateKey>& keys) override {
    arrivals.insert(arrivals.end(), keys.begin(), keys.end());
  }
  VirtualLoop loop;
  ScriptedSource source{loop};
  Broker broker{source, loop};
  std::vector<StateKey> arrivals;
};

/// Has one value.
class OneValue final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    return key == slot(1) ? &value_ : nullptr;
  }

private:
  StateValue value_{77, nullptr};
};

TEST_F(BrokerTest, WhatIsGivenIsNeverAskedFor) {
  const OneValue given;
  Broker knowing(source, loop, &given);
  EXPECT_FALSE(knowing.want(slot(1)));
  EXPECT_TRUE(knowing.want(slot(2)));
  knowing.flush();
  loop.run_until_idle();
  EXPECT_EQ(knowing.find(slot(1))->word, uint256{77});
  EXPECT_EQ(knowing.find(slot(2))->word, uint256{2});
  EXPECT_EQ(source.batches, (std::vector<size_t>{1}));
}

TEST_F(BrokerTest, JoinsWantsAndCachesValues) {
  EXPECT_TRUE(broker.want(slot(7)));
  EXPECT_FALSE(broker.want(slot(7)));
  EXPECT_EQ(broker.find(slot(7)), nullptr);
  broker.flush();
  EXPECT_FALSE(broker.want(slot(7)));
  EXPECT_TRUE(broker.pending(slot(7)));
  loop.run_until_idle();
  ASSERT_NE(broker.find(slot(7)), nullptr);
  EXPECT_EQ(broker.find(slot(7))->word, uint256{7});
  EXPECT_FALSE(broker.want(slot(7)));
  EXPECT_EQ(broker.stats().requests, 1u);
}

TEST_F(BrokerTest, CutsBatchesAtTheSourcesLimit) {
  source.limit = 3;
  for (uint64_t i = 0; i < 8; ++i) broker.want(slot(i));
  broker.flush();
  loop.run_until_idle();
  std::ranges::sort(source.batches);
  EXPECT_EQ(source.batches, (std::vector<size_t>{2, 3, 3}));
  EXPECT_EQ(broker.stats().rounds, 1u);
  broker.want(slot(100));
  broker.flush();
  loop.run_until_idle();
  EXPECT_EQ(broker.stats().rounds, 2u);
}

TEST_F(BrokerTest, AsksAgainAfterTransientFailuresOnly) {
  broker.add_listener(*this);
  source.failing = {{1, limits::read_attempts - 1}, {2, limits::read_attempts}};
  broker.want(slot(1));
  broker.want(slot(2));
  broker.flush();
  loop.run_until_idle();
  ASSERT_NE(broker.find(slot(1)), nullptr);
  EXPECT_EQ(broker.find(slot(2)), nullptr);
  ASSERT_NE(broker.failure(slot(2)), nullptr);
  EXPECT_EQ(broker.failure(slot(2))->cause, "busy");
  EXPECT_EQ(arrivals.size(), 2u);
  EXPECT_EQ(broker.stats().retries, limits::read_attempts - 1);

  source.transient = false;
  source.failing = {{3, 1}};
  broker.want(slot(3));
  broker.flush();
  loop.run_until_idle();
  EXPECT_NE(broker.failure(slot(3)), nullptr);
  broker.remove_listener(*this);
}

/// A real clock moves on while answers are worked with.
class TickingExecutor final : public Executor {
public:
  explicit TickingExecutor(Executor& loop) : loop_(loop) {}
  Duration now() const override { return loop_.now() + Duration{++ticks_}; }
  void post(Task task) override { loop_.post(std::move(task)); }
  void after(Duration delay, Task task) override { loop_.after(delay, std::move(task)); }

private:
  Executor& loop_;
  mutable int64_t ticks_ = 0;
};

/// Asks for the next slot as soon as one has come, up to a last one.
class Follower final : public Broker::Listener {
public:
  Follower(Broker& broker, uint64_t last) : broker_(broker), last_(last) {}
  void arrived(const std::vector<StateKey>& keys) override {
    const uint64_t next = keys.at(0).slot.w[0] + 1;
    if (next > last_) return;
    broker_.want(slot(next));
    broker_.flush();
  }

private:
  Broker& broker_;
  uint64_t last_;
};

TEST_F(BrokerTest, CountsRoundsOfRequestsMadeOnArrival) {
  TickingExecutor ticking(loop);
  Broker slow(source, ticking);
  Follower follower(slow, 5);
  slow.add_listener(follower);
  slow.want(slot(1));
  slow.flush();
  loop.run_until_idle();
  EXPECT_EQ(slow.stats().rounds, 5u);
  slow.remove_listener(follower);
}

TEST_F(BrokerTest, CodeTellsItsHashToo) {
  broker.want(StateKey::of(StateKind::code, {}));
  broker.flush();
  loop.run_until_idle();
  const StateValue* hash = broker.find(StateKey::of(StateKind::code_hash, {}));
  ASSERT_NE(hash, nullptr);
  EXPECT_EQ(to_hash(hash->word), make_bytecode(Bytes{0x5b})->hash);
}

TEST_F(BrokerTest, LateAnswersFindNobody) {
  {
    Broker gone(source, loop);
    gone.want(slot(1));
    gone.flush();
  }
  loop.run_until_idle();
}

} // namespace
} // namespace runahead
