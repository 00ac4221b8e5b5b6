#include "interp/stepping.hpp"

#include "ops/effect_table.hpp"
#include "ops/pure.hpp"

#include <utility>

namespace runahead {
namespace {

/// What must hold before an opcode runs, by fork: 8 bytes.
struct Entry {
  int32_t gas;
  uint16_t stack_in;
  int16_t stack_change;
};
static_assert(sizeof(Entry) == 8);

/// Stack items that an undefined opcode needs: more than there can be, so that the one check finds
/// it.
constexpr uint16_t undefined = 0xffff;
static_assert(undefined > limits::stack_height);

using EntryTable = std::array<Entry, 256>;

EntryTable make_table(Fork fork) {
  EntryTable table{};
  for (size_t op = 0; op < 256; ++op) {
    const OpInfo& facts = opcode_table[op];
    table[op] = facts.defined_in(fork) ? Entry{gas_schedule(fork).base[op], facts.stack_in,
                                               static_cast<int16_t>(facts.stack_change())}
                                       : Entry{0, undefined, 0};
  }
  return table;
}

const EntryTable& table_of(Fork fork) {
  static const auto tables = [] {
    std::array<EntryTable, fork_count> all;
    for (size_t i = 0; i < fork_count; ++i) all[i] = make_table(static_cast<Fork>(i));
    return all;
  }();
  return tables[static_cast<size_t>(fork)];
}

/// Where the machine stands; in locals while the loop runs, in the frame otherwise.
struct Position {
  const uint8_t* ip;
  uint256* sp;
  int64_t gas;
};

/// Why the loop left off: an outcome, with the status in the frame where it is `done`.
Outcome halted(Frame& frame, const Position& at, Status status, int64_t gas) {
  frame.status = status;
  frame.sp = at.sp;
  frame.gas = gas;
  return Outcome::done;
}

Status failed_entry(const Entry& entry, size_t height) {
  if (entry.stack_in == undefined) return Status::undefined_opcode;
  if (height < entry.stack_in) return Status::stack_underflow;
  return Status::stack_overflow;
}

void push_immediate(Position& at, uint8_t op) {
  const unsigned size = info(op).immediate_bytes;
  *at.sp++ = from_be({at.ip + 1, size});
  at.ip += size;
}

/// A pure opcode: operands from the stack, the result in the place of the deepest.
void compute(Position& at, const ops::PureOp& op) {
  uint256* const sp = at.sp;
  if (op.fn2 != nullptr) {
    sp[-2] = op.fn2(sp[-1], sp[-2]);
    at.sp = sp - 1;
  } else if (op.fn1 != nullptr) {
    sp[-1] = op.fn1(sp[-1]);
  } else {
    sp[-3] = op.fn3(sp[-1], sp[-2], sp[-3]);
    at.sp = sp - 2;
  }
}

/// JUMP and JUMPI; false if the destination is none. Moves to the destination itself.
bool jump(Position& at, const Code& code, bool conditional) {
  const uint256& target = *--at.sp;
  if (conditional && (--at.sp)->is_zero()) {
    ++at.ip;
    return true;
  }
  if (!target.fits_u64() || !code.is_jump_destination(target.w[0])) return false;
  at.ip = code.padded() + target.w[0];
  return true;
}

template <bool traced>
class Run {
public:
  Run(Frame& frame, World& world, Tracer* tracer)
      : frame_(frame), world_(world), tracer_(tracer), table_(table_of(world.rules.fork)) {}

  Outcome run(int64_t budget);

private:
  void sync(const Position& at, int64_t gas) {
    frame_.sp = at.sp;
    frame_.gas = gas;
    frame_.pc = static_cast<uint64_t>(at.ip - frame_.code->padded());
  }
  void before(const Position& at, uint8_t op) {
    if constexpr (traced) {
      sync(at, at.gas);
      tracer_->step(frame_, world_, op);
    }
  }
  void after(int64_t cost, Status status = Status::success) {
    if constexpr (traced) tracer_->stepped(cost, status);
  }
  Outcome fail(const Position& at, Status status, int64_t gas_before) {
    after(gas_before, status);
    return halted(frame_, at, status, 0);
  }

  Frame& frame_;
  World& world_;
  Tracer* tracer_;
  const EntryTable& table_;
};

template <bool traced>
Outcome Run<traced>::run(int64_t budget) {
  const Code& code = *frame_.code;
  uint256* const bottom = frame_.bottom;
  const int64_t floor = frame_.gas - budget;
  Position at{code.padded() + frame_.pc, frame_.sp, frame_.gas};
  for (;;) {
    if (at.gas < floor) {
      sync(at, at.gas);
      return Outcome::slice_over;
    }
    const uint8_t op = *at.ip;
    const Entry entry = table_[op];
    const auto height = static_cast<size_t>(at.sp - bottom);
    const int64_t gas_before = at.gas;
    before(at, op);
    if (height < entry.stack_in ||
        height + static_cast<size_t>(entry.stack_change) > limits::stack_height)
      return fail(at, failed_entry(entry, height), gas_before);
    if ((at.gas -= entry.gas) < 0) return fail(at, Status::out_of_gas, gas_before);

    if (is_push(op)) {
      push_immediate(at, op);
    } else if (is_dup(op)) {
      *at.sp = *(at.sp - 1 - (op - OP_DUP1));
      ++at.sp;
    } else if (is_swap(op)) {
      std::swap(at.sp[-1], at.sp[-2 - (op - OP_SWAP1)]);
    } else if (op == OP_JUMP || op == OP_JUMPI) {
      if (!jump(at, code, op == OP_JUMPI)) return fail(at, Status::bad_jump, gas_before);
      after(gas_before - at.gas);
      continue;
    } else if (op == OP_POP) {
      --at.sp;
    } else if (op == OP_PUSH0) {
      *at.sp++ = {};
    } else if (op == OP_PC) {
      *at.sp++ = static_cast<uint64_t>(at.ip - code.padded());
    } else if (const ops::Effect effect = ops::effects[op]; effect != nullptr) {
      sync(at, at.gas);
      const ops::Next next = effect(frame_, world_);
      if (next == ops::Next::want) {
        frame_.gas = gas_before;
        return Outcome::want;
      }
      at.sp = frame_.sp;
      at.gas = frame_.gas;
      after(gas_before - at.gas, next == ops::Next::halt ? frame_.status : Status::success);
      if (next == ops::Next::halt) return Outcome::done;
      ++at.ip;
      if (next == ops::Next::next) continue;
      sync(at, at.gas);
      return Outcome::call;
    } else if (op != OP_JUMPDEST) {
      compute(at, ops::pure_table[op]);
    }
    after(gas_before - at.gas);
    ++at.ip;
  }
}

} // namespace

Outcome SteppingEngine::run(Frame& frame, World& world, int64_t budget) const {
  frame.resume = {};
  if (tracer_ != nullptr) return Run<true>(frame, world, tracer_).run(budget);
  return Run<false>(frame, world, nullptr).run(budget);
}

} // namespace runahead
