// Fields of fixture files as typed values, for the readers of this folder only: the header brings
// the JSON library with it.
#pragma once

#include "base/hex.hpp"
#include "base/result.hpp"
#include "sources/memory.hpp"
#include "spec/fork.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runahead::fixture_json {

namespace dom = simdjson::dom;

/// Thrown by these functions and caught by the readers of files: one field deep in a test is wrong,
/// and with it the test.
struct Malformed {
  std::string message;
};

[[noreturn]] void refuse(std::string_view field, std::string_view message);

template <class T>
T checked(std::string_view field, Result<T> result) {
  if (!result) refuse(field, result.error().message);
  return std::move(*result);
}

/// Does `read` and puts `field` in front of what it refuses.
template <class Read>
auto inside(std::string_view field, Read read) {
  try {
    return read();
  } catch (Malformed& inner) {
    throw Malformed{std::string(field) + "." + inner.message};
  }
}

// Values of one kind; each refuses what is not of its kind.

std::string_view text_of(std::string_view field, dom::element element);
dom::object object_of(std::string_view field, dom::element element);
dom::array array_of(std::string_view field, dom::element element);
uint256 word_of(std::string_view field, dom::element element);
uint64_t u64_of(std::string_view field, dom::element element);
Bytes bytes_of(std::string_view field, dom::element element);
Address address_of(std::string_view field, dom::element element);
Hash256 hash_of(std::string_view field, dom::element element);
/// A quantity that may exceed 256 bits, then written as `0x:bigint 0x1…`; empty if it does.
std::optional<uint256> wide_word_of(std::string_view field, dom::element element);

/// The fields of one object; those it must have and those it may have.
class Fields {
public:
  explicit Fields(dom::object object) : object_(object) {}

  std::optional<dom::element> find(std::string_view field) const {
    dom::element element;
    if (object_.at_key(field).get(element) != simdjson::SUCCESS) return std::nullopt;
    return element;
  }

  dom::element at(std::string_view field) const {
    const auto element = find(field);
    if (!element) refuse(field, "is missing");
    return *element;
  }

  template <class Read>
  auto required(std::string_view field, Read read) const {
    return read(field, at(field));
  }

  template <class Read>
  auto optional(std::string_view field, Read read) const
      -> std::optional<decltype(read(field, dom::element()))> {
    const auto element = find(field);
    if (!element) return std::nullopt;
    return read(field, *element);
  }

  /// `read(field[i], element)` of each element of a list.
  template <class Read>
  auto list(std::string_view field, Read read) const {
    std::vector<decltype(read(field, dom::element()))> items;
    for (dom::element element : array_of(field, at(field))) items.push_back(read(field, element));
    return items;
  }

private:
  dom::object object_;
};

/// Accounts by address. A slot that is zero in the file is one that is not there.
AccountMap read_accounts(std::string_view field, dom::element element);
/// `{target, max, baseFeeUpdateFraction}`.
BlobSchedule read_blob_schedule(const Fields& fields);

} // namespace runahead::fixture_json
