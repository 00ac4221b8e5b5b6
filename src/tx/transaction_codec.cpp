#include "tx/transaction_codec.hpp"

#include "base/hex.hpp"
#include "base/rlp_fields.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

namespace runahead {
namespace {

constexpr uint8_t first_list_byte = 0xc0; // RLP's; below 0x80 is a type (EIP-2718)
constexpr uint64_t plain_v = 27;
constexpr uint64_t eip155_v = 35;

// Reading ----------------------------------------------------------------------------------------

Result<uint256> read_slot(rlp::Reader& reader) {
  const auto slot = reader.hash();
  if (!slot) return std::unexpected(slot.error());
  return from(*slot);
}

Result<Hash256> read_hash(rlp::Reader& reader) { return reader.hash(); }

Result<AccessListEntry> read_access_list_entry(rlp::Reader& reader) {
  const auto inner = reader.list();
  if (!inner) return std::unexpected(inner.error());
  AccessListEntry entry;
  rlp::FieldReader fields(*inner);
  fields.read("address", entry.address).read_list("storageKeys", entry.slots, read_slot);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
  return entry;
}

Result<Authorization> read_authorization(rlp::Reader& reader) {
  const auto inner = reader.list();
  if (!inner) return std::unexpected(inner.error());
  Authorization authorization;
  rlp::FieldReader fields(*inner);
  fields.read("chainId", authorization.chain_id).read("address", authorization.address);
  fields.read("nonce", authorization.nonce).read("yParity", authorization.y_parity);
  fields.read("r", authorization.r).read("s", authorization.s);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
  if (authorization.y_parity > uint256{0xff}) return fail("yParity: more than a byte"); // EIP-7702
  return authorization;
}

Result<SignedTransaction> read_legacy(const rlp::Reader& list) {
  SignedTransaction signed_tx;
  Transaction& tx = signed_tx.transaction;
  rlp::FieldReader fields(list);
  fields.read("nonce", tx.nonce).read("gasPrice", tx.max_fee);
  fields.read("gas", tx.gas_limit)
      .read_optional("to", tx.to)
      .read("value", tx.value)
      .read("data", tx.data);
  fields.read("v", signed_tx.v).read("r", signed_tx.r).read("s", signed_tx.s);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
  tx.max_priority_fee = tx.max_fee;
  tx.chain_id = legacy_chain_id(signed_tx.v);
  return signed_tx;
}

/// The network form wraps the transaction's list and the blobs into a further list.
Result<void> refuse_sidecar(rlp::Reader list) {
  const auto first = list.item();
  if (first && first->is_list)
    return fail("a blob transaction in the network form, with its blobs (EIP-4844), where the form "
                "without them is expected");
  return {};
}

Result<SignedTransaction> read_typed(TxType type, const rlp::Reader& list) {
  SignedTransaction signed_tx;
  Transaction& tx = signed_tx.transaction;
  tx.type = type;
  if (type == TxType::blob)
    if (const auto form = refuse_sidecar(list); !form) return std::unexpected(form.error());
  rlp::FieldReader fields(list);
  fields.read("chainId", tx.chain_id.emplace()).read("nonce", tx.nonce);
  if (type == TxType::access_list)
    fields.read("gasPrice", tx.max_fee);
  else
    fields.read("maxPriorityFeePerGas", tx.max_priority_fee).read("maxFeePerGas", tx.max_fee);
  fields.read("gas", tx.gas_limit)
      .read_optional("to", tx.to)
      .read("value", tx.value)
      .read("data", tx.data);
  fields.read_list("accessList", tx.access_list, read_access_list_entry);
  if (type == TxType::blob) {
    fields.read("maxFeePerBlobGas", tx.max_fee_per_blob_gas);
    fields.read_list("blobVersionedHashes", tx.blob_hashes, read_hash);
  }
  if (type == TxType::set_code)
    fields.read_list("authorizationList", tx.authorizations, read_authorization);
  fields.read("yParity", signed_tx.v).read("r", signed_tx.r).read("s", signed_tx.s);
  if (const auto end = fields.finish(); !end) return std::unexpected(end.error());
  if (type == TxType::access_list) tx.max_priority_fee = tx.max_fee;
  return signed_tx;
}

// Writing ----------------------------------------------------------------------------------------

/// `to`, value and data, behind which every type goes on with its own.
void write_call(rlp::Writer& out, const Transaction& tx) {
  out.number(tx.gas_limit);
  out.string(tx.to ? BytesView(*tx.to) : BytesView());
  out.number(tx.value).string(tx.data);
}

rlp::Writer access_list_of(const Transaction& tx) {
  rlp::Writer list;
  for (const AccessListEntry& entry : tx.access_list) {
    rlp::Writer slots;
    for (const uint256& slot : entry.slots) slots.string(to_hash(slot));
    list.list(rlp::Writer().string(entry.address).list(slots));
  }
  return list;
}

rlp::Writer authorizations_of(const Transaction& tx) {
  rlp::Writer list;
  for (const Authorization& auth : tx.authorizations) {
    rlp::Writer fields;
    fields.number(auth.chain_id).string(auth.address).number(auth.nonce);
    list.list(fields.number(auth.y_parity).number(auth.r).number(auth.s));
  }
  return list;
}

/// Every field but the signature.
rlp::Writer unsigned_fields(const Transaction& tx) {
  rlp::Writer out;
  if (tx.type != TxType::legacy) out.number(tx.chain_id.value_or(uint256{}));
  out.number(tx.nonce);
  if (tx.type >= TxType::dynamic_fee) out.number(tx.max_priority_fee);
  out.number(tx.max_fee);
  write_call(out, tx);
  if (tx.type == TxType::legacy) return out;
  out.list(access_list_of(tx));
  if (tx.type == TxType::blob) {
    rlp::Writer hashes;
    for (const Hash256& hash : tx.blob_hashes) hashes.string(hash);
    out.number(tx.max_fee_per_blob_gas).list(hashes);
  }
  if (tx.type == TxType::set_code) out.list(authorizations_of(tx));
  return out;
}

Bytes in_envelope(TxType type, const rlp::Writer& fields) {
  Bytes list = fields.as_list();
  if (type != TxType::legacy) list.insert(list.begin(), static_cast<uint8_t>(type));
  return list;
}

std::unexpected<InvalidSignature> fault(SignatureFault kind, std::string message) {
  return std::unexpected(InvalidSignature{kind, std::move(message)});
}

} // namespace

Result<SignedTransaction> decode_transaction(BytesView envelope) {
  if (envelope.empty()) return fail("an empty transaction");
  const uint8_t first = envelope[0];
  const bool is_legacy = first >= first_list_byte;
  if (!is_legacy && (first == 0 || first > static_cast<uint8_t>(TxType::set_code)))
    return fail("unknown transaction type " + to_hex(uint256{first}));
  rlp::Reader reader(is_legacy ? envelope : envelope.subspan(1));
  const auto list = reader.list();
  if (!list) return std::unexpected(list.error());
  if (const auto end = reader.finish(); !end) return std::unexpected(end.error());
  return is_legacy ? read_legacy(*list) : read_typed(static_cast<TxType>(first), *list);
}

Bytes encode_transaction(const SignedTransaction& tx) {
  rlp::Writer fields = unsigned_fields(tx.transaction);
  return in_envelope(tx.transaction.type, fields.number(tx.v).number(tx.r).number(tx.s));
}

Result<SignedTransaction> read_transaction(rlp::Reader& list) {
  const auto item = list.item();
  if (!item) return std::unexpected(item.error());
  if (item->is_list) return decode_transaction(item->encoded);
  if (!item->payload.empty() && item->payload[0] >= first_list_byte)
    return fail("a legacy transaction inside a string");
  return decode_transaction(item->payload);
}

void write_transaction(rlp::Writer& list, const SignedTransaction& tx) {
  const Bytes envelope = encode_transaction(tx);
  if (tx.transaction.type == TxType::legacy)
    list.raw(envelope);
  else
    list.string(envelope);
}

Hash256 transaction_hash(const SignedTransaction& tx) { return keccak256(encode_transaction(tx)); }

Hash256 signing_hash(const Transaction& tx) {
  rlp::Writer fields = unsigned_fields(tx);
  if (tx.type == TxType::legacy && tx.chain_id) fields.number(*tx.chain_id).number(0).number(0);
  return keccak256(in_envelope(tx.type, fields));
}

std::optional<uint8_t> y_parity_of(const SignedTransaction& tx) {
  if (tx.transaction.type != TxType::legacy) {
    if (tx.v > uint256{1}) return std::nullopt;
    return static_cast<uint8_t>(tx.v.w[0]);
  }
  if (tx.v == uint256{plain_v} || tx.v == uint256{plain_v + 1})
    return static_cast<uint8_t>(tx.v.w[0] - plain_v);
  if (tx.v < uint256{eip155_v}) return std::nullopt;
  return static_cast<uint8_t>((tx.v.w[0] - eip155_v) & 1);
}

std::optional<uint256> legacy_chain_id(const uint256& v) {
  if (v < uint256{eip155_v}) return std::nullopt;
  return (v - uint256{eip155_v}) >> 1;
}

uint256 legacy_v(const std::optional<uint256>& chain_id, uint8_t y_parity) {
  if (!chain_id) return plain_v + y_parity;
  return (*chain_id << 1) + uint256{eip155_v + y_parity};
}

std::expected<Address, InvalidSignature> recover_sender(const SignedTransaction& tx, Fork fork) {
  const auto parity = y_parity_of(tx);
  const bool is_legacy = tx.transaction.type == TxType::legacy;
  const bool too_early = is_legacy && tx.transaction.chain_id && fork < Fork::spurious_dragon;
  if (!parity || too_early)
    return fault(SignatureFault::recovery_id,
                 std::string(is_legacy ? "v" : "yParity") + ": " + to_hex(tx.v) +
                     (too_early ? " before EIP-155" : " is no recovery id"));
  for (const auto& [name, x] : {std::pair("r", &tx.r), std::pair("s", &tx.s)})
    if (x->is_zero() || *x >= secp256k1_order)
      return fault(SignatureFault::out_of_range,
                   std::string(name) + ": " + to_hex(*x) + " is not between 0 and the group order");
  if (fork >= Fork::homestead && tx.s > secp256k1_order >> 1)
    return fault(SignatureFault::high_s,
                 "s: " + to_hex(tx.s) + " is above half of the group order (EIP-2)");
  const auto sender = recover(signing_hash(tx.transaction), *parity, tx.r, tx.s);
  if (!sender) return fault(SignatureFault::no_key, "no key belongs to the signature");
  return *sender;
}

} // namespace runahead
