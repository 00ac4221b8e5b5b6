// Each block of a code that control may reach: lifted, improved, placed, kept and evaluated on
// random stacks, it does what stepping does with its bytecode; and it comes back from its text
// form.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"

#include <string>

namespace runahead::differential {

struct ComparedBlocks {
  size_t codes = 0, blocks = 0, runs = 0;
  size_t unfit = 0; ///< reached, but their entry check fails on every stack
};

/// Compares all blocks of `code`, by the rules of Osaka; a difference is a fatal failure of the
/// test that calls it.
void compare_code(const Bytes& code, Random& random, ComparedBlocks& compared);

std::string to_text(const ComparedBlocks& compared);

} // namespace runahead::differential
