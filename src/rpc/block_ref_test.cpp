#include "rpc/block_ref.hpp"
#include "rpc/json_input.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using Kind = BlockRef::Kind;

const std::string hash_text = "0x" + std::string(62, '0') + "ab";

/// The reference in JSON text, or the error's message.
std::pair<std::optional<BlockRef>, std::string> read(std::string_view json) {
  JsonText text;
  const auto root = text.parse(json);
  if (!root) return {std::nullopt, root.error().message};
  const auto block = read_block_ref(*root);
  if (!block) return {std::nullopt, block.error().message};
  return {*block, ""};
}

TEST(BlockRef, Tags) {
  EXPECT_EQ(read(R"("latest")").first->kind, Kind::latest);
  EXPECT_EQ(read(R"("pending")").first->kind, Kind::pending);
  EXPECT_EQ(read(R"("safe")").first->kind, Kind::safe);
  EXPECT_EQ(read(R"("finalized")").first->kind, Kind::finalized);
  EXPECT_EQ(read(R"("earliest")").first->kind, Kind::earliest);
  EXPECT_TRUE(read(R"("pending")").first->is_head());
  EXPECT_FALSE(read(R"("safe")").first->is_head());
}

TEST(BlockRef, NumbersAndHashes) {
  EXPECT_EQ(read(R"("0x61")").first, BlockRef::of(97));
  Hash256 hash;
  hash.bytes[31] = 0xab;
  EXPECT_EQ(read('"' + hash_text + '"').first, BlockRef::of(hash));
  EXPECT_EQ(read(R"({"blockNumber": "0x61"})").first, BlockRef::of(97));
  EXPECT_EQ(read(R"({"blockHash": ")" + hash_text + R"("})").first, BlockRef::of(hash));
  const auto canonical =
      read(R"({"blockHash": ")" + hash_text + R"(", "requireCanonical": true})").first;
  ASSERT_TRUE(canonical);
  EXPECT_TRUE(canonical->require_canonical);
  EXPECT_EQ(canonical->hash, hash);
}

TEST(BlockRef, DecimalOnlyOnCommandLines) {
  EXPECT_EQ(*parse_block_ref("97", true), BlockRef::of(97));
  EXPECT_FALSE(parse_block_ref("97"));
}

TEST(BlockRef, RefusesNonsense) {
  const auto refused = [](std::string_view json, std::string_view part) {
    const auto [block, message] = read(json);
    EXPECT_FALSE(block) << json;
    EXPECT_NE(message.find(part), std::string::npos) << json << ": " << message;
  };
  refused(R"("yesterday")", "'yesterday'");
  refused(R"("0x")", "'0x'");
  refused(R"("0x10000000000000000")", "64 bits");
  refused("97", "the number 97");
  refused("[]", "an array");
  refused("{}", "neither blockNumber nor blockHash");
  refused(R"({"blockNumber": "0x1", "blockHash": ")" + hash_text + R"("})", "both given");
  refused(R"({"blockNumber": "0x1", "requireCanonical": true})", "requireCanonical");
  refused(R"({"blockHash": "0x12"})", "blockHash: ");
  refused(R"({"blockHash": ")" + hash_text + R"(", "requireCanonical": "yes"})", "true or false");
  refused(R"({"block": "0x1"})", "unknown field 'block'");
}

TEST(BlockRef, Texts) {
  EXPECT_EQ(to_string(BlockRef::of(97)), "number 97");
  EXPECT_EQ(to_string(BlockRef{}), "latest");
  EXPECT_EQ(to_string(*parse_block_ref(hash_text)), "hash " + hash_text);
}

} // namespace
} // namespace runahead
