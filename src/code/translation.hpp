// What an engine makes of code, kept with the code for the next call.
//
// Engines of several kinds may run one code at the same time, so a code has a place for each kind
// of translation. A class of translations names its place by a constant `kind`, which no other
// class has: what is found there may then be taken for that class.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace runahead {

enum class TranslationKind : uint8_t {
  threaded_code,     ///< ThreadedCode
  dependency_blocks, ///< BlockTable
};
inline constexpr size_t translation_kinds = 2;

class Translation {
public:
  virtual ~Translation() = default;
  /// Bytes this object occupies.
  virtual size_t footprint() const = 0;
};

template <class T>
concept KindOfTranslation = std::derived_from<T, Translation> && requires {
  { T::kind } -> std::convertible_to<TranslationKind>;
};

} // namespace runahead
