// The parameters of a request: a list of values by position. For sources of this folder only, as
// json_input.hpp is.
#pragma once

#include "rpc/json_input.hpp"

#include <optional>

namespace runahead {

/// Elements live as long as the request's JSON does. Errors are told as geth tells them.
class Parameters {
public:
  /// `value` may be null: no parameters. Refused: anything but an array, and more than `most`.
  static Result<Parameters> read(const JsonElement* value, size_t most);

  /// The parameter at `index`; nothing if it is absent or null.
  std::optional<JsonElement> at(size_t index) const;

  /// Puts what `read` makes of a parameter into `into`, which stays as it is where the parameter is
  /// absent.
  template <class Read, class Into>
  Result<void> optional(size_t index, Read read, Into& into) const {
    const auto value = at(index);
    if (!value) return {};
    auto result = read(*value);
    if (!result) return fail_at("invalid argument " + std::to_string(index), result.error());
    into = std::move(*result);
    return {};
  }

  /// The same; refuses a parameter that is absent.
  template <class Read, class Into>
  Result<void> required(size_t index, Read read, Into& into) const {
    if (!at(index)) return missing(index);
    return optional(index, read, into);
  }

private:
  static std::unexpected<Error> missing(size_t index);

  std::optional<simdjson::dom::array> values_;
};

} // namespace runahead
