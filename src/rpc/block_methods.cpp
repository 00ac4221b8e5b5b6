// Blocks, transactions and receipts of a chain that is held here.
#include "rpc/block_methods.hpp"

#include "base/hex.hpp"
#include "rpc/block_answer.hpp"
#include "spec/blob_fee.hpp"

namespace runahead {
namespace {

constexpr std::string_view null_json = "null";

std::unexpected<RpcError> internal(const Error& error) {
  return rpc_fail(rpc_code::internal_error, error.message);
}

std::vector<Hash256> hashes_of(const Block& block) {
  std::vector<Hash256> hashes;
  hashes.reserve(block.transactions.size());
  for (const SignedTransaction& tx : block.transactions) hashes.push_back(transaction_hash(tx));
  return hashes;
}

RpcAnswer block_answer(const ChainReader& chain, uint64_t number, bool whole_transactions) {
  const auto stored = chain.block(number);
  if (!stored) return internal(stored.error());
  JsonWriter json;
  json.begin_object();
  write_block_fields(json, {stored->block, stored->hash, stored->size_bytes},
                     hashes_of(stored->block), whole_transactions);
  return json.end_object().take();
}

RpcAnswer count_answer(const ChainReader& chain, uint64_t number) {
  const auto stored = chain.block(number);
  if (!stored) return internal(stored.error());
  return JsonWriter().quantity(stored->block.transactions.size()).take();
}

RpcAnswer transaction_answer(const ChainReader& chain, TransactionPlace place) {
  const auto stored = chain.block(place.block);
  if (!stored) return internal(stored.error());
  const auto& transactions = stored->block.transactions;
  if (place.index >= transactions.size()) return std::string(null_json);
  const SignedTransaction& tx = transactions[place.index];
  JsonWriter json;
  write_transaction(json,
                    {stored->block.header, stored->hash, tx, transaction_hash(tx), place.index});
  return json.take();
}

/// Receipts of a block with all that is told of them: of all its transactions, or of the one at
/// `only`.
RpcAnswer receipts_answer(const ChainReader& chain, uint64_t number, std::optional<size_t> only) {
  const auto stored = chain.block(number);
  if (!stored) return internal(stored.error());
  const auto receipts = chain.receipts(number);
  if (!receipts) return internal(receipts.error());
  if (receipts->size() != stored->block.transactions.size())
    return rpc_fail(rpc_code::internal_error,
                    "block " + std::to_string(number) + " has another number of receipts");
  const BlockHeader& header = stored->block.header;
  uint256 blob_gas_price;
  if (header.excess_blob_gas)
    blob_gas_price = blob_base_fee(*header.excess_blob_gas, stored->rules.rules.blobs);
  JsonWriter json;
  if (!only) json.begin_array();
  uint64_t gas_before = 0;
  size_t logs_before = 0;
  for (size_t i = 0; i < receipts->size(); ++i) {
    const Receipt& receipt = (*receipts)[i];
    const SignedTransaction& tx = stored->block.transactions[i];
    if (!only || *only == i)
      write_receipt(
          json, {header, stored->hash, tx, transaction_hash(tx), i},
          {receipt, receipt.cumulative_gas_used - gas_before, logs_before, blob_gas_price});
    gas_before = receipt.cumulative_gas_used;
    logs_before += receipt.logs.size();
  }
  if (!only) json.end_array();
  return json.take();
}

/// Answers with what `make` says of the block, or null where there is none.
template <class Make>
void answer_of_block(MethodCall call, const BlockRef& block, Make make) {
  with_number(std::move(call), block,
              [make = std::move(make)](MethodCall woken, std::optional<uint64_t> number) mutable {
                if (!number) return woken.reply(std::string(null_json));
                woken.reply(make(woken.chain(), *number));
              });
}

/// geth's words for a hash that is not written as one.
Result<Hash256> read_hash_parameter(const JsonElement& value) {
  const auto text = read_text(value);
  if (text && !text->starts_with("0x"))
    return fail("json: cannot unmarshal hex string without 0x prefix into Go value of type "
                "common.Hash");
  return read_hash(value);
}

/// A block that is named by its hash alone.
Result<BlockRef> read_block_hash(const JsonElement& value) {
  const auto hash = read_hash_parameter(value);
  if (!hash) return std::unexpected(hash.error());
  return BlockRef::of(*hash);
}

using ReadBlock = Result<BlockRef> (*)(const JsonElement&);

template <ReadBlock read>
void block_by(MethodCall call) {
  BlockRef block;
  bool whole = false;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read, block);
  if (ok) ok = params->optional(1, read_bool, whole);
  if (!ok) return call.refuse_params(ok.error());
  answer_of_block(std::move(call), block, [whole](const ChainReader& chain, uint64_t number) {
    return block_answer(chain, number, whole);
  });
}

template <ReadBlock read>
void about_block(MethodCall call, RpcAnswer (*make)(const ChainReader&, uint64_t)) {
  BlockRef block;
  const auto params = Parameters::read(call.params, 1);
  if (!params) return call.refuse_params(params.error());
  if (const auto ok = params->required(0, read, block); !ok) return call.refuse_params(ok.error());
  answer_of_block(std::move(call), block, make);
}

template <ReadBlock read>
void transaction_by_index(MethodCall call) {
  BlockRef block;
  uint64_t index = 0;
  const auto params = Parameters::read(call.params, 2);
  if (!params) return call.refuse_params(params.error());
  Result<void> ok = params->required(0, read, block);
  if (ok) ok = params->required(1, read_u64, index);
  if (!ok) return call.refuse_params(ok.error());
  answer_of_block(std::move(call), block, [index](const ChainReader& chain, uint64_t number) {
    return transaction_answer(chain, {number, index});
  });
}

/// Answers with what `make` says of a transaction, or null where there is none.
void about_transaction(MethodCall call, RpcAnswer (*make)(const ChainReader&, TransactionPlace)) {
  Hash256 hash;
  const auto params = Parameters::read(call.params, 1);
  if (!params) return call.refuse_params(params.error());
  if (const auto ok = params->required(0, read_hash_parameter, hash); !ok)
    return call.refuse_params(ok.error());
  const auto place = call.chain().find(hash);
  if (!place) return call.reply(internal(place.error()));
  call.reply(*place ? make(call.chain(), **place) : RpcAnswer(null_json));
}

RpcAnswer raw_block_answer(const ChainReader& chain, uint64_t number) {
  const auto stored = chain.block(number);
  if (!stored) return internal(stored.error());
  return JsonWriter().hex(encode_block(stored->block)).take();
}

RpcAnswer raw_header_answer(const ChainReader& chain, uint64_t number) {
  const auto stored = chain.header(number);
  if (!stored) return internal(stored.error());
  return JsonWriter().hex(encode_header(stored->header)).take();
}

RpcAnswer raw_receipts_answer(const ChainReader& chain, uint64_t number) {
  const auto receipts = chain.receipts(number);
  if (!receipts) return internal(receipts.error());
  JsonWriter json;
  json.begin_array();
  for (const Receipt& receipt : *receipts) json.hex(encode_receipt(receipt));
  return json.end_array().take();
}

RpcAnswer raw_transaction_answer(const ChainReader& chain, TransactionPlace place) {
  const auto stored = chain.block(place.block);
  if (!stored) return internal(stored.error());
  return JsonWriter().hex(encode_transaction(stored->block.transactions.at(place.index))).take();
}

} // namespace

