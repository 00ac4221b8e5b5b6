#include "app/call_recording.hpp"
#include "app/local_chain.hpp"
#include "base/hex.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace runahead {
namespace {

CallContext example() {
  CallContext context;
  context.call.call = R"({"data":"0x0102"})";
  context.call.overrides = "{}";
  context.call.gas_cap = 77;
  context.block_hash.bytes[0] = 0xab;
  context.about.chain_id = 31337;
  context.about.fork = Fork::osaka;
  context.about.blobs = BlobSchedule{1, 2, 3};
  context.about.has_block = true;
  context.about.block.number = 97;
  return context;
}

TEST(CallContext, ComesBackAsItWas) {
  const CallContext context = example();
  const auto again = parse_call_context(to_json(context));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->call.call, context.call.call);
  EXPECT_EQ(again->call.overrides, "{}");
  EXPECT_EQ(again->call.block_overrides, "");
  EXPECT_EQ(again->call.gas_cap, 77u);
  EXPECT_EQ(again->block_hash, context.block_hash);
  EXPECT_EQ(again->about.chain_id, 31337u);
  EXPECT_EQ(again->about.blobs, context.about.blobs);
  EXPECT_EQ(again->about.block.number, 97u);
}

TEST(CallContext, RefusesWhatIsWrong) {
  const auto refused = [](const std::string& json, std::string_view part) {
    const auto context = parse_call_context(json);
    ASSERT_FALSE(context) << json;
    EXPECT_NE(context.error().message.find(part), std::string::npos) << context.error().message;
  };
  const std::string whole = to_json(example());
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    return text.replace(text.find(from), from.size(), to);
  };
  refused("null", "context: expected an object");
  refused("{", "context: expected an object");
  refused("{}", "context.call: missing");
  refused(changed("\"gasCap\":77", "\"gasCap\":\"many\""), "context.gasCap");
  refused(changed("\"0xab", "\"0xag"), "context.blockHash");
  refused(changed("Osaka", "Atlantis"), "context.state");
}

TEST(RecordingChain, KeepsWhatIsReadAndOpensAgain) {
  const std::string path = testing::TempDir() + "runahead-recording.json";
  const Address account{{0x11}};
  const auto memory = std::make_shared<MemorySource>();
  memory->accounts()[account].storage[1] = 42;
  ChainBlock block;
  block.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), 31337};
  block.env.number = 97;
  RuleClues clues;
  clues.chain_id = 31337;
  clues.demanded = Fork::osaka;
  LocalChain chain("here", block, *choose_rules(clues), memory);
  RecordingChain recording(chain);
  const StateKey key = StateKey::storage(account, 1);
  recording.open(block)->read({key}, [](std::vector<Answer>) {});
  ASSERT_TRUE(recording.save(path, example().call, block));

  const auto again = load_recorded_call(path);
  std::remove(path.c_str());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->call.call, example().call.call);
  EXPECT_EQ(again->state.about.block.number, 97u);
  EXPECT_EQ(again->state.about.fork, Fork::osaka);
  EXPECT_FALSE(again->state.source->complete());
  std::vector<Answer> answers;
  again->state.source->read({key, StateKey::storage(account, 2)}, [&](std::vector<Answer> some) {
    for (Answer& answer : some) answers.push_back(std::move(answer));
  });
  ASSERT_EQ(answers.size(), 2u);
  for (const Answer& answer : answers) {
    EXPECT_EQ(answer.value.has_value(), answer.key == key);
    if (answer.value) EXPECT_EQ(answer.value->word, uint256{42});
  }
}

TEST(RecordingChain, FailsWhereNothingCanBeWritten) {
  ChainBlock block;
  RuleClues clues;
  clues.demanded = Fork::osaka;
  LocalChain chain("here", block, *choose_rules(clues), std::make_shared<MemorySource>());
  const RecordingChain recording(chain);
  const auto saved =
      recording.save(testing::TempDir() + "nowhere/file.json", example().call, block);
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().message.find("nowhere"), std::string::npos);
}

} // namespace
} // namespace runahead
