#include "code/opcode_rows.hpp"

namespace runahead {
namespace {

OpcodeRows make_rows(Fork fork) {
  const GasSchedule& schedule = gas_schedule(fork);
  OpcodeRows rows{};
  for (size_t op = 0; op < rows.size(); ++op) {
    const OpInfo& facts = info(static_cast<uint8_t>(op));
    if (!facts.defined_in(fork)) continue;
    rows[op] = {.gas = static_cast<uint16_t>(schedule.base[op]),
                .stack_in = facts.stack_in,
                .stack_change = static_cast<int8_t>(facts.stack_change()),
                .immediate_bytes = facts.immediate_bytes,
                .defined = true,
                .ends_block = (facts.effects & effect::ends_block) != 0};
  }
  return rows;
}

using AllRows = std::array<OpcodeRows, fork_count>;

AllRows make_all_rows() {
  AllRows all{};
  for (size_t fork = 0; fork < all.size(); ++fork) all[fork] = make_rows(static_cast<Fork>(fork));
  return all;
}

} // namespace

const OpcodeRows& opcode_rows(Fork fork) {
  static const AllRows all = make_all_rows();
  return all[static_cast<size_t>(fork)];
}

} // namespace runahead
