#include "base/hex.hpp"
#include "sources/alloc_file.hpp"
#include "sources/text_file.hpp"

#include <gtest/gtest.h>
#include <lzma.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

const std::string one = "0x0000000000000000000000000000000000000001";

std::string refusal(std::string_view text) {
  const auto file = parse_alloc(text);
  return file ? "accepted" : file.error().message;
}

void expect_refused(std::string_view text, std::string_view part) {
  EXPECT_NE(refusal(text).find(part), std::string::npos) << text << "\n  " << refusal(text);
}

TEST(AllocFile, ReadsOurForm) {
  const auto file = parse_alloc(R"({"chainId": "0x7a69", "fork": "osaka",
    "block": {"number": "0x61", "timestamp": "0x6b012f49", "gasLimit": "0x3938700",
      "baseFeePerGas": "0xf2c", "coinbase": "0x00000000000000000000000000000000000000cb",
      "prevRandao": "0x00000000000000000000000000000000000000000000000000000000000000aa"},
    "alloc": {"0x0000000000000000000000000000000000000001":
      {"balance": "0x10", "nonce": "1", "code": "0x6000",
       "storage": {"0x0000000000000000000000000000000000000000000000000000000000000002": "0x2a",
                   "0x3": "0x0"}},
     "00000000000000000000000000000000000000AB": {"balance": 12}}})");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->chain_id, 31337u);
  EXPECT_EQ(file->fork, Fork::osaka);
  EXPECT_EQ(file->blobs, default_blob_schedule(Fork::osaka));
  EXPECT_TRUE(file->has_block);
  EXPECT_EQ(file->block.number, 0x61u);
  EXPECT_EQ(file->block.timestamp, 0x6b012f49u);
  EXPECT_EQ(file->block.gas_limit, 60'000'000u);
  EXPECT_EQ(file->block.base_fee, uint256(0xf2c));
  EXPECT_EQ(file->block.prev_randao, uint256(0xaa));
  EXPECT_EQ(file->block.blob_base_fee, uint256(1));
  EXPECT_EQ(file->block.coinbase, to_address(0xcb));
  ASSERT_EQ(file->accounts.size(), 2u);
  const Account& account = file->accounts.at(to_address(1));
  EXPECT_EQ(account.balance, uint256(16));
  EXPECT_EQ(account.nonce, 1u);
  EXPECT_EQ(account.code->bytes, (Bytes{0x60, 0x00}));
  EXPECT_EQ(account.storage.at(2), uint256(42));
  EXPECT_EQ(file->accounts.at(to_address(0xab)).balance, uint256(12));
}

TEST(AllocFile, OnlyAllocIsNeeded) {
  const auto file = parse_alloc(R"({"alloc": {}})");
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->chain_id || file->fork || file->blobs || file->has_block);
}

TEST(AllocFile, BlobFeeFollowsTheExcess) {
  const auto file =
      parse_alloc(R"({"fork": "cancun", "block": {"number": 1, "timestamp": 2, "gasLimit": 3,
          "excessBlobGas": "0xa00000"}, "alloc": {}})");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->block.blob_base_fee, uint256(23));
  EXPECT_EQ(file->excess_blob_gas, 0xa00000u);
}

