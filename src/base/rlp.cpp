#include "base/rlp.hpp"

#include <string>

namespace runahead::rlp {

namespace {

// A first byte below string_base is the string of that one byte. From string_base and list_base
// on, the byte says the length of up to 55 payload bytes, or above that the length of the length.
constexpr uint8_t string_base = 0x80;
constexpr uint8_t list_base = 0xc0;
constexpr size_t short_bytes = 55;

struct Header {
  bool is_list;
  size_t header_bytes;
  size_t payload_bytes;
};

/// The length behind a first byte that says it takes `count` bytes.
Result<size_t> long_length(BytesView input, size_t count) {
  if (input.size() < 1 + count) return fail("RLP ends inside a length");
  if (input[1] == 0) return fail("RLP length with a leading zero");
  uint64_t length = 0;
  for (size_t i = 1; i <= count; ++i) length = length << 8 | input[i];
  if (length <= short_bytes) return fail("RLP length in the long form that fits the short one");
  return length;
}

Result<Header> read_header(BytesView input) {
  if (input.empty()) return fail("RLP ends where an item is expected");
  const uint8_t first = input[0];
  if (first < string_base) return Header{false, 0, 1};
  const bool is_list = first >= list_base;
  const size_t code = first - (is_list ? list_base : string_base);
  if (code <= short_bytes) return Header{is_list, 1, code};
  const size_t length_bytes = code - short_bytes;
  const auto length = long_length(input, length_bytes);
  if (!length) return std::unexpected(length.error());
  return Header{is_list, 1 + length_bytes, *length};
}

Result<BytesView> canonical_number(const Result<BytesView>& bytes, size_t limit_bytes) {
  if (!bytes) return bytes;
  if (bytes->size() > limit_bytes) {
    return fail("RLP number of " + std::to_string(bytes->size()) + " bytes where at most " +
                std::to_string(limit_bytes) + " fit");
  }
  if (!bytes->empty() && bytes->front() == 0) return fail("RLP number with a leading zero");
  return bytes;
}

Result<void> validate_items(Reader reader) {
  while (!reader.done()) {
    Reader at_item = reader;
    const auto item = reader.item();
    if (!item) return std::unexpected(item.error());
    if (!item->is_list) continue;
    const auto inner = at_item.list();
    if (!inner) return std::unexpected(inner.error());
    if (const auto checked = validate_items(*inner); !checked) return checked;
  }
  return {};
}

} // namespace

void Writer::prefix(uint8_t short_form, size_t size_bytes) {
  if (size_bytes <= short_bytes) {
    bytes_.push_back(static_cast<uint8_t>(short_form + size_bytes));
    return;
  }
  const unsigned width = uint256(size_bytes).byte_width();
  bytes_.push_back(static_cast<uint8_t>(short_form + short_bytes + width));
  for (unsigned i = width; i-- > 0;) bytes_.push_back(static_cast<uint8_t>(size_bytes >> 8 * i));
}

Writer& Writer::string(BytesView bytes) {
  if (bytes.size() != 1 || bytes[0] >= string_base) prefix(string_base, bytes.size());
  return raw(bytes);
}

Writer& Writer::number(const uint256& x) {
  uint8_t bytes[32];
  store_be(bytes, x);
  return string(BytesView(bytes).last(x.byte_width()));
}

Writer& Writer::list(const Writer& items) {
  prefix(list_base, items.bytes_.size());
  return raw(items.bytes_);
}

Writer& Writer::raw(BytesView encoded) {
  bytes_.insert(bytes_.end(), encoded.begin(), encoded.end());
  return *this;
}

Bytes Writer::as_list() const {
  Writer outer;
  outer.bytes_.reserve(bytes_.size() + 9);
  outer.list(*this);
  return std::move(outer.bytes_);
}

Result<Item> Reader::item() {
  const auto header = read_header(rest_);
  if (!header) return std::unexpected(header.error());
  const size_t available = rest_.size() - header->header_bytes;
  if (header->payload_bytes > available) {
    return fail("RLP item of " + std::to_string(header->payload_bytes) + " bytes where " +
                std::to_string(available) + " are left");
  }
  const Item item = {header->is_list, rest_.subspan(header->header_bytes, header->payload_bytes),
                     rest_.first(header->header_bytes + header->payload_bytes)};
  if (!item.is_list && header->header_bytes == 1 && item.payload.size() == 1 &&
      item.payload[0] < string_base) {
    return fail("RLP single byte with a length in front");
  }
  skip(item);
  return item;
}

Result<BytesView> Reader::string() {
  const BytesView before = rest_;
  const auto next = item();
  if (!next) return std::unexpected(next.error());
  if (next->is_list) {
    rest_ = before;
    return fail("RLP list where a byte string is expected");
  }
  return next->payload;
}

Result<BytesView> Reader::string(size_t size_bytes) {
  const BytesView before = rest_;
  const auto bytes = string();
  if (!bytes || bytes->size() == size_bytes) return bytes;
  rest_ = before;
  return fail("RLP string of " + std::to_string(bytes->size()) + " bytes where " +
              std::to_string(size_bytes) + " are expected");
}

Result<uint256> Reader::number() {
  const BytesView before = rest_;
  const auto bytes = canonical_number(string(), 32);
  if (bytes) return from_be(*bytes);
  rest_ = before;
  return std::unexpected(bytes.error());
}

Result<uint64_t> Reader::number_u64() {
  const BytesView before = rest_;
  const auto bytes = canonical_number(string(), 8);
  if (bytes) return from_be(*bytes).w[0];
  rest_ = before;
  return std::unexpected(bytes.error());
}

Result<Address> Reader::address() {
  const auto bytes = string(20);
  if (!bytes) return std::unexpected(bytes.error());
  return to_address(from_be(*bytes));
}

Result<std::optional<Address>> Reader::optional_address() {
  if (!rest_.empty() && rest_[0] == string_base) {
    rest_ = rest_.subspan(1);
    return std::nullopt;
  }
  const auto present = address();
  if (!present) return std::unexpected(present.error());
  return *present;
}

Result<Hash256> Reader::hash() {
  const auto bytes = string(32);
  if (!bytes) return std::unexpected(bytes.error());
  return to_hash(from_be(*bytes));
}

Result<Reader> Reader::list() {
  const BytesView before = rest_;
  const auto next = item();
  if (!next) return std::unexpected(next.error());
  if (next->is_list && depth_ < limits::rlp_depth) return Reader(next->payload, depth_ + 1);
  rest_ = before;
  if (!next->is_list) return fail("RLP byte string where a list is expected");
  return fail("RLP lists nested deeper than " + std::to_string(limits::rlp_depth));
}

Result<void> Reader::finish() const {
  if (done()) return {};
  return fail(std::to_string(rest_.size()) + " bytes behind the last expected RLP item");
}

Result<void> validate(BytesView input) {
  Reader reader(input);
  if (const auto only = reader.item(); !only) return std::unexpected(only.error());
  if (const auto end = reader.finish(); !end) return end;
  return validate_items(Reader(input));
}

} // namespace runahead::rlp
