#include "differential/block_comparison.hpp"

#include "base/hex.hpp"
#include "depblock/form/text.hpp"
#include "depblock/form/verify.hpp"
#include "depblock/run/block_table.hpp"
#include "depblock/run/evaluate.hpp"
#include "differential/program_writer.hpp"
#include "interp/stepping.hpp"
#include "machine/journaled_world.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace runahead::differential {
namespace {

using namespace depblock;

/// State that is drawn from its keys, and arrives once it was wanted.
class DrawnState final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    if (!arrived_.contains(key)) return nullptr;
    return &values_.at(key);
  }
  void arrive(const StateKey& key) {
    arrived_.insert(key);
    const uint64_t seed = mix64(std::hash<StateKey>{}(key));
    StateValue value;
    if (key.kind != StateKind::code && key.kind != StateKind::code_hash)
      value.word = seed % 3 == 0 ? uint256{} : uint256{seed, 0, seed % 2, 0};
    if (key.kind == StateKind::nonce || key.kind == StateKind::existence) value.word = seed % 2;
    if (key.kind == StateKind::code) value.code = make_bytecode({});
    if (key.kind == StateKind::code_hash) value.word = from(make_bytecode({})->hash);
    values_.emplace(key, value);
  }

private:
  std::unordered_set<StateKey> arrived_;
  std::unordered_map<StateKey, StateValue> values_;
};

BlockEnv block_env() {
  BlockEnv block;
  block.number = 1000;
  block.timestamp = 1'700'000'000;
  return block;
}

/// One frame in a world of its own.
struct Side {
  explicit Side(Caches& caches) : world(state, block_env(), {}, {}, caches) {
    frame.bottom = frame.sp = stack.data();
  }

  DrawnState state;
  JournaledWorld world;
  std::vector<uint256> stack = std::vector<uint256>(limits::stack_height);
  Frame frame;
};

/// A word as stacks hold them: often small, an address, or anything.
uint256 random_word(Random& random) {
  switch (random.below(6)) {
  case 0: return uint256{};
  case 1: return uint256{random.below(64) * 32};
  case 2: return uint256{random.below(1024)};
  case 3: return from(contract(random.below(4)));
  case 4: return uint256{random.next(), random.next(), random.next(), random.next()};
  default: return uint256{random.below(2)};
  }
}

void set_up(Frame& frame, const CodeRef& code, const BlockView& block, uint64_t seed) {
  Random random(seed);
  frame.code = code;
  frame.pc = block.pc;
  frame.message.recipient = contract(0);
  frame.message.sender = contract(1);
  frame.message.value = random.below(2);
  frame.message.is_static = random.chance(0.1);
  static const Bytes input(96, 0x17);
  frame.message.input = input;
  const size_t room = limits::stack_height - block.facts.stack_growth;
  const size_t height = std::min(block.facts.stack_required + random.below(4), room);
  for (size_t i = 0; i < height; ++i) frame.push(random_word(random));
  if (random.chance(0.5)) frame.memory.grow(0, 32 * random.between(1, 8));
  frame.return_data.assign(random.below(80), 0x5a);
  const uint64_t bits = random.between(1, 24);
  frame.gas = block.facts.gas + static_cast<int64_t>(random.below(uint64_t{1} << bits));
}

/// What comes between two parts of a run: state arrives, a call gives back.
void go_between(Side& side, Outcome outcome, uint64_t seed) {
  if (outcome == Outcome::want) {
    for (const StateKey& key : side.world.journal.missing()) side.state.arrive(key);
    side.world.journal.clear_missing();
  } else if (outcome == Outcome::call) {
    side.frame.gas += side.frame.request.gas / 2;
    side.frame.push(seed % 2);
    side.frame.return_data.assign(seed % 70, 0x77);
  }
}

/// Opcode by opcode, until `opcodes` are done or the frame ends. Each costs gas or ends the frame,
/// so the smallest budget is one opcode.
Outcome step_through(Side& side, uint32_t opcodes, uint64_t seed) {
  const SteppingEngine stepping;
  while (opcodes > 0) {
    const Outcome outcome = stepping.run(side.frame, side.world, 0);
    if (outcome == Outcome::done) return outcome;
    if (outcome != Outcome::want) --opcodes;
    go_between(side, outcome, seed);
  }
  return Outcome::slice_over;
}

