#include "differential/guarded_engine.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace runahead::differential {
namespace {

/// Slots on either side. An instruction moves the top by at most one slot and costs at least 2 gas,
/// so no case of 600,000 gas comes to the end. Pages that nobody touches cost nothing.
constexpr size_t zone_slots = 512 * 1024;
/// Slots on either side that hold the pattern. Who writes further out comes across them as well: no
/// instruction reaches further.
constexpr size_t pattern_slots = 17;
constexpr size_t all_slots = zone_slots + limits::stack_height + zone_slots;

constexpr auto pattern = [] {
  std::array<uint256, pattern_slots> slots;
  slots.fill(uint256{0x6775617264} << 128u);
  return slots;
}();

bool intact(const uint256* zone) { return std::memcmp(zone, pattern.data(), sizeof pattern) == 0; }

} // namespace

GuardedStack::GuardedStack()
    : mapping_(mmap(nullptr, all_slots * sizeof(uint256), PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (mapping_ == MAP_FAILED) std::abort(); // a test without memory
  bottom_ = static_cast<uint256*>(mapping_) + zone_slots;
  mend();
}

GuardedStack::~GuardedStack() { munmap(mapping_, all_slots * sizeof(uint256)); }

void GuardedStack::mend() {
  std::ranges::copy(pattern, bottom_ - pattern_slots);
  std::ranges::copy(pattern, bottom_ + limits::stack_height);
}

bool GuardedStack::check(const uint256* sp) {
  const auto height = sp - bottom_;
  constexpr auto full = static_cast<ptrdiff_t>(limits::stack_height);
  std::string fault;
  if (height < 0)
    fault = "took " + std::to_string(-height) + " items from below its stack";
  else if (height > full)
    fault = "left " + std::to_string(height - full) + " items above its stack";
  else if (!intact(bottom_ - pattern_slots))
    fault = "wrote below its stack";
  else if (!intact(bottom_ + limits::stack_height))
    fault = "wrote above its stack";
  else
    return true;
  mend();
  if (fault_.empty()) fault_ = std::move(fault);
  return false;
}

Outcome GuardedEngine::run(Frame& frame, World& world, int64_t budget) const {
  uint256* const own = frame.bottom;
  uint256* const guarded = stack_.bottom();
  const auto height = frame.sp - own;
  std::copy_n(own, height, guarded);
  frame.bottom = guarded;
  frame.sp = guarded + height;
  Outcome outcome = inner_.run(frame, world, budget);
  frame.bottom = own;
  if (!stack_.check(frame.sp)) {
    frame.sp = own;
    frame.status = Status::invalid_opcode;
    frame.gas = 0;
    return Outcome::done;
  }
  const auto left = frame.sp - guarded;
  std::copy_n(guarded, left, own);
  frame.sp = own + left;
  return outcome;
}

} // namespace runahead::differential
