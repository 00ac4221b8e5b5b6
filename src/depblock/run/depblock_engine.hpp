// The engine that runs code by its dependency blocks with the slow evaluator: exact, and there to
// prove the form. Where an entry check fails, or a frame stands in the middle of a block, another
// engine goes on.
#pragma once

#include "machine/engine.hpp"

#include <memory>

namespace runahead {

class DepblockEngine final : public Engine {
public:
  /// `stepping`: an exact engine that can go on with a frame at any instruction and attaches
  /// nothing to code.
  explicit DepblockEngine(std::unique_ptr<const Engine> stepping)
      : stepping_(std::move(stepping)) {}

  std::string_view name() const override { return "depblock"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override;

private:
  std::unique_ptr<const Engine> stepping_;
};

} // namespace runahead
