#include "depblock/form/verify.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace runahead::depblock {
namespace {

/// What an error is about; becomes text only where there is one.
struct Where {
  const char* what;
  std::optional<int64_t> number = {};
  std::string text() const { return number ? what + std::to_string(*number) : what; }
};

Where at(uint32_t index) { return {"instruction ", index}; }
Where spill_of(Slot slot) { return {"the spill of slot ", slot}; }
constexpr Where the_end{"the end"};

class Verifier {
public:
  explicit Verifier(const BlockView& block)
      : block_(block), count_(static_cast<uint32_t>(block.instrs.size())) {}

  Result<void> run() {
    for (const auto check :
         {&Verifier::instructions, &Verifier::bound_order, &Verifier::stack_facts, &Verifier::end,
          &Verifier::spills, &Verifier::new_slots, &Verifier::overwritten, &Verifier::needed}) {
      (this->*check)();
      if (!error_.empty()) return fail(error_);
    }
    return {};
  }

private:
  void report(std::string_view invariant, const Where& where) {
    if (error_.empty()) error_ = std::string(invariant) + ": " + where.text();
  }
  void require(bool holds, std::string_view invariant, const Where& where) {
    if (!holds) report(invariant, where);
  }

  void operand(Operand operand, uint32_t defined, const Where& where);
  void instructions();
  void pure(const Instr& instr, uint32_t index);
  void bound_order();
  void stack_facts();
  void end();
  void spills();
  void new_slots();
  void overwritten();
  void needed();

