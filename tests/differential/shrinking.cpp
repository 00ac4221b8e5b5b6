#include "differential/shrinking.hpp"

#include "differential/program_writer.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>

namespace runahead::differential {
namespace {

/// Where instructions begin, and the end.
std::vector<size_t> instruction_starts(const Bytes& code) {
  std::vector<size_t> starts;
  for (size_t pc = 0; pc < code.size(); pc += 1u + info(code[pc]).immediate_bytes)
    starts.push_back(pc);
  starts.push_back(code.size());
  return starts;
}

} // namespace

std::vector<Address> Reductions::sorted_accounts() const {
  std::vector<Address> addresses;
  for (const auto& [address, account] : test_.accounts) addresses.push_back(address);
  std::ranges::sort(addresses);
  return addresses;
}

std::optional<MachineCase> Reductions::next() {
  if (stage_ == 0) {
    if (auto variant = without_account()) return variant;
    ++stage_;
  }
  while (stage_ <= 3)
    if (auto variant = plainer()) return variant;
  return shorter_code();
}

void Reductions::accept(const MachineCase& test) {
  test_ = test;
  // What was left out is gone: its place holds what came behind it.
  if (stage_ == 0 && account_ > 0) --account_;
  if (stage_ > 3 && cut_ == Cut::leave_out) from_ -= std::min(from_, chunk_);
}

std::optional<MachineCase> Reductions::without_account() {
  const std::vector<Address> addresses = sorted_accounts();
  while (account_ < addresses.size() && addresses[account_] == contract(0)) ++account_;
  if (account_ >= addresses.size()) return std::nullopt;
  MachineCase variant = test_;
  variant.accounts.erase(addresses[account_++]);
  return variant;
}

/// Without data, value, or storage and balances.
std::optional<MachineCase> Reductions::plainer() {
  MachineCase variant = test_;
  switch (stage_++) {
  case 1:
    if (test_.data.empty()) return std::nullopt;
    variant.data.clear();
    return variant;
  case 2:
    if (test_.value.is_zero()) return std::nullopt;
    variant.value = {};
    return variant;
  default:
    account_ = 0;
    for (auto& [address, account] : variant.accounts) account.storage.clear();
    return variant;
  }
}

std::optional<MachineCase> Reductions::shorter_code() {
  const std::vector<Address> addresses = sorted_accounts();
  for (; account_ < addresses.size(); ++account_, chunk_ = 0, cut_ = Cut::leave_out)
    if (auto variant = shorter_code_of(addresses[account_])) return variant;
  return std::nullopt;
}

/// Smaller chunks, then other cuts of single instructions; false if all were made.
bool Reductions::next_cut() {
  from_ = 0;
  if (chunk_ > 1) {
    chunk_ /= 2;
    return true;
  }
  if (cut_ == Cut::push) return false;
  cut_ = static_cast<Cut>(static_cast<int>(cut_) + 1);
  return true;
}

std::optional<MachineCase> Reductions::shorter_code_of(const Address& address) {
  const BytecodeRef code = test_.accounts.at(address).code;
  if (code == nullptr || code->bytes.empty()) return std::nullopt;
  const std::vector<size_t> starts = instruction_starts(code->bytes);
  const size_t count = starts.size() - 1;
  if (chunk_ == 0) chunk_ = std::max<size_t>(count / 2, 1), from_ = 0;
  for (;;) {
    while (from_ >= count)
      if (!next_cut()) return std::nullopt;
    const size_t first = starts[from_];
    const size_t last = std::min(starts[std::min(from_ + chunk_, count)], code->bytes.size());
    from_ += chunk_;
    const BytesView old = BytesView(code->bytes).subspan(first, last - first);
    const Bytes replacement = replacement_of(old);
    if (equal(replacement, old)) continue;
    Bytes shorter(code->bytes.begin(), code->bytes.begin() + static_cast<ptrdiff_t>(first));
    shorter.insert(shorter.end(), replacement.begin(), replacement.end());
    shorter.insert(shorter.end(), code->bytes.begin() + static_cast<ptrdiff_t>(last),
                   code->bytes.end());
    MachineCase variant = test_;
    variant.accounts.at(address).code = make_bytecode(std::move(shorter));
    return variant;
  }
}

/// Of one instruction, or with the first two cuts of some. The same where nothing is gained.
Bytes Reductions::replacement_of(BytesView old) const {
  const bool of_stack = info(old[0]).category == OpCategory::stack || is_push(old[0]);
  switch (cut_) {
  case Cut::leave_out: return {};
  case Cut::jumpdests: return Bytes(old.size(), uint8_t{OP_JUMPDEST});
  case Cut::pop:
    if (!of_stack && old[0] != OP_JUMPDEST) return {OP_POP};
    break;
  case Cut::push:
    if (old.size() > 2) return {OP_PUSH1, old.back()};
    if (!of_stack && old[0] != OP_JUMPDEST) return {OP_PUSH1, 0};
    break;
  }
  return to_bytes(old);
}

} // namespace runahead::differential
