// Recursive length prefix, Ethereum's encoding of byte strings and lists of them (Yellow Paper,
// appendix B). Writing cannot fail; reading accepts the one canonical encoding of each value only.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <cstdint>
#include <optional>

namespace runahead::rlp {

/// Collects encoded items one behind the other. A list is a Writer of its own, put into the outer
/// one:
///
///   Writer account;
///   account.number(nonce).number(balance).string(storage_root).string(code_hash);
///   Bytes encoded = account.as_list();
class Writer {
public:
  /// A byte string; addresses and hashes too.
  Writer& string(BytesView bytes);
  /// Big-endian without leading zeros; zero is the empty string.
  Writer& number(const uint256& x);
  /// The items of `items` as one list item.
  Writer& list(const Writer& items);
  /// Something already encoded.
  Writer& raw(BytesView encoded);

  /// The items one behind the other, without a list around them.
  const Bytes& items() const { return bytes_; }
  /// The items as one list.
  Bytes as_list() const;

private:
  void prefix(uint8_t short_form, size_t size_bytes);
  Bytes bytes_;
};

/// One item: its payload, and the encoding it was read from. Both point into the input.
struct Item {
  bool is_list = false;
  BytesView payload;
  BytesView encoded;
};

/// Reads items from front to back. Holds a view: the input must outlive it and what it returns.
/// After an error the reader stays where it was.
class Reader {
public:
  explicit Reader(BytesView input) : Reader(input, 0) {}

  bool done() const { return rest_.empty(); }

  Result<Item> item();
  Result<BytesView> string();
  /// A byte string of exactly `size_bytes`.
  Result<BytesView> string(size_t size_bytes);
  /// At most 32 bytes, no leading zeros.
  Result<uint256> number();
  /// At most 8 bytes, no leading zeros.
  Result<uint64_t> number_u64();
  Result<Address> address();
  /// An address, or nothing where the string is empty (the `to` of a create transaction).
  Result<std::optional<Address>> optional_address();
  Result<Hash256> hash();
  /// A reader of the list's items; refuses lists nested deeper than limits::rlp_depth.
  Result<Reader> list();
  /// Refuses anything that is left.
  Result<void> finish() const;

private:
  Reader(BytesView input, unsigned depth) : rest_(input), depth_(depth) {}
  void skip(const Item& item) { rest_ = rest_.subspan(item.encoded.size()); }

  BytesView rest_;
  unsigned depth_; ///< lists around these items
};

/// Checks that `input` is exactly one item, canonical down to its leaves.
Result<void> validate(BytesView input);

} // namespace runahead::rlp