/// The same by the block; stepping ends what the block cannot.
Outcome run_block(Side& side, const BlockView& block, uint64_t seed) {
  for (;;) {
    const Evaluation evaluation = evaluate(block, side.frame, side.world);
    if (evaluation.left == Left::next) return Outcome::slice_over;
    if (evaluation.left == Left::refused) {
      // Too little gas for the rest: it ends within the block.
      return step_through(side, block.opcodes, seed);
    }
    if (evaluation.outcome == Outcome::done) return Outcome::done;
    go_between(side, evaluation.outcome, seed);
    if (side.frame.resume.rest_gas > side.frame.gas) {
      side.frame.resume = {};
      return step_through(side, block.opcodes, seed);
    }
  }
}

void expect_same(Side& a, Side& b, Outcome by_stepping, Outcome by_block) {
  ASSERT_EQ(by_stepping, by_block);
  EXPECT_EQ(to_hex(a.frame.output), to_hex(b.frame.output));
  EXPECT_EQ(a.world.journal.refund(), b.world.journal.refund());
  EXPECT_EQ(a.world.journal.logs().size(), b.world.journal.logs().size());
  if (by_block == Outcome::done) {
    EXPECT_EQ(name(a.frame.status), name(b.frame.status));
    if (keeps_gas(a.frame.status)) EXPECT_EQ(a.frame.gas, b.frame.gas);
    return;
  }
  EXPECT_EQ(a.frame.pc, b.frame.pc);
  EXPECT_EQ(a.frame.gas, b.frame.gas);
  EXPECT_EQ(to_hex(a.frame.memory.view(0, a.frame.memory.size())),
            to_hex(b.frame.memory.view(0, b.frame.memory.size())));
  ASSERT_EQ(a.frame.height(), b.frame.height());
  for (size_t i = 0; i < a.frame.height(); ++i)
    EXPECT_EQ(a.frame.bottom[i], b.frame.bottom[i]) << "slot " << i;
}

/// Both ways on stacks drawn from `seed`.
void compare_block(const CodeRef& code, const BlockView& block, Caches& caches, uint64_t seed) {
  Side stepped(caches), evaluated(caches);
  set_up(stepped.frame, code, block, seed);
  set_up(evaluated.frame, code, block, seed);
  // The STOP behind the code's end is no opcode of the block, but is done.
  const bool stops_behind = block.end.pc >= code->size();
  const Outcome by_stepping = step_through(stepped, block.opcodes + stops_behind, seed);
  const Outcome by_block = run_block(evaluated, block, seed);
  expect_same(stepped, evaluated, by_stepping, by_block);
}

} // namespace

void compare_code(const Bytes& bytes, Random& random, ComparedBlocks& compared) {
  const auto code = std::make_shared<const Code>(bytes);
  const BlockTable table(*code, Fork::osaka);
  Caches caches;
  ++compared.codes;
  for (BlockNumber number = 0; number < table.starts().count(); ++number) {
    const FlowBlock& node = table.flow().blocks[number];
    if (!node.reached) continue;
    const BlockView& block = table.block(number);
    const bool fits = block.facts.stack_required + block.facts.stack_growth <= limits::stack_height;
    if (block.end.kind == EndKind::refused || !fits) {
      ++compared.unfit;
      continue;
    }
    ++compared.blocks;
    const auto sound = verify(block);
    ASSERT_TRUE(sound) << sound.error().message << '\n' << print(block);
    const auto parsed = parse_block(print(block));
    ASSERT_TRUE(parsed && same(parsed->view(), block)) << print(block);
    for (int i = 0; i < 3; ++i, ++compared.runs) {
      const uint64_t seed = random.next();
      compare_block(code, block, caches, seed);
      if (testing::Test::HasFailure()) FAIL() << "seed " << seed << '\n' << print(block);
    }
  }
}

std::string to_text(const ComparedBlocks& compared) {
  return std::to_string(compared.blocks) + " blocks of " + std::to_string(compared.codes) +
         " codes agree in " + std::to_string(compared.runs) + " runs, " +
         std::to_string(compared.unfit) + " fit no stack";
}

} // namespace runahead::differential