TEST(AllocFile, RefusalsNameTheField) {
  expect_refused("", "not JSON");
  expect_refused("{", "not JSON");
  expect_refused("[]", "expected an object, got an array");
  expect_refused("{}", "alloc: missing");
  expect_refused(R"({"alloc": 3})", "alloc: expected an object");
  expect_refused(R"({"alloc": {}, "forc": "osaka"})", "'forc': unknown field; known are chainId");
  expect_refused(R"({"alloc": {}, "fork": "narnia"})", "fork: unknown fork 'narnia'");
  expect_refused(R"({"alloc": {}, "chainId": -1})", "chainId: ");
  expect_refused(R"({"alloc": {}, "chainId": "0x10000000000000000"})",
                 "chainId: takes more than 64");
  expect_refused(R"({"alloc": {}, "block": 1})", "block: expected an object");
  expect_refused(R"({"alloc": {}, "block": {"nunber": 1}})", "block.'nunber': unknown field");
  const auto block = [](std::string_view gas_limit) {
    return R"({"alloc": {}, "block": {"number": 1, "timestamp": 2)" + std::string(gas_limit) + "}}";
  };
  expect_refused(block(R"(, "gasLimit": "lots")"), "block.gasLimit: ");
  expect_refused(block(""), "block.gasLimit: missing");
  expect_refused(R"({"alloc": {"0x01": {}}})", "alloc: ");
  const auto account = [](std::string_view fields) {
    return R"({"alloc": {")" + one + R"(": )" + std::string(fields) + "}}";
  };
  expect_refused(account("7"), "alloc." + one + ": expected an object");
  expect_refused(account(R"({"nonce": 1.5})"), "alloc." + one + ".nonce: ");
  expect_refused(account(R"({"nonce": "0x10000000000000000"})"), ".nonce: takes more");
  expect_refused(account(R"({"code": "0x6"})"), "alloc." + one + ".code: ");
  expect_refused(account(R"({"storrage": {}})"), ".'storrage': unknown field");
  expect_refused(account(R"({"storage": []})"), ".storage: expected an object");
  expect_refused(account(R"({"storage": {"0x1": "0xzz"}})"), ".storage: 0x1: ");
  expect_refused(account(R"({"storage": {"0x1": "0x1", "0x01": "0x2"}})"),
                 "the slot appears twice");
}

TEST(AllocFile, NothingIsTakenTwice) {
  expect_refused(R"({"alloc": {}, "alloc": {}})", "'alloc' appears twice");
  expect_refused(R"({"alloc": {"0x00000000000000000000000000000000000000ab": {},
                               "0x00000000000000000000000000000000000000AB": {}}})",
                 "the account appears twice");
}

TEST(AllocFile, NestingIsBounded) {
  expect_refused(std::string(100, '[') + std::string(100, ']'), "nested deeper than 64");
}

constexpr std::string_view genesis = R"({
  "config": {"chainId": 3503995874084926, "homesteadBlock": 0, "eip150Block": 3, "eip155Block": 6,
    "eip158Block": 6, "byzantiumBlock": 9, "constantinopleBlock": 12, "petersburgBlock": 15,
    "istanbulBlock": 18, "muirGlacierBlock": 21, "berlinBlock": 24, "londonBlock": 27,
    "mergeNetsplitBlock": 36, "shanghaiTime": 390, "cancunTime": 420, "pragueTime": 450,
    "osakaTime": 480, "bpo1Time": 510, "terminalTotalDifficulty": 58750000000000000000000,
    "blobSchedule": {"cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3338477},
                     "bpo1": {"target": 10, "max": 15, "baseFeeUpdateFraction": 8346193}}},
  "timestamp": "0x0", "gasLimit": "0x5f5e100", "difficulty": "0x20000", "baseFeePerGas": null,
  "mixHash": "0x0000000000000000000000000000000000000000000000000000000000000000",
  "nonce": "0x42", "extraData": "0xabcd", "novelty": 1,
  "alloc": {"00000961ef480eb55e80d19ad83579a64c007002": {"balance": "0x1"}}})";

