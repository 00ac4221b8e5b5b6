#include "depblock/run/depblock_engine.hpp"

#include "depblock/run/block_table.hpp"
#include "depblock/run/evaluate.hpp"

#include <algorithm>

namespace runahead {
namespace {

using namespace depblock;

/// The block to go on with, if the frame stands at one's entry with what it asks for, or may come
/// back into the middle of one; else null.
const BlockView* block_for(Frame& frame, const BlockTable& table) {
  const ResumePoint& resume = frame.resume;
  if (resume.step != 0 && resume.pc == frame.pc)
    return frame.gas >= resume.rest_gas ? static_cast<const BlockView*>(resume.at) : nullptr;
  frame.resume = {};
  const auto number = table.starts().at(frame.pc);
  if (!number) return nullptr;
  const BlockView& block = table.block(*number);
  return admits(block.facts, frame) ? &block : nullptr;
}

} // namespace

Outcome DepblockEngine::run(Frame& frame, World& world, int64_t budget) const {
  const BlockTable& table = frame.code->translated<BlockTable>(world.rules.fork);
  const int64_t gas_before = frame.gas;
  const auto left = [&] { return budget - (gas_before - frame.gas); };
  const auto step_on = [&] { return stepping_->run(frame, world, std::max<int64_t>(left(), 1)); };
  for (;;) {
    const BlockView* block = block_for(frame, table);
    if (block == nullptr) return step_on();
    const Evaluation evaluation = evaluate(*block, frame, world);
    if (evaluation.left == Left::refused) return step_on();
    if (evaluation.left == Left::outcome) return evaluation.outcome;
    if (left() < 0) return Outcome::slice_over;
  }
}

} // namespace runahead
