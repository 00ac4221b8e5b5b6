// The threaded interpreter: exact, and the fastest that interprets bytecode without rearranging it.
// Gas and stack bounds are checked once per block (code/block_facts.hpp); where a check fails, or
// gas runs short behind a dynamic price, the stepping interpreter finds the exact halt.
#pragma once

#include "interp/stepping.hpp"

namespace runahead {

class ThreadedEngine final : public Engine {
public:
  std::string_view name() const override { return "threaded"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override;

private:
  SteppingEngine stepping_;
};

} // namespace runahead
