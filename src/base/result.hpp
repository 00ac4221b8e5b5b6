// The error of everything that can be refused for what it was given: text, files, requests.
// State that could not be read and EVM outcomes are not such errors; they have types of their own.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace runahead {

/// A refusal: one sentence that names the field, file or key and says what was expected.
struct Error {
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

/// The same error with the place it belongs to in front: `transaction.gas: not a hex number`.
inline std::unexpected<Error> fail_at(std::string_view place, const Error& error) {
  return std::unexpected(Error{std::string(place) + ": " + error.message});
}

} // namespace runahead
