#include "block/block_json.hpp"

#include "base/hex.hpp"

#include <simdjson.h>

#include <algorithm>

namespace runahead {
namespace {

namespace dom = simdjson::dom;

template <class T>
Result<T> from_text(dom::element element, Result<T> (*parse)(std::string_view)) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return fail("text expected");
  return parse(text);
}

// How a value of each type is read.
Result<uint256> read_value(dom::element e, uint256*) { return from_text(e, parse_hex_quantity); }
Result<uint64_t> read_value(dom::element e, uint64_t*) { return from_text(e, parse_hex_u64); }
Result<Hash256> read_value(dom::element e, Hash256*) { return from_text(e, parse_hash); }
Result<Address> read_value(dom::element e, Address*) { return from_text(e, parse_address); }
Result<Bytes> read_value(dom::element e, Bytes*) { return from_text(e, parse_hex_bytes); }

template <size_t n>
Result<std::array<uint8_t, n>> read_value(dom::element e, std::array<uint8_t, n>*) {
  const auto bytes = from_text(e, parse_hex_bytes);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() != n) return fail(std::to_string(n) + " bytes expected");
  std::array<uint8_t, n> array;
  std::ranges::copy(*bytes, array.begin());
  return array;
}

/// An object's fields, read one after another; the first refusal is kept, with the field's name.
class JsonObject {
public:
  explicit JsonObject(dom::element element) {
    if (element.get(object_) != simdjson::SUCCESS) result_ = fail("an object expected");
  }

  template <class T>
  JsonObject& require(std::string_view field, T& into) {
    if (result_ && !find(field)) result_ = fail_at(field, {"is missing"});
    return read(field, into);
  }
  /// A field that is missing or null leaves `into` as it is.
  template <class T>
  JsonObject& read(std::string_view field, T& into) {
    const auto element = find(field);
    if (!result_ || !element) return *this;
    auto value = read_value(*element, static_cast<T*>(nullptr));
    if (value)
      into = std::move(*value);
    else
      result_ = fail_at(field, value.error());
    return *this;
  }
  template <class T>
  JsonObject& read(std::string_view field, std::optional<T>& into) {
    T value{};
    if (!result_ || !find(field)) return *this;
    read(field, value);
    if (result_) into = std::move(value);
    return *this;
  }
  /// `read_item(element)` of every element of a list that may be missing.
  template <class T, class ReadItem>
  JsonObject& list(std::string_view field, std::vector<T>& into, ReadItem read_item) {
    const auto element = find(field);
    if (!result_ || !element) return *this;
    dom::array array;
    if (element->get(array) != simdjson::SUCCESS) {
      result_ = fail_at(field, {"a list expected"});
      return *this;
    }
    for (const dom::element item : array) {
      Result<T> value = read_item(item);
      if (!value) {
        result_ =
            fail_at(std::string(field) + "[" + std::to_string(into.size()) + "]", value.error());
        return *this;
      }
      into.push_back(std::move(*value));
    }
    return *this;
  }

  std::optional<dom::element> find(std::string_view field) const {
    dom::element element;
    if (!result_ || object_.at_key(field).get(element) != simdjson::SUCCESS || element.is_null())
      return std::nullopt;
    return element;
  }
  const Result<void>& result() const { return result_; }

private:
  dom::object object_;
  Result<void> result_;
};

Result<Hash256> read_hash(dom::element element) {
  return read_value(element, static_cast<Hash256*>(nullptr));
}

Result<uint256> read_slot(dom::element element) {
  const auto hash = read_hash(element);
  if (!hash) return std::unexpected(hash.error());
  return from(*hash);
}

Result<AccessListEntry> read_access_list_entry(dom::element element) {
  AccessListEntry entry;
  JsonObject in(element);
  in.require("address", entry.address).list("storageKeys", entry.slots, read_slot);
  if (!in.result()) return std::unexpected(in.result().error());
  return entry;
}

Result<Authorization> read_authorization(dom::element element) {
  Authorization a;
  JsonObject in(element);
  in.require("chainId", a.chain_id).require("address", a.address).require("nonce", a.nonce);
  in.require("yParity", a.y_parity).require("r", a.r).require("s", a.s);
  if (!in.result()) return std::unexpected(in.result().error());
  return a;
}

