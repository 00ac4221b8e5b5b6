#include "block/header.hpp"

#include "base/rlp_fields.hpp"
#include "crypto/keccak.hpp"

namespace runahead {
Result<BlockHeader> read_header(rlp::Reader& list) {
  const auto fields = list.list();
  if (!fields) return std::unexpected(fields.error());
  BlockHeader h;
  rlp::FieldReader in(*fields);
  in.read("parentHash", h.parent_hash).read("sha3Uncles", h.ommers_hash);
  in.read("miner", h.coinbase).read("stateRoot", h.state_root);
  in.read("transactionsRoot", h.transactions_root).read("receiptsRoot", h.receipts_root);
  in.read("logsBloom", h.logs_bloom.bytes).read("difficulty", h.difficulty);
  in.read("number", h.number).read("gasLimit", h.gas_limit).read("gasUsed", h.gas_used);
  in.read("timestamp", h.timestamp).read("extraData", h.extra_data);
  in.read("mixHash", h.mix_hash).read("nonce", h.nonce);
  in.read_if_there("baseFeePerGas", h.base_fee)
      .read_if_there("withdrawalsRoot", h.withdrawals_root);
  in.read_if_there("blobGasUsed", h.blob_gas_used)
      .read_if_there("excessBlobGas", h.excess_blob_gas);
  in.read_if_there("parentBeaconBlockRoot", h.parent_beacon_root)
      .read_if_there("requestsHash", h.requests_hash);
  if (const auto end = in.finish(); !end) return std::unexpected(end.error());
  return h;
}

Result<BlockHeader> decode_header(BytesView encoded) {
  rlp::Reader reader(encoded);
  auto header = read_header(reader);
  if (!header) return header;
  if (const auto end = reader.finish(); !end) return std::unexpected(end.error());
  return header;
}

Bytes encode_header(const BlockHeader& h) {
  rlp::Writer out;
  out.string(h.parent_hash).string(h.ommers_hash).string(h.coinbase).string(h.state_root);
  out.string(h.transactions_root).string(h.receipts_root).string(h.logs_bloom);
  out.number(h.difficulty).number(h.number).number(h.gas_limit).number(h.gas_used);
  out.number(h.timestamp).string(h.extra_data).string(h.mix_hash).string(h.nonce);
  if (h.base_fee) out.number(*h.base_fee);
  if (h.withdrawals_root) out.string(*h.withdrawals_root);
  if (h.blob_gas_used) out.number(*h.blob_gas_used);
  if (h.excess_blob_gas) out.number(*h.excess_blob_gas);
  if (h.parent_beacon_root) out.string(*h.parent_beacon_root);
  if (h.requests_hash) out.string(*h.requests_hash);
  return out.as_list();
}

Hash256 header_hash(const BlockHeader& header) { return keccak256(encode_header(header)); }

} // namespace runahead
