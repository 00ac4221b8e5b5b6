// What an engine makes of code, kept with the code for the next call.
#pragma once

#include <cstddef>

namespace runahead {

class Translation {
public:
  virtual ~Translation() = default;
  /// Bytes this object occupies.
  virtual size_t footprint() const = 0;
};

} // namespace runahead
