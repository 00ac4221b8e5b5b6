#include "depblock/lift/place.hpp"

#include <algorithm>

namespace runahead::depblock {

inline void Placer::need(Operand operand, uint32_t root) {
  if (!operand.is_value()) return;
  Node& node = nodes_[operand.id().index];
  node.needed = true;
  node.first_root = std::min(node.first_root, root);
}

inline bool Placer::overwritten(Slot slot) const {
  return overwrites_ && homes_[static_cast<size_t>(-slot)].spill != nowhere;
}

/// Who is needed, and for which bound instruction first. Operands stand before their users, so one
/// pass from the end suffices.
void Placer::find_demand(const Block& in) {
  const BlockView view = in.view();
  const auto count = static_cast<uint32_t>(in.instrs.size());
  nodes_.assign(count, {});
  for (const Operand operand : view.end_operands()) need(operand, count);
  for (const Spill& spill : in.spills) need(spill.value, nowhere);
  for (uint32_t i = count; i-- > 0;) {
    const Bond bond = in.instrs[i].bond();
    if (bond == Bond::impure) nodes_[i].needed = true;
    if (!nodes_[i].needed) continue;
    const uint32_t root = bond == Bond::pure ? nodes_[i].first_root : i;
    for (const Operand operand : view.operands_of(in.instrs[i])) need(operand, root);
  }
}

/// The earliest place behind what computes the spilled values and what reads the old ones.
void Placer::find_spill_place(const Block& in) {
  const BlockView view = in.view();
  const auto count = static_cast<uint32_t>(in.instrs.size());
  uint32_t earliest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    Node& node = nodes_[i];
    if (!node.needed) continue;
    const bool bound = in.instrs[i].bond() != Bond::pure;
    const uint32_t root = bound ? i : node.first_root;
    node.known = bound ? i + 1 : 0;
    for (const Operand operand : view.operands_of(in.instrs[i])) {
      if (operand.is_value() && !bound)
        node.known = std::max(node.known, nodes_[operand.id().index].known);
      if (operand.is_unspill() && root != nowhere && overwritten(operand.slot()))
        earliest = std::max(earliest, std::min(root + 1, count));
    }
  }
  for (const Spill& spill : in.spills)
    if (spill.value.is_value()) earliest = std::max(earliest, nodes_[spill.value.id().index].known);
  spill_before_ = earliest;
}

inline Operand Placer::moved(Operand operand) const {
  if (!operand.is_value()) return operand;
  return Operand::of(ValueId{nodes_[operand.id().index].placed});
}

inline void Placer::emit(const Block& in, Block& out, uint32_t index) {
  Instr instr = in.instrs[index];
  const uint32_t from = instr.first_operand;
  instr.first_operand = static_cast<uint32_t>(out.operands.size());
  for (uint32_t i = 0; i < instr.arity(); ++i) out.operands.push_back(moved(in.operands[from + i]));
  nodes_[index].placed = static_cast<uint32_t>(out.instrs.size());
  out.instrs.push_back(instr);
}

/// Places what computes `operand`, if it is not yet, operands first.
void Placer::demand(const Block& in, Block& out, Operand operand) {
  if (!operand.is_value() || nodes_[operand.id().index].placed != nowhere) return;
  open_.assign(1, operand.id().index);
  while (!open_.empty()) {
    const uint32_t index = open_.back();
    const size_t before = open_.size();
    if (nodes_[index].placed == nowhere) {
      const Instr& instr = in.instrs[index];
      for (uint32_t i = instr.arity(); i-- > 0;) {
        const Operand next = in.operands[instr.first_operand + i];
        if (next.is_value() && nodes_[next.id().index].placed == nowhere)
          open_.push_back(next.id().index);
      }
      if (open_.size() != before) continue;
      emit(in, out, index);
    }
    open_.pop_back();
  }
}