  const BlockView& block_;
  uint32_t count_;
  std::string error_;
};

/// `defined`: values below it may be named.
void Verifier::operand(Operand operand, uint32_t defined, const Where& where) {
  if (operand.is_value()) {
    const uint32_t id = operand.id().index;
    require(id < defined && id < count_ && block_.instrs[id].has_result(), "definition", where);
  } else if (operand.kind() == Operand::Kind::literal) {
    const uint32_t index = operand.literal_index();
    require(index < block_.literals.size() && block_.literals[index] >= Operand::word_end,
            "literal", where);
  } else if (operand.is_unspill()) {
    require(operand.slot() >= block_.low() && operand.slot() < 0, "entry_slot", where);
  }
}

void Verifier::pure(const Instr& instr, uint32_t index) {
  require(instr.pc == 0 && instr.rest_gas == 0, "pure_is_free", at(index));
  if (instr.op != op_unspill) return;
  require(block_.placed && block_.operands[instr.first_operand].is_unspill(), "temporary",
          at(index));
}

void Verifier::instructions() {
  for (uint32_t i = 0; i < count_ && error_.empty(); ++i) {
    const Instr& instr = block_.instrs[i];
    if (op_facts[instr.op].bond == Bond::none) return report("instruction", at(i));
    if (uint64_t{instr.first_operand} + instr.arity() > block_.operands.size())
      return report("operand_range", at(i));
    for (const Operand taken : block_.operands_of(instr)) operand(taken, i, at(i));
    const OpFacts& facts = op_facts[instr.op];
    if (instr.paid) require(facts.writes == effect_class::gas && facts.reads == 0, "paid", at(i));
    if (instr.bond() == Bond::pure) pure(instr, i);
  }
}

void Verifier::bound_order() {
  uint32_t pc = block_.pc, rest = block_.facts.gas;
  bool first = true;
  for (uint32_t i = 0; i < count_; ++i) {
    const Instr& instr = block_.instrs[i];
    if (instr.bond() == Bond::pure) continue;
    require((first ? instr.pc >= pc : instr.pc > pc) && instr.pc < block_.end.pc, "program_order",
            at(i));
    require(instr.rest_gas <= rest, "rest_gas", at(i));
    pc = instr.pc;
    rest = instr.rest_gas;
    first = false;
  }
}

void Verifier::stack_facts() {
  require(block_.delta >= block_.low() && block_.delta <= block_.facts.stack_growth, "stack_facts",
          {"delta ", block_.delta});
}

/// The opcode of a kind of end; -1 where it has none, -2 where it may be any.
int opcode_of(EndKind kind) {
  switch (kind) {
  case EndKind::jump: return OP_JUMP;
  case EndKind::branch: return OP_JUMPI;
  case EndKind::stop: return OP_STOP;
  case EndKind::give_back: return OP_RETURN;
  case EndKind::revert: return OP_REVERT;
  case EndKind::selfdestruct: return OP_SELFDESTRUCT;
  case EndKind::invalid: return OP_INVALID;
  case EndKind::fall:
  case EndKind::refused: return -1;
  case EndKind::undefined: return -2;
  }
  return -1;
}

void Verifier::end() {
  const End& last = block_.end;
  const int op = opcode_of(last.kind);
  require(op == -2 || last.op == std::max(op, 0), "end", {"opcode ", last.op});
  require(last.pc >= block_.pc, "end", {"pc ", last.pc});
  const uint32_t next = last.kind == EndKind::branch ? last.pc + 1
                        : last.kind == EndKind::fall ? last.pc
                                                     : 0;
  require(last.next == next, "end", {"going on at ", last.next});
  for (const Operand taken : block_.end_operands()) operand(taken, count_, the_end);
}

void Verifier::spills() {
  require(block_.spills.empty() || goes_on(block_.end.kind), "halting_spills",
          {"spills: ", static_cast<int64_t>(block_.spills.size())});
  require(block_.spill_at <= count_, "spill_place", {"before instruction ", block_.spill_at});
  std::vector<bool> seen(static_cast<size_t>(std::max(0, block_.delta - block_.low())));
  for (const Spill& spill : block_.spills) {
    const Where where = spill_of(spill.slot);
    if (spill.slot < block_.low() || spill.slot >= block_.delta) return report("spill_slot", where);
    const auto index = static_cast<size_t>(spill.slot - block_.low());
    require(!seen[index] && spill.value != Operand::unspill(spill.slot), "spill_slot", where);
    seen[index] = true;
    operand(spill.value, block_.spill_at, where);
  }
}

void Verifier::new_slots() {
  if (!goes_on(block_.end.kind)) return;
  Slot written = 0;
  for (const Spill& spill : block_.spills) written += spill.slot >= 0;
  require(written == std::max(0, block_.delta), "new_slots", {"new slots written: ", written});
}

void Verifier::overwritten() {
  if (!block_.placed) return;
  std::vector<bool> gone(block_.facts.stack_required + size_t{1});
  const auto check = [&](Operand operand, const Where& where) {
    if (operand.is_unspill() && gone[static_cast<size_t>(-operand.slot())])
      report("overwritten", where);
  };
  for (const Spill& spill : block_.spills) {
    check(spill.value, spill_of(spill.slot));
    if (spill.slot < 0) gone[static_cast<size_t>(-spill.slot)] = true;
  }
  for (uint32_t i = block_.spill_at; i < count_; ++i)
    for (const Operand operand : block_.operands_of(block_.instrs[i])) check(operand, at(i));
  for (const Operand operand : block_.end_operands()) check(operand, the_end);
}

void Verifier::needed() {
  if (!block_.placed) return;
  std::vector<bool> used(count_);
  const auto use = [&](Operand operand) {
    if (operand.is_value()) used[operand.id().index] = true;
  };
  for (const Instr& instr : block_.instrs)
    for (const Operand operand : block_.operands_of(instr)) use(operand);
  for (const Spill& spill : block_.spills) use(spill.value);
  for (const Operand operand : block_.end_operands()) use(operand);
  for (uint32_t i = 0; i < count_; ++i)
    require(used[i] || block_.instrs[i].bond() == Bond::impure, "needed", at(i));
}

} // namespace

Result<void> verify(const BlockView& block) {
  if (block.end.kind == EndKind::refused) return {};
  return Verifier(block).run();
}

void verify_in_debug([[maybe_unused]] const BlockView& block,
                     [[maybe_unused]] std::string_view after) {
#ifdef RUNAHEAD_VERIFY_BLOCKS
  if (const auto sound = verify(block); !sound) {
    std::fprintf(stderr, "block at %u broken after %.*s: %s\n", block.pc,
                 static_cast<int>(after.size()), after.data(), sound.error().message.c_str());
    std::abort();
  }
#endif
}

} // namespace runahead::depblock
