#include "depblock/passes/block_passes.hpp"

#include "base/limits.hpp"
#include "depblock/form/verify.hpp"

namespace runahead::depblock {

void PassTimes::add(size_t index, std::string_view pass, std::chrono::nanoseconds time) {
  if (rows.size() <= index) rows.resize(index + 1);
  rows[index].pass = pass;
  rows[index].time += time;
}

void BlockPasses::run(Block& block, size_t count, PassTimes* times) {
  if (block.instrs.size() > limits::pass_instructions) return;
  size_t index = 0;
  const auto pass = [&](auto& one) {
    if (index >= count) return;
    if (times == nullptr) {
      one.run(block);
    } else {
      const auto start = std::chrono::steady_clock::now();
      one.run(block);
      times->add(index, names[index], std::chrono::steady_clock::now() - start);
    }
    verify_in_debug(block.view(), names[index]);
    ++index;
  };
  pass(fold_constants_);
  pass(share_subexpressions_);
  pass(remove_dead_);
}

} // namespace runahead::depblock
