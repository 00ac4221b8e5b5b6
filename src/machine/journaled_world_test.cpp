#include "machine/journaled_world.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// Every account has code: one byte, the last of its address.
class CodeView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    if (key.kind != StateKind::code) return nullptr;
    StateValue& value = values_[key];
    if (value.code == nullptr) value.code = make_bytecode({key.address.bytes[19]});
    return &value;
  }

private:
  mutable std::unordered_map<StateKey, StateValue> values_;
};

TEST(JournaledWorld, PreparedCodeFollowsTheAccountsCode) {
  const CodeView view;
  Caches caches;
  JournaledWorld world(view, {}, {}, {Fork::osaka, {}, 1}, caches);
  const Address a = to_address(0x5b);
  const auto first_byte = [&] {
    EXPECT_NE(world.journal.code(a), nullptr);
    return world.prepared_code(a)->bytes()[0];
  };
  EXPECT_EQ(first_byte(), 0x5b);
  EXPECT_EQ(&world.prepared_code(a), &world.prepared_code(a));
  const auto before = world.journal.checkpoint();
  world.journal.set_code(a, make_bytecode({0x01}));
  EXPECT_EQ(first_byte(), 0x01);
  world.journal.revert(before);
  EXPECT_EQ(first_byte(), 0x5b);
  world.journal.override_code(a, make_bytecode({0x02}));
  EXPECT_EQ(first_byte(), 0x02);
}

} // namespace
} // namespace runahead
