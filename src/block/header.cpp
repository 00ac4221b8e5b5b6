#include "block/header.hpp"

#include "crypto/keccak.hpp"

#include <algorithm>

namespace runahead {
namespace {

template <size_t n>
Result<std::array<uint8_t, n>> read_array(rlp::Reader& reader) {
  const auto bytes = reader.string(n);
  if (!bytes) return std::unexpected(bytes.error());
  std::array<uint8_t, n> array;
  std::ranges::copy(*bytes, array.begin());
  return array;
}

/// Reads the header's fields in order; keeps the first error with the field's name.
class HeaderReader {
public:
  explicit HeaderReader(rlp::Reader reader) : reader_(reader) {}

  HeaderReader& read(std::string_view field, Hash256& into) {
    return keep(field, into, reader_.hash());
  }
  HeaderReader& read(std::string_view field, Address& into) {
    return keep(field, into, reader_.address());
  }
  HeaderReader& read(std::string_view field, uint256& into) {
    return keep(field, into, reader_.number());
  }
  HeaderReader& read(std::string_view field, uint64_t& into) {
    return keep(field, into, reader_.number_u64());
  }
  HeaderReader& read(std::string_view field, Bytes& into) {
    const auto view = reader_.string();
    return keep(field, into, view ? Result<Bytes>(to_bytes(*view)) : fail(view.error().message));
  }
  template <size_t n>
  HeaderReader& read(std::string_view field, std::array<uint8_t, n>& into) {
    return keep(field, into, read_array<n>(reader_));
  }
  /// A field that a header may end before.
  template <class T>
  HeaderReader& read(std::string_view field, std::optional<T>& into) {
    if (!result_ || reader_.done()) return *this;
    return read(field, into.emplace());
  }

  Result<void> finish() const {
    if (!result_) return result_;
    return reader_.finish();
  }

private:
  template <class T>
  HeaderReader& keep(std::string_view field, T& into, Result<T> value) {
    if (!result_) return *this;
    if (value)
      into = std::move(*value);
    else
      result_ = fail_at(field, value.error());
    return *this;
  }

  rlp::Reader reader_;
  Result<void> result_;
};

} // namespace

Result<BlockHeader> read_header(rlp::Reader& list) {
  const auto fields = list.list();
  if (!fields) return std::unexpected(fields.error());
  BlockHeader h;
  HeaderReader in(*fields);
  in.read("parentHash", h.parent_hash).read("sha3Uncles", h.ommers_hash);
  in.read("miner", h.coinbase).read("stateRoot", h.state_root);
  in.read("transactionsRoot", h.transactions_root).read("receiptsRoot", h.receipts_root);
  in.read("logsBloom", h.logs_bloom.bytes).read("difficulty", h.difficulty);
  in.read("number", h.number).read("gasLimit", h.gas_limit).read("gasUsed", h.gas_used);
  in.read("timestamp", h.timestamp).read("extraData", h.extra_data);
  in.read("mixHash", h.mix_hash).read("nonce", h.nonce);
  in.read("baseFeePerGas", h.base_fee).read("withdrawalsRoot", h.withdrawals_root);
  in.read("blobGasUsed", h.blob_gas_used).read("excessBlobGas", h.excess_blob_gas);
  in.read("parentBeaconBlockRoot", h.parent_beacon_root).read("requestsHash", h.requests_hash);
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
