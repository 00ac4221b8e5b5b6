// Reads the fields of an RLP list in their order, by name: what is wrong is told with the field.
#pragma once

#include "base/rlp.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace runahead::rlp {

/// The first error is kept, and everything after it skipped; `finish` gives it.
class FieldReader {
public:
  explicit FieldReader(Reader reader) : reader_(reader) {}

  FieldReader& read(std::string_view field, Hash256& into) {
    return take(field, into, reader_.hash());
  }
  FieldReader& read(std::string_view field, Address& into) {
    return take(field, into, reader_.address());
  }
  FieldReader& read(std::string_view field, uint256& into) {
    return take(field, into, reader_.number());
  }
  FieldReader& read(std::string_view field, uint64_t& into) {
    return take(field, into, reader_.number_u64());
  }
  FieldReader& read(std::string_view field, Bytes& into) {
    const auto view = reader_.string();
    return take(field, into, view ? Result<Bytes>(to_bytes(*view)) : fail(view.error().message));
  }
  template <size_t n>
  FieldReader& read(std::string_view field, std::array<uint8_t, n>& into) {
    return take(field, into, read_array<n>());
  }

  /// An address, or an empty string for none.
  FieldReader& read_optional(std::string_view field, std::optional<Address>& into) {
    return take(field, into, reader_.optional_address());
  }

  /// A field that the list may end before.
  template <class T>
  FieldReader& read_if_there(std::string_view field, std::optional<T>& into) {
    if (done()) return *this;
    return read(field, into.emplace());
  }

  /// What `read_value(reader)` gives.
  template <class T, class Read>
  FieldReader& read_as(std::string_view field, T& into, Read read_value) {
    if (!result_) return *this;
    return take(field, into, read_value(reader_));
  }

  /// `read_item(reader)` of every item of a list; errors name the item too: `field[3]`.
  template <class T, class Read>
  FieldReader& read_list(std::string_view field, std::vector<T>& into, Read read_item) {
    if (!result_) return *this;
    auto inner = reader_.list();
    if (!inner) return take(field, into, Result<std::vector<T>>(fail(inner.error().message)));
    std::vector<T> items;
    while (!inner->done()) {
      auto next = read_item(*inner);
      if (!next) {
        const std::string place = std::string(field) + "[" + std::to_string(items.size()) + "]";
        return take(place, into, Result<std::vector<T>>(std::unexpected(next.error())));
      }
      items.push_back(std::move(*next));
    }
    return take(field, into, Result<std::vector<T>>(std::move(items)));
  }

  /// True if there is nothing more to read.
  bool done() const { return !result_ || reader_.done(); }

  /// Everything must have been read.
  Result<void> finish() const {
    if (!result_) return result_;
    return reader_.finish();
  }

private:
  template <size_t n>
  Result<std::array<uint8_t, n>> read_array() {
    const auto bytes = reader_.string(n);
    if (!bytes) return std::unexpected(bytes.error());
    std::array<uint8_t, n> array;
    std::ranges::copy(*bytes, array.begin());
    return array;
  }

  template <class T, class Given>
  FieldReader& take(std::string_view field, T& into, Result<Given> value) {
    if (!result_) return *this;
    if (value)
      into = std::move(*value);
    else
      result_ = fail_at(field, value.error());
    return *this;
  }

  Reader reader_;
  Result<void> result_;
};

} // namespace runahead::rlp
