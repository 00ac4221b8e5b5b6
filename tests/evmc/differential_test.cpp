// Random programs natively and through the plugin: everything that can be observed agrees, on every
// fork and with both engines.
#include "differential/differential.hpp"
#include "differential/program_generator.hpp"
#include "evmc/journal_host.hpp"
#include "evmc/plugin.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

namespace runahead::evmc {
namespace {

using differential::MachineCase;
using differential::Observation;

/// The native status that the plugin reports as `code`. Initcode that is too long looks like lack
/// of gas.
Status native(StatusCode code) {
  switch (code) {
  case StatusCode::success: return Status::success;
  case StatusCode::revert: return Status::revert;
  case StatusCode::out_of_gas: return Status::out_of_gas;
  case StatusCode::invalid_instruction: return Status::invalid_opcode;
  case StatusCode::undefined_instruction: return Status::undefined_opcode;
  case StatusCode::stack_overflow: return Status::stack_overflow;
  case StatusCode::stack_underflow: return Status::stack_underflow;
  case StatusCode::bad_jump_destination: return Status::bad_jump;
  case StatusCode::invalid_memory_access: return Status::return_data_out_of_bounds;
  case StatusCode::static_mode_violation: return Status::static_violation;
  default: ADD_FAILURE() << "status " << static_cast<int>(code); return Status::success;
  }
}

/// The whole message in the plugin, over a host with the state of `world`.
CallResult execute(JournaledWorld& world, Vm& vm, const runahead::Message& m) {
  JournalHost host(world, vm);
  Message message{};
  message.gas = m.gas;
  message.recipient = m.recipient;
  message.sender = m.sender;
  message.code_address = m.code_address;
  message.value = to_hash(m.value);
  message.input_data = m.input.data();
  message.input_size = m.input.size();
  const Result result = host.execute(message);
  EXPECT_TRUE(result.status_code == StatusCode::success || result.gas_refund == 0);
  world.journal.add_refund(result.gas_refund);
  CallResult own{native(result.status_code),
                 result.gas_left,
                 {result.output_data, result.output_data + result.output_size},
                 {}};
  release(result);
  return own;
}

/// What a native run and one through the plugin must agree on. Before Berlin warmth means nothing,
/// and a host is not told of accesses. A host asks for what it needs, which is not what native
/// engines ask for.
Observation comparable(Observation observation, Fork fork) {
  if (observation.status == Status::initcode_too_large) observation.status = Status::out_of_gas;
  if (fork < Fork::berlin) {
    observation.effects.warm_accounts.clear();
    observation.effects.warm_slots.clear();
  }
  observation.reads.clear();
  return observation;
}

class PluginDifferential : public testing::TestWithParam<const char*> {};

TEST_P(PluginDifferential, AgreesWithTheNativeEngine) {
  const Option engine{"engine", GetParam()};
  const VmOwner vm = load_vm({&engine, 1});
  const uint64_t base = seed_from_environment();
  const uint64_t programs = std::getenv("RUNAHEAD_FULL") != nullptr ? 1'000'000 : 4'000;
  std::printf("RUNAHEAD_SEED=%lu\n", base);
  std::set<Fork> forks;
  Caches caches; // of the stepping engine, which attaches nothing to code
  for (uint64_t i = 0; i < programs; ++i) {
    Random random(base + i);
    MachineCase test = differential::random_case(random, {});
    forks.insert(test.fork);
    const MemorySource state(test.accounts);
    for (int limit = 0; limit < 2; ++limit, test.gas = static_cast<int64_t>(random.below(40'000))) {
      const Observation own = differential::run_case(test, state, SteppingEngine(), caches, {});
      const Observation hosted = differential::run_case(
          test, state, caches, [&](JournaledWorld& world, const runahead::Message& message) {
            return execute(world, *vm, message);
          });
      ASSERT_TRUE(comparable(own, test.fork) == comparable(hosted, test.fork))
          << "RUNAHEAD_SEED=" << base + i << "\n--- native\n"
          << to_text(own) << "--- plugin\n"
          << to_text(hosted);
    }
  }
  EXPECT_EQ(forks.size(), fork_count);
}

INSTANTIATE_TEST_SUITE_P(Engines, PluginDifferential, testing::Values("stepping", "threaded"));

} // namespace
} // namespace runahead::evmc