struct JsonTransaction {
  SignedTransaction tx;
  Hash256 hash;
};

Result<JsonTransaction> read_transaction_object(dom::element element) {
  JsonTransaction result;
  Transaction& tx = result.tx.transaction;
  uint64_t type = 0;
  JsonObject in(element);
  in.read("type", type).require("hash", result.hash).require("from", tx.sender);
  in.read("to", tx.to).require("nonce", tx.nonce).require("gas", tx.gas_limit);
  in.require("value", tx.value).require("input", tx.data).read("chainId", tx.chain_id);
  if (type > static_cast<uint64_t>(TxType::set_code)) return fail("type: is not known");
  tx.type = static_cast<TxType>(type);
  if (tx.type >= TxType::dynamic_fee) {
    in.require("maxFeePerGas", tx.max_fee).require("maxPriorityFeePerGas", tx.max_priority_fee);
  } else {
    in.require("gasPrice", tx.max_fee);
    tx.max_priority_fee = tx.max_fee;
  }
  in.list("accessList", tx.access_list, read_access_list_entry);
  in.read("maxFeePerBlobGas", tx.max_fee_per_blob_gas);
  in.list("blobVersionedHashes", tx.blob_hashes, read_hash);
  in.list("authorizationList", tx.authorizations, read_authorization);
  in.require("v", result.tx.v).require("r", result.tx.r).require("s", result.tx.s);
  if (!in.result()) return std::unexpected(in.result().error());
  // Nodes tell the chain id of old transactions too, in which it is not signed.
  if (tx.type == TxType::legacy) tx.chain_id = legacy_chain_id(result.tx.v);
  return result;
}

Result<Withdrawal> read_withdrawal(dom::element element) {
  Withdrawal w;
  JsonObject in(element);
  in.require("index", w.index).require("validatorIndex", w.validator_index);
  in.require("address", w.address).require("amount", w.amount_gwei);
  if (!in.result()) return std::unexpected(in.result().error());
  return w;
}

void read_header_fields(JsonObject& in, BlockHeader& h) {
  in.require("parentHash", h.parent_hash).require("sha3Uncles", h.ommers_hash);
  in.require("miner", h.coinbase).require("stateRoot", h.state_root);
  in.require("transactionsRoot", h.transactions_root).require("receiptsRoot", h.receipts_root);
  in.require("logsBloom", h.logs_bloom.bytes).require("difficulty", h.difficulty);
  in.require("number", h.number).require("gasLimit", h.gas_limit).require("gasUsed", h.gas_used);
  in.require("timestamp", h.timestamp).require("extraData", h.extra_data);
  in.require("mixHash", h.mix_hash).require("nonce", h.nonce);
  in.read("baseFeePerGas", h.base_fee).read("withdrawalsRoot", h.withdrawals_root);
  in.read("blobGasUsed", h.blob_gas_used).read("excessBlobGas", h.excess_blob_gas);
  in.read("parentBeaconBlockRoot", h.parent_beacon_root).read("requestsHash", h.requests_hash);
}

} // namespace

Result<JsonBlock> parse_json_block(std::string_view json) {
  dom::parser parser;
  dom::element element;
  if (const auto error = parser.parse(json.data(), json.size()).get(element))
    return fail("cannot be read as JSON: " + std::string(simdjson::error_message(error)));
  JsonObject in(element);
  JsonBlock result;
  read_header_fields(in, result.block.header);
  std::vector<JsonTransaction> transactions;
  in.require("hash", result.hash).list("uncles", result.ommer_hashes, read_hash);
  in.list("transactions", transactions, read_transaction_object);
  if (in.find("withdrawals"))
    in.list("withdrawals", result.block.withdrawals.emplace(), read_withdrawal);
  if (!in.result()) return std::unexpected(in.result().error());
  for (JsonTransaction& tx : transactions) {
    result.block.transactions.push_back(std::move(tx.tx));
    result.transaction_hashes.push_back(tx.hash);
  }
  return result;
}

} // namespace runahead
