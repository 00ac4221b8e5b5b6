// The slow evaluator: runs one dependency block on a frame, list by list as it is written. The
// judge of the form and of everything made from it: it believes the block's order and looks
// nothing up elsewhere.
#pragma once

#include "depblock/form/block.hpp"
#include "machine/engine.hpp"

namespace runahead::depblock {

/// How a block was left.
enum class Left : uint8_t {
  next,    ///< the frame stands at the next block, or wherever `pc` says
  outcome, ///< the engine answers `outcome`
  refused, ///< gas ran short behind a dynamic price: stepping goes on from where the frame stands
};

struct Evaluation {
  Left left = Left::next;
  Outcome outcome = Outcome::done;
};

/// Runs `block` on `frame`, which stands at its entry and fulfils its facts, or - if
/// `frame.resume.step` is not 0 - where it was left in the middle. However it is left, the frame is
/// canonical: pc, stack and gas are what the bytecode says. Where it may come back into the middle
/// of the block, `frame.resume` and `frame.kept` tell how.
Evaluation evaluate(const BlockView& block, Frame& frame, World& world);

/// True if a frame may enter the block.
inline bool admits(const BlockFacts& facts, const Frame& frame) {
  return frame.gas >= facts.gas && frame.height() >= facts.stack_required &&
         frame.height() + facts.stack_growth <= limits::stack_height;
}

} // namespace runahead::depblock