/// Takes the entry slot's value into a temporary.
void Placer::take(Block& out, Slot slot) {
  Home& of = home(slot);
  if (of.taken) return;
  of.taken = true;
  of.temporary = Operand::of(ValueId{static_cast<uint32_t>(out.instrs.size())});
  out.instrs.push_back(
      {.op = op_unspill, .first_operand = static_cast<uint32_t>(out.operands.size())});
  out.operands.push_back(Operand::unspill(slot));
}

/// A parallel move as a sequence: a spill is ready once nobody else reads what it overwrites. Where
/// none is ready, those left form cycles; one slot of a cycle is taken into a temporary.
void Placer::sequence(Block& out) {
  const auto reads_home = [&](const Spill& spill) {
    return spill.value.is_unspill() && !home(spill.value.slot()).taken;
  };
  const auto is_ready = [&](const Spill& spill) {
    return spill.slot >= 0 || home(spill.slot).readers == 0;
  };
  for (const Spill& spill : pending_)
    if (reads_home(spill)) ++home(spill.value.slot()).readers;
  open_.clear();
  for (uint32_t i = static_cast<uint32_t>(pending_.size()); i-- > 0;)
    if (is_ready(pending_[i])) open_.push_back(i);
  constexpr Slot done = 1 << 20;
  for (size_t stuck = 0;;) {
    while (!open_.empty()) {
      Spill& spill = pending_[open_.back()];
      open_.pop_back();
      Operand value = spill.value;
      if (value.is_unspill()) {
        Home& from = home(value.slot());
        if (from.taken)
          value = from.temporary;
        else if (--from.readers == 0 && from.spill != nowhere)
          open_.push_back(from.spill);
      }
      out.spills.push_back({value, spill.slot});
      spill.slot = done;
    }
    while (stuck < pending_.size() && pending_[stuck].slot == done) ++stuck;
    if (stuck == pending_.size()) return;
    take(out, pending_[stuck].slot);
    open_.push_back(static_cast<uint32_t>(stuck));
  }
}

void Placer::emit_spills(const Block& in, Block& out) {
  for (const Spill& spill : in.spills) demand(in, out, spill.value);
  for (const Operand operand : in.view().end_operands())
    if (operand.is_unspill() && overwritten(operand.slot())) take(out, operand.slot());
  auto& spills = overwrites_ ? pending_ : out.spills; // else any order will do
  spills.clear();
  for (const Spill& spill : in.spills) spills.push_back({moved(spill.value), spill.slot});
  if (overwrites_) sequence(out);
  out.spill_at = static_cast<uint32_t>(out.instrs.size());
}

void Placer::place(const Block& in, Block& out) {
  out.clear();
  static_cast<BlockHead&>(out) = in;
  out.placed = true;
  out.literals = in.literals;
  if (in.instrs.empty() && in.spills.empty()) return;
  overwrites_ = std::ranges::any_of(in.spills, [](const Spill& spill) { return spill.slot < 0; });
  if (overwrites_) homes_.assign(in.facts.stack_required + size_t{1}, {});
  for (uint32_t i = 0; i < in.spills.size(); ++i)
    if (in.spills[i].slot < 0) home(in.spills[i].slot).spill = i;
  find_demand(in);
  find_spill_place(in);

  const auto count = static_cast<uint32_t>(in.instrs.size());
  const auto demand_end = [&] {
    for (const Operand operand : in.view().end_operands()) demand(in, out, operand);
  };
  for (uint32_t i = 0; i < count; ++i) {
    if (i == spill_before_) emit_spills(in, out);
    if (in.instrs[i].bond() == Bond::pure || !nodes_[i].needed) continue;
    for (const Operand operand : in.view().operands_of(in.instrs[i])) demand(in, out, operand);
    emit(in, out, i);
  }
  demand_end();
  if (spill_before_ == count) emit_spills(in, out);
  for (Operand& operand : out.end_operands())
    operand = operand.is_unspill() && overwritten(operand.slot()) ? home(operand.slot()).temporary
                                                                  : moved(operand);
  if (out.spills.empty()) out.spill_at = static_cast<uint32_t>(out.instrs.size());
}

} // namespace runahead::depblock
