#include "rpc/parameters.hpp"

namespace runahead {

Result<Parameters> Parameters::read(const JsonElement* value, size_t most) {
  Parameters parameters;
  if (value == nullptr) return parameters;
  simdjson::dom::array values;
  if (value->get(values) != simdjson::SUCCESS)
    return fail("params: expected an array, got " + describe(*value));
  if (values.size() > most) return fail("too many arguments, want at most " + std::to_string(most));
  parameters.values_ = values;
  return parameters;
}

std::optional<JsonElement> Parameters::at(size_t index) const {
  JsonElement value;
  if (!values_ || values_->at(index).get(value) != simdjson::SUCCESS || value.is_null())
    return std::nullopt;
  return value;
}

std::unexpected<Error> Parameters::missing(size_t index) {
  return fail("missing value for required argument " + std::to_string(index));
}

} // namespace runahead
