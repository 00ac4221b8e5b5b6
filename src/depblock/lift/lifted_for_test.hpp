// Short ways from bytecode to a placed block, for tests.
#pragma once

#include "depblock/form/text.hpp"
#include "depblock/form/verify.hpp"
#include "depblock/lift/lift.hpp"
#include "depblock/lift/place.hpp"

#include <gtest/gtest.h>

namespace runahead::depblock {

/// Lifted and placed, both forms verified.
inline Block placed(const Bytes& bytes, uint32_t pc = 0, Fork fork = Fork::osaka,
                    std::span<const uint32_t> chain = {}) {
  const Code code(bytes);
  Block loose, out;
  Lifter(code, fork).lift(pc, loose, chain);
  const auto loose_is_sound = verify(loose.view());
  EXPECT_TRUE(loose_is_sound) << loose_is_sound.error().message << '\n' << print(loose.view());
  Placer().place(loose, out);
  const auto is_sound = verify(out.view());
  EXPECT_TRUE(is_sound) << is_sound.error().message << '\n' << print(out.view());
  return out;
}

/// The printed lines of a placed block without its head.
inline std::string body(const Block& block) {
  const std::string text = print(block.view());
  return text.substr(text.find('\n') + 1);
}

} // namespace runahead::depblock
