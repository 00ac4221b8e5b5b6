#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "block/requests.hpp"
#include "crypto/keccak.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

constexpr Address contract{{0xdd}};

void put_word(Bytes& data, size_t offset, uint64_t value) {
  store_be(data.data() + offset, uint256{value});
}

/// A deposit event as the contract's compiler lays it out; the fields are filled with 1 to 5.
Log deposit_log() {
  constexpr std::string_view event = "DepositEvent(bytes,bytes,bytes,bytes,bytes)";
  Log log{
      contract, {keccak256({reinterpret_cast<const uint8_t*>(event.data()), event.size()})}, {}};
  log.data.assign(576, 0);
  const std::pair<size_t, size_t> fields[] = {{160, 48}, {256, 32}, {320, 8}, {384, 96}, {512, 8}};
  uint8_t fill = 1;
  for (size_t i = 0; i < 5; ++i, ++fill) {
    const auto [offset, size] = fields[i];
    put_word(log.data, 32 * i, offset);
    put_word(log.data, offset, size);
    std::fill_n(log.data.begin() + static_cast<ptrdiff_t>(offset + 32), size, fill);
  }
  return log;
}

TEST(Deposits, FieldsAreTakenInOrder) {
  Bytes deposits;
  const Log log = deposit_log();
  ASSERT_TRUE(append_deposits({&log, 1}, contract, deposits));
  Bytes wanted(48, 1);
  wanted.insert(wanted.end(), 32, 2);
  wanted.insert(wanted.end(), 8, 3);
  wanted.insert(wanted.end(), 96, 4);
  wanted.insert(wanted.end(), 8, 5);
  EXPECT_EQ(deposits, wanted);
}

TEST(Deposits, OtherLogsAreNone) {
  Bytes deposits;
  Log other = deposit_log();
  other.address = Address{{1}};
  EXPECT_TRUE(append_deposits({&other, 1}, contract, deposits));
  other = deposit_log();
  other.topics[0] = {};
  EXPECT_TRUE(append_deposits({&other, 1}, contract, deposits));
  other.topics.clear();
  EXPECT_TRUE(append_deposits({&other, 1}, contract, deposits));
  EXPECT_TRUE(deposits.empty());
}

TEST(Deposits, AnotherLayoutIsRefused) {
  const auto refusal = [](auto&& spoil) {
    Log log = deposit_log();
    spoil(log.data);
    Bytes deposits;
    const auto result = append_deposits({&log, 1}, contract, deposits);
    return result ? "accepted" : result.error().message;
  };
  EXPECT_EQ(refusal([](Bytes& d) { d.push_back(0); }),
            "deposit event: data: have 577 bytes, want 576");
  EXPECT_EQ(refusal([](Bytes& d) { put_word(d, 32, 255); }),
            "deposit event.withdrawal_credentials: offset: have 255, want 256");
  EXPECT_EQ(refusal([](Bytes& d) { put_word(d, 512, 9); }),
            "deposit event.index: size: have 9, want 8");
}

// The hash of a block without requests is SHA-256 of nothing (EIP-7685).
TEST(Requests, EmptyListsCountForNothing) {
  constexpr std::string_view nothing =
      "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  EXPECT_EQ(to_hex(requests_hash({})), nothing);
  const RequestList empty[] = {{0}, {1}, {2}};
  EXPECT_EQ(to_hex(requests_hash(empty)), nothing);
  const RequestList some[] = {{0}, {1, 7}, {2}};
  const RequestList same[] = {{1, 7}};
  EXPECT_EQ(requests_hash(some), requests_hash(same));
  EXPECT_NE(to_hex(requests_hash(some)), nothing);
}

} // namespace
} // namespace runahead