TEST(AllocFile, ReadsGenesisFiles) {
  const auto file = parse_alloc(genesis);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->chain_id, 3503995874084926u);
  EXPECT_EQ(file->fork, Fork::homestead);
  EXPECT_EQ(file->block.gas_limit, 100'000'000u);
  EXPECT_EQ(file->block.prev_randao, uint256(0x20000));
  EXPECT_EQ(file->block.base_fee, uint256(0));
  EXPECT_EQ(file->warnings, std::vector<std::string>{"novelty"});
  EXPECT_EQ(file->accounts.size(), 1u);
  const ChainConfig chain = file->chain();
  EXPECT_EQ(rules_at(chain, 14, 100).fork, Fork::constantinople);
  EXPECT_EQ(rules_at(chain, 36, 380).fork, Fork::paris);
  EXPECT_EQ(rules_at(chain, 40, 420).blobs, (BlobSchedule{3, 6, 3338477}));
  EXPECT_EQ(rules_at(chain, 50, 480).fork, Fork::osaka);
  EXPECT_EQ(rules_at(chain, 50, 480).blobs, (BlobSchedule{6, 9, 5007716}));
  EXPECT_EQ(rules_at(chain, 60, 510).blobs, (BlobSchedule{10, 15, 8346193}));
}

TEST(AllocFile, GenesisFilesFixMoreThanState) {
  const auto file = parse_alloc(genesis);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(file->genesis);
  EXPECT_EQ(file->genesis->nonce, 0x42u);
  EXPECT_EQ(file->genesis->extra_data, (Bytes{0xab, 0xcd}));
  EXPECT_EQ(file->genesis->difficulty, uint256(0x20000));
  EXPECT_EQ(file->constants.glaciers,
            (std::vector<ChainConstants::Glacier>{{21, 9'000'000}})); // EIP-2384
  EXPECT_FALSE(file->constants.terminal_total_difficulty) << "the block number says it";
  EXPECT_FALSE(file->constants.dao_fork || file->constants.deposit_contract);
  EXPECT_FALSE(parse_alloc(R"({"alloc": {}})")->genesis);

  const auto other = parse_alloc(R"({"config": {"chainId": 1, "homesteadBlock": 0,
    "daoForkBlock": 7, "daoForkSupport": true, "grayGlacierBlock": 9, "arrowGlacierBlock": 8,
    "depositContractAddress": "0x00000000000000000000000000000000000000de",
    "terminalTotalDifficulty": 58750000000000000000000}, "alloc": {}})");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(other->constants.dao_fork, 7u);
  EXPECT_EQ(other->constants.deposit_contract, to_address(0xde));
  EXPECT_EQ(other->constants.glaciers,
            (std::vector<ChainConstants::Glacier>{{8, 10'700'000}, {9, 11'400'000}}));
  ASSERT_TRUE(other->constants.terminal_total_difficulty);
  // A JSON number of that size comes rounded to 53 bits.
  const uint256 exact = *parse_number("58750000000000000000000");
  const uint256& read = *other->constants.terminal_total_difficulty;
  EXPECT_LT(read > exact ? read - exact : exact - read, uint256(1) << 23);
}

TEST(AllocFile, MergedGenesisHasItsFork) {
  const auto file = parse_alloc(R"({"config": {"chainId": 7, "homesteadBlock": 0, "londonBlock": 0,
    "terminalTotalDifficulty": 0, "shanghaiTime": 0, "cancunTime": 0}, "excessBlobGas": "0xa00000",
    "difficulty": "0x1",
    "mixHash": "0x00000000000000000000000000000000000000000000000000000000000000aa",
    "alloc": {}})");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->fork, Fork::cancun);
  EXPECT_EQ(file->block.prev_randao, uint256(0xaa));
  EXPECT_EQ(file->block.base_fee, uint256(1'000'000'000));
  EXPECT_EQ(file->block.blob_base_fee, uint256(23));
}

TEST(AllocFile, GenesisRefusals) {
  expect_refused(R"({"config": 3, "alloc": {}})", "config: expected an object");
  expect_refused(R"({"config": {"amsterdamTime": 7}, "alloc": {}})", "config: 'amsterdamTime'");
  EXPECT_EQ(refusal(R"({"config": {"amsterdamTime": null}, "alloc": {}})"), "accepted");
  expect_refused(R"({"config": {"londonBlock": 5, "berlinBlock": 9}, "alloc": {}})",
                 "londonBlock: ");
  expect_refused(R"({"config": {"bpo1Time": 5}, "alloc": {}})", "blobSchedule.bpo1: missing");
  expect_refused(R"({"config": {"cancunTime": 5, "blobSchedule": {"cancun": {"target": 3}}},
                     "alloc": {}})",
                 "config: blobSchedule.cancun: max: missing");
}

