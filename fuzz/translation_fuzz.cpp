// Whatever the bytes of code are, its analysis says what a plain reading of them says, and its
// threaded code is of bounded size, and its entry checks ask for what their blocks need, with some
// that certainly follow.
#include "code/block_facts.hpp"
#include "code/code.hpp"
#include "interp/threaded_code.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>

using namespace runahead;

namespace {

void require(bool holds, const char* what, size_t pc) {
  if (holds) return;
  std::fprintf(stderr, "at %zu: %s\n", pc, what);
  std::abort();
}

/// Positions of the JUMPDESTs that are no part of an immediate.
std::set<size_t> destinations_of(BytesView code) {
  std::set<size_t> all;
  for (size_t pc = 0; pc < code.size(); pc += 1u + info(code[pc]).immediate_bytes)
    if (code[pc] == OP_JUMPDEST) all.insert(pc);
  return all;
}

/// Where control certainly goes from one place on: along instructions, into JUMPDESTs, and by jumps
/// to literals.
class Walk {
public:
  Walk(const Code& code, Fork fork, const std::set<size_t>& destinations)
      : code_(code), fork_(fork), destinations_(destinations) {}

  /// True if `facts` are those of the block at `pc`, or of it and some that certainly follow.
  bool explains(const BlockFacts& facts, size_t pc) const {
    BlockMeter meter(fork_);
    std::optional<uint256> pushed; // what is on top of the stack, if it is a literal
    for (bool first = true;; first = false) {
      const uint8_t op = code_.padded()[pc];
      if (op == OP_JUMPDEST && !first) {
        if (meter.facts() == facts) return true;
        if (meter.gas() > facts.gas) return false;
      }
      meter.add(op);
      const bool jumps = op == OP_JUMP && pushed && leads_to_destination(*pushed);
      if (!jumps && (pc >= code_.size() || ends_block(op, fork_))) return meter.facts() == facts;
      const unsigned size = info(op).immediate_bytes;
      const size_t next = jumps ? pushed->w[0] : pc + 1 + size;
      pushed.reset();
      if (is_push(op) || op == OP_PUSH0) pushed = from_be({code_.padded() + pc + 1, size});
      pc = next;
    }
  }

private:
  bool leads_to_destination(const uint256& pc) const {
    return pc.fits_u64() && destinations_.contains(pc.w[0]);
  }

  const Code& code_;
  Fork fork_;
  const std::set<size_t>& destinations_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto fork = static_cast<Fork>(data[0] % fork_count);
  const Code code(BytesView(data, size).subspan(1));
  const std::set<size_t> destinations = destinations_of(code.bytes());
  uint32_t rank = 0;
  for (size_t pc = 0; pc < code.size() + 2; ++pc) {
    const bool is_one = destinations.contains(pc);
    require(code.is_jump_destination(pc) == is_one, "jump destination", pc);
    if (is_one) require(code.rank_of_destination(pc) == rank++, "rank", pc);
  }
  require(code.jump_destination_count() == rank, "count of jump destinations", 0);

  const ThreadedCode threaded(code, fork);
  threaded.make_all_ready();
  size_t places = 0;
  for (const auto& part : threaded.instructions()) places += part.size();
  require(places <= 4 * (code.size() + 8), "size of threaded code", places);
  const Walk walk(code, fork, destinations);
  require(walk.explains(threaded.begin()->arg.facts, 0), "facts of the first block", 0);
  for (const size_t pc : destinations) {
    const JumpTarget* const target = threaded.destination(pc);
    require(target != nullptr && target->is_ready() && target->pc == pc, "target", pc);
    require(walk.explains(target->facts, pc), "facts of the block", pc);
  }
  return 0;
}
