#include "sources/fault.hpp"
#include "sources/memory.hpp"
#include "sources/record.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace runahead {
namespace {

const Address alice = to_address(0xa11ce);

MemorySource example() {
  AccountMap accounts;
  Account& account = accounts[alice];
  account.balance = uint256::max();
  account.nonce = 7;
  account.code = make_bytecode({0x60, 0x00});
  account.storage[3] = 33;
  MemorySource source(std::move(accounts));
  source.set_block_hash(12, to_hash(99));
  return source;
}

std::vector<StateKey> every_kind() {
  std::vector<StateKey> keys;
  for (const StateKind kind : {StateKind::existence, StateKind::balance, StateKind::nonce,
                               StateKind::code_hash, StateKind::code, StateKind::has_storage})
    keys.push_back(StateKey::of(kind, alice));
  keys.push_back(StateKey::storage(alice, 3));
  keys.push_back(StateKey::storage(alice, 4));
  keys.push_back(StateKey::block_hash(12));
  keys.push_back(StateKey::block_hash(13)); // fails
  return keys;
}

std::vector<Answer> read(StateSource& source, std::vector<StateKey> keys) {
  std::vector<Answer> got;
  source.read(std::move(keys), [&](std::vector<Answer> answers) {
    std::ranges::move(answers, std::back_inserter(got));
  });
  return got;
}

std::string text_of(const Answer& answer) { return to_json(Recording{"null", {answer}}); }

TEST(Record, ReplaysEveryKindFromText) {
  MemorySource inner = example();
  RecordSource recorder(inner);
  const auto original = read(recorder, every_kind());
  const std::string text = to_json(Recording{R"({"to":"0x1"})", recorder.reads()});
  const auto recording = parse_recording(text);
  ASSERT_TRUE(recording) << recording.error().message;
  EXPECT_EQ(recording->context, R"({"to":"0x1"})");
  EXPECT_EQ(to_json(*recording), text);
  ReplaySource replay(recording->reads, "again");
  EXPECT_FALSE(replay.complete());
  const auto again = read(replay, every_kind());
  ASSERT_EQ(again.size(), original.size());
  for (size_t i = 0; i < again.size(); ++i) {
    ASSERT_EQ(again[i].key, original[i].key);
    EXPECT_EQ(text_of(again[i]), text_of(original[i]));
    ASSERT_EQ(again[i].value.has_value(), original[i].value.has_value());
    if (again[i].value) EXPECT_EQ(again[i].value->word, original[i].value->word);
  }
  EXPECT_FALSE(again.back().value);
}

TEST(Record, WhatWasNotRecordedIsUnavailable) {
  MemorySource inner = example();
  RecordSource recorder(inner);
  read(recorder, {StateKey::storage(alice, 3)});
  ReplaySource replay(recorder.reads(), "again");
  const auto got = read(replay, {StateKey::storage(alice, 3), StateKey::storage(alice, 4)});
  EXPECT_EQ(got[0].value->word, uint256(33));
  ASSERT_FALSE(got[1].value);
  EXPECT_EQ(got[1].value.error().source, "again");
  EXPECT_FALSE(got[1].value.error().transient);
  EXPECT_NE(got[1].value.error().cause.find("was not recorded"), std::string::npos);
}

TEST(Record, TheLastAnswerCounts) {
  MemorySource inner = example();
  FaultSource faulty(inner, {.transient_chance = 1, .most_failures = 1}, 1);
  RecordSource recorder(faulty);
  read(recorder, {StateKey::storage(alice, 3)});
  ASSERT_EQ(recorder.reads().size(), 1u);
  EXPECT_FALSE(recorder.reads()[0].value);
  read(recorder, {StateKey::storage(alice, 3)});
  ASSERT_EQ(recorder.reads().size(), 1u);
  EXPECT_EQ(recorder.reads()[0].value->word, uint256(33));
}

TEST(Record, RefusalsNameTheField) {
  const auto with_read = [](std::string_view read) {
    return R"({"format": "runahead-recording 1", "reads": [)" + std::string(read) + "]}";
  };
  const std::string address = R"("address": "0x0000000000000000000000000000000000000001")";
  const std::pair<std::string, const char*> bad[] = {
      {"", "not JSON"},
      {"{}", "is not a recording"},
      {R"({"format": "runahead-recording 2", "reads": []})", "format: expected"},
      {R"({"format": "runahead-recording 1"})", "reads: expected an array"},
      {with_read("7"), "reads[0]: expected an object"},
      {with_read(R"({"kind": "mood"})"), "reads[0]: kind: expected a kind"},
      {with_read(R"({"kind": "nonce", "value": "0x1"})"), "reads[0]: address: missing"},
      {with_read(R"({"kind": "nonce", )" + address + "}"), "reads[0]: value: missing"},
      {with_read(R"({"kind": "storage", "value": "0x1", )" + address + "}"), "slot: missing"},
      {with_read(R"({"kind": "code", "value": 7, )" + address + "}"), "value: expected hex"},
      {with_read(R"({"kind": "nonce", "error": {"source": "x"}, )" + address + "}"),
       "error: cause: missing"},
      {with_read(R"({"kind": "nonce", "valu": "0x1", )" + address + "}"), "'valu': unknown field"},
      {with_read(R"({"kind": "nonce", "value": "0x1", )" + address +
                 R"(}, {"kind": "nonce", "value": "0x2", )" + address + "}"),
       "reads[1]: nonce of 0x"},
  };
  for (const auto& [text, part] : bad) {
    const auto recording = parse_recording(text);
    ASSERT_FALSE(recording) << text;
    EXPECT_NE(recording.error().message.find(part), std::string::npos) << recording.error().message;
  }
}

TEST(Record, FilesRoundTrip) {
  std::string name = testing::TempDir() + "runahead-record-XXXXXX";
  const std::string folder = mkdtemp(name.data()), path = folder + "/call.json";
  MemorySource inner = example();
  RecordSource recorder(inner);
  read(recorder, every_kind());
  ASSERT_TRUE(save_recording(path, {"{}", recorder.reads()}));
  EXPECT_EQ(load_recording(path)->reads.size(), every_kind().size());
  const auto unsaved = save_recording(folder + "/no/such/file", {});
  ASSERT_FALSE(unsaved);
  EXPECT_NE(unsaved.error().message.find("/no/such/file"), std::string::npos);
  const auto absent = load_recording(folder + "/absent.json");
  ASSERT_FALSE(absent);
  EXPECT_TRUE(absent.error().message.starts_with(folder + "/absent.json"));
  std::filesystem::remove_all(folder);
}

} // namespace
} // namespace runahead