class AllocFileOnDisk : public testing::Test {
protected:
  AllocFileOnDisk() {
    std::string name = testing::TempDir() + "runahead-alloc-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~AllocFileOnDisk() override { std::filesystem::remove_all(folder_); }

  std::string put(const std::string& name, std::string_view content) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static std::string packed(std::string_view text) {
    std::string out(lzma_stream_buffer_bound(text.size()), '\0');
    size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr,
                                      reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                      reinterpret_cast<uint8_t*>(out.data()), &size, out.size()),
              LZMA_OK);
    out.resize(size);
    return out;
  }
  void expect_load_refused(const std::string& path, std::string_view part) {
    const auto file = load_alloc(path);
    ASSERT_FALSE(file) << path;
    EXPECT_TRUE(file.error().message.starts_with(path)) << file.error().message;
    EXPECT_NE(file.error().message.find(part), std::string::npos) << file.error().message;
  }

  std::string folder_;
};

TEST_F(AllocFileOnDisk, PlainAndCompressed) {
  const std::string text = R"({"chainId": 9, "alloc": {}})";
  EXPECT_EQ(load_alloc(put("a.json", text))->chain_id, 9u);
  EXPECT_EQ(load_alloc(put("a.json.xz", packed(text)))->chain_id, 9u);
}

TEST_F(AllocFileOnDisk, BadFiles) {
  expect_load_refused(folder_ + "/absent.json", "No such file");
  expect_load_refused(folder_, "is a folder");
  expect_load_refused(put("a.json", R"({"alloc": {}, "x": 1})"), "'x': unknown field");
  const std::string good = packed(R"({"alloc": {}})");
  expect_load_refused(put("cut.xz", good.substr(0, good.size() - 10)), "cut off");
  std::string damaged = good;
  damaged[good.size() / 2] ^= 0x55;
  expect_load_refused(put("damaged.xz", damaged), "xz: the file is damaged");
}

TEST_F(AllocFileOnDisk, LimitsCountDecompressedBytes) {
  const std::string path = put("big.xz", packed(std::string(5 << 20, ' ')));
  EXPECT_TRUE(read_text_file(path, 5 << 20));
  const auto text = read_text_file(path, 4 << 20);
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().message.find("larger than 4 MiB"), std::string::npos);
}

TEST_F(AllocFileOnDisk, WritesWholeFiles) {
  const std::string path = folder_ + "/out.txt";
  ASSERT_TRUE(write_text_file(path, "first"));
  ASSERT_TRUE(write_text_file(path, "second"));
  EXPECT_EQ(read_text_file(path, 100).value(), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  EXPECT_FALSE(write_text_file(folder_ + "/no/such/folder", "x"));
}

// The testbed's state, where it is at hand.
TEST(AllocFile, LoadsTheTestbed) {
  const char* testbed = std::getenv("RUNAHEAD_TESTBED");
  if (!testbed) GTEST_SKIP() << "RUNAHEAD_TESTBED does not name the testbed's folder";
  const auto file = load_alloc(std::string(testbed) + "/alloc.json.xz");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->chain_id, 31337u);
  EXPECT_EQ(file->fork, Fork::osaka);
  EXPECT_EQ(file->block.number, 0x61u);
  EXPECT_EQ(file->accounts.size(), 52u);
  size_t slot_count = 0;
  for (const auto& [address, account] : file->accounts) slot_count += account.storage.size();
  EXPECT_EQ(slot_count, 1148u);
}

} // namespace
} // namespace runahead
