#include "base/hex.hpp"
#include "block/block.hpp"
#include "block/receipt.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// A header with something in each field.
BlockHeader full_header() {
  BlockHeader h;
  h.parent_hash = Hash256{{1}};
  h.coinbase = Address{{2}};
  h.state_root = Hash256{{3}};
  h.transactions_root = Hash256{{4}};
  h.receipts_root = Hash256{{5}};
  h.logs_bloom.add(Address{{6}});
  h.difficulty = 131072;
  h.number = 7;
  h.gas_limit = 30'000'000;
  h.gas_used = 21'000;
  h.timestamp = 1'700'000'000;
  h.extra_data = {8, 9};
  h.mix_hash = Hash256{{10}};
  h.nonce = {0, 0, 0, 0, 0, 0, 0, 11};
  h.base_fee = 7;
  h.withdrawals_root = Hash256{{12}};
  h.blob_gas_used = 131072;
  h.excess_blob_gas = 0;
  h.parent_beacon_root = Hash256{{13}};
  h.requests_hash = Hash256{{14}};
  return h;
}

// The main network's genesis block; its hash is the one everybody knows.
TEST(Header, TheMainNetworksGenesisHasItsHash) {
  BlockHeader h;
  h.state_root = *parse_hash("0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544");
  h.transactions_root = list_root({});
  h.receipts_root = list_root({});
  h.difficulty = 17'179'869'184;
  h.gas_limit = 5000;
  h.extra_data =
      *parse_hex_bytes("0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa");
  h.nonce = {0, 0, 0, 0, 0, 0, 0, 0x42};
  EXPECT_EQ(to_hex(header_hash(h)),
            "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3");
}

TEST(Header, TheHashOfNoOmmersIsThatOfTheEmptyList) { EXPECT_EQ(ommers_hash({}), no_ommers_hash); }

/// A header ends behind the fields of its fork; each length is read as it was written.
TEST(Header, EveryForksFieldsAreReadAgain) {
  BlockHeader h = full_header();
  const auto round_trip = [&] {
    const auto decoded = decode_header(encode_header(h));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded, h);
  };
  round_trip();
  h.requests_hash.reset();
  round_trip();
  h.blob_gas_used.reset();
  h.excess_blob_gas.reset();
  h.parent_beacon_root.reset();
  round_trip();
  h.withdrawals_root.reset();
  round_trip();
  h.base_fee.reset();
  round_trip();
}

TEST(Header, RefusalsNameTheField) {
  const auto refusal = [](const rlp::Writer& fields) {
    const auto decoded = decode_header(fields.as_list());
    return decoded ? "accepted" : decoded.error().message;
  };
  rlp::Writer fields;
  EXPECT_EQ(refusal(fields), "parentHash: RLP ends where an item is expected");
  fields.string(Hash256{}).string(Hash256{}).string(Bytes(19, 0));
  EXPECT_EQ(refusal(fields), "miner: RLP string of 19 bytes where 20 are expected");
  const Bytes good = encode_header(full_header());
  rlp::Reader reader(good);
  rlp::Writer longer;
  longer.raw(reader.item()->payload).number(1);
  EXPECT_EQ(refusal(longer), "1 bytes behind the last expected RLP item");
}

Block full_block() {
  Block block;
  block.header = full_header();
  block.transactions.resize(2);
  block.transactions[0].transaction.nonce = 5;
  block.transactions[0].v = 27;
  block.transactions[1].transaction.type = TxType::dynamic_fee;
  block.transactions[1].transaction.chain_id = 1;
  block.ommers = {full_header()};
  block.withdrawals = {{1, 2, Address{{3}}, 4}};
  return block;
}

TEST(Block, WhatWasWrittenIsReadAgain) {
  for (const bool with_withdrawals : {true, false}) {
    Block block = full_block();
    if (!with_withdrawals) block.withdrawals.reset();
    const Bytes encoded = encode_block(block);
    const auto decoded = decode_block(encoded);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(encode_block(*decoded), encoded);
    EXPECT_EQ(decoded->header, block.header);
    EXPECT_EQ(decoded->ommers, block.ommers);
    EXPECT_EQ(decoded->withdrawals, block.withdrawals);
    EXPECT_EQ(decoded->transactions[0].transaction.nonce, 5u);
    EXPECT_EQ(decoded->transactions[1].transaction.type, TxType::dynamic_fee);
  }
}

TEST(Block, ChainFilesHoldOneBehindTheOther) {
  const Bytes one = encode_block(full_block());
  Bytes two = one;
  two.insert(two.end(), one.begin(), one.end());
  rlp::Reader reader(two);
  EXPECT_TRUE(read_block(reader));
  EXPECT_TRUE(read_block(reader));
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(decode_block(two).error().message,
            std::to_string(one.size()) + " bytes behind the last expected RLP item");
}

/// Any byte that is cut off or changed gives an error or another block, and never a crash.
TEST(Block, BrokenEncodingsAreRefusedOrCanonical) {
  const Bytes good = encode_block(full_block());
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(decode_block(BytesView(good).first(i)));
    Bytes changed = good;
    changed[i] ^= 0x41;
    if (const auto decoded = decode_block(changed)) {
      EXPECT_EQ(encode_block(*decoded), changed) << i;
    }
  }
}

TEST(Block, RefusalsNameTheItem) {
  rlp::Writer header, transactions, ommers, withdrawals, block;
  header.raw(encode_header(full_header()));
  write_transaction(transactions, full_block().transactions[0]);
  transactions.string(Bytes{9});
  block.raw(header.items()).list(transactions).list(ommers);
  EXPECT_EQ(decode_block(block.as_list()).error().message,
            "transactions[1]: unknown transaction type 0x9");
}

TEST(Receipt, WhatWasWrittenIsReadAgain) {
  Receipt receipt;
  receipt.cumulative_gas_used = 21'000;
  receipt.logs = {{Address{{1}}, {Hash256{{2}}, Hash256{{3}}}, {4, 5}}};
  receipt.bloom = bloom_of(receipt.logs);
  const auto round_trip = [&] {
    const Bytes encoded = encode_receipt(receipt);
    const auto decoded = decode_receipt(encoded);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(encode_receipt(*decoded), encoded);
    EXPECT_EQ(decoded->success, receipt.success);
    EXPECT_EQ(decoded->state_root, receipt.state_root);
    EXPECT_EQ(decoded->type, receipt.type);
  };
  round_trip();
  receipt.success = true;
  receipt.type = TxType::blob;
  round_trip();
  receipt.success = false;
  receipt.type = TxType::legacy;
  receipt.state_root = Hash256{{9}}; // before Byzantium
  round_trip();
  receipt.bloom = {};
  EXPECT_EQ(decode_receipt(encode_receipt(receipt)).error().message,
            "logsBloom: is not that of the logs");
}

TEST(Bloom, ContainsWhatWasAdded) {
  Bloom bloom;
  const Address address{{1}};
  EXPECT_FALSE(bloom.may_contain(address));
  bloom.add(address);
  EXPECT_TRUE(bloom.may_contain(address));
  EXPECT_FALSE(bloom.may_contain(Address{{2}}));
  int bits = 0;
  for (const uint8_t byte : bloom.bytes) bits += std::popcount(byte);
  EXPECT_EQ(bits, 3);
}

} // namespace
} // namespace runahead
