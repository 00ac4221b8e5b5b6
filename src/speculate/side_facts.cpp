#include "speculate/side_facts.hpp"

#include "base/limits.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>
#include <unordered_set>

namespace runahead {
namespace {

/// Opcodes whose execution may want state.
bool reads_state(uint8_t op) { return (info(op).effects & effect::may_suspend) != 0; }

uint64_t hash_state(uint64_t pc, const JumpStack& stack) {
  uint64_t hash = mix64(pc + 1);
  for (size_t i = 0; i < stack.size(); ++i)
    if (stack[i] != unknown_item) hash = mix64(hash ^ stack[i] ^ (uint64_t{i} << 32));
  return mix64(hash + stack.size());
}

/// Walks the states (pc, stack) that can be reached, each once.
class Explorer {
public:
  explicit Explorer(const Code& code) : code_(code) {}

  /// Until there is nothing left, or with `until_success` until that is seen.
  void run(uint64_t pc, JumpStack stack, bool until_success) {
    visit(pc, std::move(stack));
    while (!open_.empty() && !gave_up_ && !(until_success && may_succeed_)) {
      State state = std::move(open_.back());
      open_.pop_back();
      walk(state.pc, state.stack);
    }
  }

  unsigned steps() const { return steps_; }
  bool only_aborts() const { return !may_succeed_ && !gave_up_; }
  SideFacts facts() const { return {sorted(reads_), sorted(branches_)}; }

private:
  struct State {
    uint64_t pc;
    JumpStack stack;
  };

  static std::vector<uint32_t> sorted(const std::unordered_set<uint32_t>& set) {
    std::vector<uint32_t> list(set.begin(), set.end());
    std::ranges::sort(list);
    return list;
  }

  void visit(uint64_t pc, JumpStack stack) {
    if (seen_.insert(hash_state(pc, stack)).second) open_.push_back({pc, std::move(stack)});
  }

  /// One straight line of code, up to where it ends or branches.
  void walk(uint64_t pc, JumpStack& stack) {
    for (;;) {
      if (++steps_ > limits::side_explore_steps) {
        gave_up_ = true;
        return;
      }
      const uint8_t op = pc < code_.size() ? code_.padded()[pc] : uint8_t{OP_STOP};
      if (op == OP_STOP || op == OP_RETURN || op == OP_SELFDESTRUCT) {
        may_succeed_ = true;
        return;
      }
      const OpInfo& facts = info(op);
      if ((facts.effects & effect::ends_block) != 0 && op != OP_JUMP && op != OP_JUMPI)
        return;                                  // aborts
      if (stack.size() < facts.stack_in) return; // a fault
      if (reads_state(op)) reads_.insert(static_cast<uint32_t>(pc));
      if (op == OP_JUMP || op == OP_JUMPI) return branch(pc, op, stack);
      apply(pc, op, stack);
      pc += 1u + facts.immediate_bytes;
    }
  }

  void branch(uint64_t pc, uint8_t op, JumpStack& stack) {
    const uint32_t target = stack.back();
    stack.pop_back();
    if (op == OP_JUMPI) {
      branches_.insert(static_cast<uint32_t>(pc));
      stack.pop_back();
      visit(pc + 1, stack);
    }
    if (target != unknown_item)
      visit(target, std::move(stack));
    else
      may_succeed_ = true; // anything may come
  }

  void apply(uint64_t pc, uint8_t op, JumpStack& stack) {
    if (is_push(op) || op == OP_PUSH0) {
      const uint256 value = from_be({code_.padded() + pc + 1, info(op).immediate_bytes});
      const bool target = value.fits_u64() && code_.is_jump_destination(value.w[0]);
      stack.push_back(target ? static_cast<uint32_t>(value.w[0]) : unknown_item);
    } else if (is_dup(op)) {
      stack.push_back(stack[stack.size() - 1 - (op - OP_DUP1)]);
    } else if (op >= OP_SWAP1 && op <= OP_SWAP16) {
      std::swap(stack.back(), stack[stack.size() - 2 - (op - OP_SWAP1)]);
    } else {
      // A function pointer passes through its mask.
      const uint32_t kept =
          op == OP_AND ? std::min(stack.back(), stack[stack.size() - 2]) : unknown_item;
      stack.resize(stack.size() - info(op).stack_in);
      stack.resize(stack.size() + info(op).stack_out, kept);
    }
  }

  const Code& code_;
  std::vector<State> open_;
  std::unordered_set<uint64_t> seen_;
  std::unordered_set<uint32_t> reads_, branches_;
  unsigned steps_ = 0;
  bool may_succeed_ = false, gave_up_ = false;
};

} // namespace

bool SideFacts::reaches_branch(uint64_t pc) const {
  return std::ranges::binary_search(branches, static_cast<uint32_t>(pc));
}

bool SideFacts::reads_more_than(const SideFacts& other) const {
  return !std::ranges::includes(other.reads, reads);
}

bool only_aborts(const Code& code, uint64_t pc, JumpStack stack, uint64_t& steps) {
  Explorer explorer(code);
  explorer.run(pc, std::move(stack), true);
  steps += explorer.steps();
  return explorer.only_aborts();
}

SideFacts explore_side(const Code& code, uint64_t pc, JumpStack stack, uint64_t& steps) {
  Explorer explorer(code);
  explorer.run(pc, std::move(stack), false);
  steps += explorer.steps();
  return explorer.facts();
}

size_t SideFactsCache::KeyHash::operator()(const Key& key) const noexcept {
  return hash_state(key.pc, key.stack) ^ mix64(reinterpret_cast<uintptr_t>(key.code));
}

SideFactsCache::Entry& SideFactsCache::entry(const CodeRef& code, uint64_t pc,
                                             const JumpStack& stack) {
  if (entries_.size() >= limits::side_facts) {
    entries_.clear();
    held_.clear();
  }
  held_.insert(code);
  return entries_[{code.get(), pc, stack}];
}

bool SideFactsCache::only_aborts(const CodeRef& code, uint64_t pc, const JumpStack& stack) {
  Entry& e = entry(code, pc, stack);
  if (!e.only_aborts) e.only_aborts = runahead::only_aborts(*code, pc, stack, steps_);
  return *e.only_aborts;
}

SideFacts SideFactsCache::explore(const CodeRef& code, uint64_t pc, const JumpStack& stack) {
  Entry& e = entry(code, pc, stack);
  if (!e.facts) e.facts = explore_side(*code, pc, stack, steps_);
  return *e.facts;
}

} // namespace runahead
