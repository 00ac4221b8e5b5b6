#include "statetest/verdict.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(Verdict, TheFirstDifferenceIsNamed) {
  const AccountMap accounts;
  const PreState state(accounts);
  const Ending same;
  EXPECT_EQ(first_difference(state, same, same), "");
  const auto differs = [&](auto change) {
    Ending other;
    change(other);
    return first_difference(state, same, other);
  };
  EXPECT_EQ(differs([](Ending& e) { e.trouble = "no end"; }), "trouble:  against no end");
  EXPECT_EQ(differs([](Ending& e) {
              e.refusal = InvalidCode::nonce_too_low;
              e.refusal_text = "nonce too low";
            }),
            "refusal: valid against nonce too low");
  EXPECT_EQ(differs([](Ending& e) { e.result.status = Status::revert; }),
            "status: success against execution reverted");
  EXPECT_EQ(differs([](Ending& e) { e.result.gas_used = 1; }), "gas used: 0 against 1");
  EXPECT_EQ(differs([](Ending& e) { e.result.refund = 1; }), "refund: 0 against 1");
  EXPECT_EQ(differs([](Ending& e) { e.result.output = {1}; }), "output: 0x against 0x01");
  EXPECT_TRUE(differs([](Ending& e) { e.result.logs.emplace_back(); }).starts_with("logs: "));
  EXPECT_TRUE(differs([](Ending& e) {
                e.result.created = Address{};
              }).starts_with("created: no account created against 0x00"));
  EXPECT_TRUE(differs([](Ending& e) {
                e.changes.emplace_back();
                e.changes.back().balance = 1;
              }).starts_with("state: 0x0000"));
}

/// A balance that is told but unchanged is no difference: which are told depends on what was read.
TEST(Verdict, ChangesToTheSameAreNoDifference) {
  AccountMap accounts;
  accounts[Address{}].balance = 5;
  const PreState state(accounts);
  Ending told;
  told.changes.emplace_back();
  told.changes.back().balance = 5;
  EXPECT_EQ(first_difference(state, Ending(), told), "");
}

TEST(Verdict, AnExecutionWithoutEndFails) {
  const AccountMap accounts;
  const PreState state(accounts);
  FixtureCase item;
  item.state_root = state.root();
  Ending ending;
  ending.trouble = "balance of 0x01 unavailable";
  const CaseResult result = judge(item, state, ending);
  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_EQ(result.message, "expected an end got balance of 0x01 unavailable");
}

} // namespace
} // namespace runahead
