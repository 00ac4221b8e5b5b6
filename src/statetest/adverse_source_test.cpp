#include "io/virtual_loop.hpp"
#include "sources/memory.hpp"
#include "state/broker.hpp"
#include "statetest/adverse_source.hpp"

#include <gtest/gtest.h>

#include <set>

namespace runahead {
namespace {

struct Reading {
  bool complete = false;
  uint64_t failures = 0;
  Duration took{};
  std::vector<uint64_t> order; ///< slots as they arrived
};

/// Notes slots as they arrive.
class Listener final : public Broker::Listener {
public:
  explicit Listener(std::vector<uint64_t>& order) : order_(order) {}
  void arrived(const std::vector<StateKey>& keys) override {
    for (const StateKey& key : keys) order_.push_back(key.slot.w[0]);
  }

private:
  std::vector<uint64_t>& order_;
};

/// Reads 40 slots at once through a broker.
Reading read_all(uint64_t seed) {
  AccountMap accounts;
  for (uint64_t slot = 0; slot < 40; ++slot) accounts[Address{}].storage[slot] = slot + 1;
  MemorySource memory(accounts);
  VirtualLoop loop;
  AdverseSource adverse(memory, loop, seed);
  Broker broker(adverse.source(), loop);
  Reading run;
  Listener listener(run.order);
  broker.add_listener(listener);
  for (uint64_t slot = 0; slot < 40; ++slot) broker.want(StateKey::storage({}, slot));
  broker.flush();
  loop.run_until_idle();
  run.complete = true;
  for (uint64_t slot = 0; slot < 40; ++slot) {
    const StateValue* value = broker.find(StateKey::storage({}, slot));
    run.complete = run.complete && value != nullptr && value->word == uint256(slot + 1);
  }
  run.failures = adverse.failures();
  run.took = loop.now();
  broker.remove_listener(listener);
  return run;
}

TEST(AdverseSource, EverythingArrivesInTheEndWhateverHappens) {
  uint64_t with_failures = 0;
  std::set<std::vector<uint64_t>> orders;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Reading run = read_all(seed);
    EXPECT_TRUE(run.complete) << "seed " << seed;
    EXPECT_GT(run.took, Duration::zero()) << "seed " << seed;
    with_failures += run.failures > 0;
    orders.insert(run.order);
  }
  EXPECT_GT(with_failures, 80u);
  EXPECT_GT(orders.size(), 100u);
}

TEST(AdverseSource, ASeedRepeatsItself) {
  const Reading one = read_all(3), again = read_all(3);
  EXPECT_EQ(one.order, again.order);
  EXPECT_EQ(one.took, again.took);
  EXPECT_EQ(one.failures, again.failures);
}

} // namespace
} // namespace runahead