void block_by_number(MethodCall call) { block_by<read_block_ref>(std::move(call)); }
void block_by_hash(MethodCall call) { block_by<read_block_hash>(std::move(call)); }

void transaction_count_by_number(MethodCall call) {
  about_block<read_block_ref>(std::move(call), count_answer);
}
void transaction_count_by_hash(MethodCall call) {
  about_block<read_block_hash>(std::move(call), count_answer);
}

void transaction_by_hash(MethodCall call) {
  about_transaction(std::move(call), transaction_answer);
}
void transaction_by_number_and_index(MethodCall call) {
  transaction_by_index<read_block_ref>(std::move(call));
}
void transaction_by_hash_and_index(MethodCall call) {
  transaction_by_index<read_block_hash>(std::move(call));
}

void transaction_receipt(MethodCall call) {
  about_transaction(std::move(call), [](const ChainReader& chain, TransactionPlace place) {
    return receipts_answer(chain, place.block, place.index);
  });
}
void block_receipts(MethodCall call) {
  about_block<read_block_ref>(std::move(call), [](const ChainReader& chain, uint64_t number) {
    return receipts_answer(chain, number, std::nullopt);
  });
}

void raw_block(MethodCall call) { about_block<read_block_ref>(std::move(call), raw_block_answer); }
void raw_header(MethodCall call) {
  about_block<read_block_ref>(std::move(call), raw_header_answer);
}
void raw_receipts(MethodCall call) {
  about_block<read_block_ref>(std::move(call), raw_receipts_answer);
}
void raw_transaction(MethodCall call) {
  about_transaction(std::move(call), raw_transaction_answer);
}

} // namespace runahead
