#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "tx/transaction_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runahead {
namespace {

constexpr Hash256 secret{{0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46,
                          0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46,
                          0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46, 0x46}};

/// A transaction of the type with something in every field that the type has.
SignedTransaction example(TxType type) {
  SignedTransaction result;
  Transaction& tx = result.transaction;
  tx.type = type;
  tx.nonce = 9;
  tx.gas_limit = 21000;
  tx.to = *parse_address("0x3535353535353535353535353535353535353535");
  tx.value = 1'000'000'000'000'000'000;
  tx.data = {1, 2, 3};
  tx.max_fee = tx.max_priority_fee = 20'000'000'000;
  tx.chain_id = 1;
  if (type >= TxType::access_list) tx.access_list = {{Address{{7}}, {uint256{5}, uint256{0}}}};
  if (type >= TxType::dynamic_fee) tx.max_priority_fee = 2;
  if (type == TxType::blob) {
    tx.max_fee_per_blob_gas = 77;
    tx.blob_hashes = {Hash256{{1, 2}}, Hash256{{1, 3}}};
  }
  if (type == TxType::set_code) tx.authorizations = {{1, Address{{8}}, 3, 1, 4, 5}};
  const auto signature = sign(signing_hash(tx), secret);
  result.r = signature->r;
  result.s = signature->s;
  result.v = type == TxType::legacy ? legacy_v(tx.chain_id, signature->y_parity)
                                    : uint256{signature->y_parity};
  return result;
}

constexpr TxType all_types[] = {TxType::legacy, TxType::access_list, TxType::dynamic_fee,
                                TxType::blob, TxType::set_code};

std::string refusal(BytesView envelope) {
  const auto decoded = decode_transaction(envelope);
  return decoded ? "accepted" : decoded.error().message;
}

TEST(TransactionCodec, WhatWasWrittenIsReadAgain) {
  const auto signer = address_of_secret_key(secret);
  for (const TxType type : all_types) {
    const SignedTransaction tx = example(type);
    const Bytes envelope = encode_transaction(tx);
    const auto decoded = decode_transaction(envelope);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(encode_transaction(*decoded), envelope);
    EXPECT_EQ(decoded->transaction.type, type);
    EXPECT_EQ(decoded->transaction.chain_id, uint256{1});
    EXPECT_EQ(decoded->transaction.data, tx.transaction.data);
    EXPECT_EQ(decoded->transaction.access_list.size(), tx.transaction.access_list.size());
    EXPECT_EQ(transaction_hash(tx), keccak256(envelope));
    const auto sender = recover_sender(*decoded, Fork::osaka);
    ASSERT_TRUE(sender) << sender.error().message;
    EXPECT_EQ(*sender, *signer);
  }
}

// The example of EIP-155.
TEST(TransactionCodec, SignsAsTheExampleOfEip155) {
  SignedTransaction tx = example(TxType::legacy);
  tx.transaction.data.clear();
  EXPECT_EQ(to_hex(signing_hash(tx.transaction)),
            "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  const auto signature = sign(signing_hash(tx.transaction), secret);
  tx.v = legacy_v(tx.transaction.chain_id, signature->y_parity);
  tx.r = signature->r;
  tx.s = signature->s;
  EXPECT_EQ(to_hex(encode_transaction(tx)),
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
            "8025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
}

TEST(TransactionCodec, BlocksHoldEnvelopesAsStrings) {
  for (const TxType type : all_types) {
    rlp::Writer list;
    write_transaction(list, example(type));
    rlp::Reader reader(list.items());
    EXPECT_EQ(reader.item()->is_list, type == TxType::legacy);
    rlp::Reader again(list.items());
    const auto tx = read_transaction(again);
    ASSERT_TRUE(tx) << tx.error().message;
    EXPECT_TRUE(again.done());
    EXPECT_EQ(encode_transaction(*tx), encode_transaction(example(type)));
  }
  rlp::Writer wrapped;
  wrapped.string(encode_transaction(example(TxType::legacy)));
  rlp::Reader reader(wrapped.items());
  EXPECT_EQ(read_transaction(reader).error().message, "a legacy transaction inside a string");
}

TEST(TransactionCodec, EveryRefusalNamesItsField) {
  const Bytes good = encode_transaction(example(TxType::legacy));
  EXPECT_EQ(refusal({}), "an empty transaction");
  EXPECT_EQ(refusal(Bytes{0x00, 0xc0}), "unknown transaction type 0x0");
  EXPECT_EQ(refusal(Bytes{0x05, 0xc0}), "unknown transaction type 0x5");
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(refusal(longer), "1 bytes behind the last expected RLP item");
  const auto with = [](auto&& write) {
    rlp::Writer fields;
    write(fields);
    return refusal(fields.as_list());
  };
  EXPECT_EQ(with([](auto& f) { f.string(Bytes{0, 1}); }), "nonce: RLP number with a leading zero");
  EXPECT_EQ(with([](auto& f) { f.string(Bytes(9, 1)); }),
            "nonce: RLP number of 9 bytes where at most 8 fit");
  EXPECT_EQ(with([](auto& f) { f.number(1).string(Bytes(33, 1)); }),
            "gasPrice: RLP number of 33 bytes where at most 32 fit");
  EXPECT_EQ(with([](auto& f) { f.number(1).number(1).number(1).string(Bytes(19, 1)); }),
            "to: RLP string of 19 bytes where 20 are expected");
  EXPECT_EQ(with([](auto& f) { f.number(1).number(1).number(1).string({}).number(1).list({}); }),
            "data: RLP list where a byte string is expected");
  EXPECT_EQ(with([](auto& f) { f.number(1); }), "gasPrice: RLP ends where an item is expected");
}

TEST(TransactionCodec, TheNetworkFormOfBlobsIsRefused) {
  const Bytes envelope = encode_transaction(example(TxType::blob));
  rlp::Writer wrapped, none;
  wrapped.raw(BytesView(envelope).subspan(1)).list(none).list(none).list(none);
  Bytes network = wrapped.as_list();
  network.insert(network.begin(), 3);
  EXPECT_NE(refusal(network).find("network form"), std::string::npos);
}

TEST(TransactionCodec, AccessListsHaveWholeAddressesAndSlots) {
  SignedTransaction tx = example(TxType::access_list);
  tx.transaction.access_list = {{Address{{7}}, {uint256{5}}}};
  Bytes envelope = encode_transaction(tx);
  const auto at = std::ranges::search(envelope, Bytes{0xa0, 0, 0, 0}).begin();
  ASSERT_NE(at, envelope.end());
  *at = 0x9f; // a slot of 31 bytes, then a byte more
  EXPECT_NE(refusal(envelope).find("accessList[0]: storageKeys[0]"), std::string::npos);
}

TEST(Sender, SignaturesAreHeldToTheForksRules) {
  const SignedTransaction good = example(TxType::legacy);
  const auto fault = [&](auto&& spoil, Fork fork = Fork::osaka) -> std::optional<SignatureFault> {
    SignedTransaction tx = good;
    spoil(tx);
    const auto sender = recover_sender(tx, fork);
    return sender ? std::nullopt : std::optional(sender.error().fault);
  };
  EXPECT_EQ(fault([](auto&) {}), std::nullopt);
  EXPECT_EQ(fault([](auto&) {}, Fork::tangerine_whistle), SignatureFault::recovery_id); // EIP-155
  EXPECT_EQ(fault([](auto& tx) { tx.v = 26; }), SignatureFault::recovery_id);
  EXPECT_EQ(fault([](auto& tx) { tx.v = 29; }), SignatureFault::recovery_id);
  EXPECT_EQ(fault([](auto& tx) { tx.r = 0; }), SignatureFault::out_of_range);
  EXPECT_EQ(fault([](auto& tx) { tx.s = secp256k1_order; }), SignatureFault::out_of_range);
  EXPECT_EQ(fault([](auto& tx) { tx.s = secp256k1_order - tx.s; }), SignatureFault::high_s);
  EXPECT_EQ(fault([](auto& tx) { tx.r = 5; }), SignatureFault::no_key);
  const auto flip = [](auto& tx) { // the same signer's other signature
    tx.transaction.chain_id.reset();
    const auto plain = sign(signing_hash(tx.transaction), secret);
    tx.r = plain->r;
    tx.s = secp256k1_order - plain->s;
    tx.v = 27u + (1u - plain->y_parity);
  };
  EXPECT_EQ(fault(flip, Fork::frontier), std::nullopt); // before EIP-2
  EXPECT_EQ(fault(flip, Fork::homestead), SignatureFault::high_s);
  SignedTransaction typed = example(TxType::dynamic_fee);
  typed.v = 2;
  EXPECT_EQ(recover_sender(typed, Fork::osaka).error().message, "yParity: 0x2 is no recovery id");
}

} // namespace
} // namespace runahead
