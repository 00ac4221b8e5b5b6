#include "statetest/block_tree.hpp"

#include "base/hex.hpp"
#include "spec/limits.hpp"
#include "speculate/evaluation.hpp"
#include "statetest/adverse_source.hpp"

#include <algorithm>
#include <iterator>

namespace runahead {
namespace {

/// Tasks of the loop that no block comes near; one that goes on longer does not end.
constexpr uint64_t most_tasks = 50'000'000;

BlockRefusal refused(BlockRefusal::Kind kind, std::string message) {
  return {kind, std::move(message), {}};
}

BlockRefusal refused(InvalidBlock fault) {
  std::string message = fault.message;
  return {BlockRefusal::Kind::invalid, std::move(message), {std::move(fault)}};
}

} // namespace

struct BlockTree::Node {
  BlockHeader header;
  std::vector<BlockHeader> ommers;
  Hash256 hash;
  uint256 total_difficulty;
  const Node* parent = nullptr;
  MemorySource state;                  ///< behind the block
  std::unique_ptr<PreState> pre_state; ///< of `state`; made when a child needs it

  const PreState& trie() {
    if (!pre_state) pre_state = std::make_unique<PreState>(state.accounts());
    return *pre_state;
  }

  /// What BLOCKHASH can see in a child.
  void add_block_hashes() {
    const Node* node = this;
    for (uint64_t i = 0; i < spec::block_hash_window && node != nullptr; ++i) {
      state.set_block_hash(node->header.number, node->hash);
      node = node->parent;
    }
  }
};

/// How an execution ended, in what must not depend on how the state arrived.
struct BlockTree::Outcome {
  std::optional<BlockRefusal> refusal;
  Hash256 state_root;
  std::vector<AccountChange> changes;
  uint64_t gas_used = 0;
  Hash256 receipts_root;
};

BlockTree::BlockTree(const ForkSchedule& schedule, BlockHeader genesis, AccountMap accounts,
                     const Engine& engine, Caches& caches, const CaseOptions& options,
                     uint64_t seed)
    : schedule_(schedule), engine_(engine), caches_(caches), options_(options), seed_(seed) {
  auto node = std::make_unique<Node>();
  node->hash = header_hash(genesis);
  node->total_difficulty = genesis.difficulty;
  node->header = std::move(genesis);
  node->state.accounts() = std::move(accounts);
  node->add_block_hashes();
  genesis_ = head_ = node.get();
  nodes_.emplace(node->hash, std::move(node));
}

BlockTree::~BlockTree() = default;

const Hash256& BlockTree::genesis_root() const { return genesis_->trie().root(); }
const Hash256& BlockTree::head_hash() const { return head_->hash; }
const Hash256& BlockTree::head_state_root() const { return head_->trie().root(); }
const AccountMap& BlockTree::head_accounts() const { return head_->state.accounts(); }

std::vector<InvalidBlock> BlockTree::validate(const Block& block, size_t size_bytes,
                                              const Node& parent, const BlockRules& rules) const {
  std::vector<InvalidBlock> faults;
  const auto collect = [&](std::optional<InvalidBlock> fault) {
    if (fault) faults.push_back(std::move(*fault));
  };
  collect(validate_header(block.header, parent.header, rules));
  collect(validate_body(block, size_bytes, rules));
  std::vector<Ancestor> ancestors;
  for (const Node* node = &parent; node != nullptr && ancestors.size() < ommer_generations;
       node = node->parent)
    ancestors.push_back({&node->header, node->hash, node->ommers});
  collect(validate_ommers(block, ancestors, schedule_));
  return faults;
}

BlockTree::Outcome BlockTree::run(const Block& block, const BlockRules& rules,
                                  const PreState& pre_state, StateSource& source, VirtualLoop& loop,
                                  Speculation speculation) const {
  struct Roots final : StateRoots {
    const PreState* pre_state = nullptr;
    const BlockExecution* execution = nullptr;
    Hash256 root_after(std::span<const AccountChange>) override {
      return pre_state->root_after(execution->state().changes());
    }
  } roots;
  Broker broker(source, loop);
  SpineView view(broker);
  BlockExecution execution(block_input(block, rules), view, engine_, caches_,
                           {.roots = &roots, .tracer_of = {}, .stop_before = {}});
  roots.pre_state = &pre_state;
  roots.execution = &execution;
  Evaluation::Options options;
  options.speculation = speculation;
  Evaluation evaluation(execution, view, loop, options);
  evaluation.start([] {});
  loop.run_until([&] { return evaluation.finished() || loop.tasks_run() >= most_tasks; });

  using enum BlockRefusal::Kind;
  Outcome outcome;
  if (!evaluation.finished()) {
    outcome.refusal =
        refused(trouble, "no end, after " + std::to_string(loop.tasks_run()) + " tasks");
  } else if (const auto& failure = evaluation.failure()) {
    outcome.refusal =
        refused(trouble, to_string(failure->key) + " unavailable: " + failure->cause.cause);
  } else if (execution.met_limit()) {
    outcome.refusal = refused(skipped, std::string(name(Status::precompile_beyond_limits)));
  } else if (execution.invalid()) {
    outcome.refusal = refused(*execution.invalid());
  } else {
    outcome.changes = execution.state().changes();
    outcome.state_root = pre_state.root_after(outcome.changes);
    outcome.gas_used = execution.gas_used();
    outcome.receipts_root = receipts_root(execution.receipts());
    if (auto fault = check_results(block.header, execution))
      outcome.refusal = refused(std::move(*fault));
    else if (outcome.state_root != block.header.state_root)
      outcome.refusal =
          refused(have_want(BlockFault::state_root, "stateRoot", to_hex(block.header.state_root),
                            to_hex(outcome.state_root)));
  }
  return outcome;
}

BlockTree::Outcome BlockTree::execute(const Block& block, const BlockRules& rules,
                                      Node& parent) const {
  VirtualLoop loop;
  Outcome direct = run(block, rules, parent.trie(), parent.state, loop, Speculation::off);
  const bool decided = !direct.refusal || direct.refusal->kind == BlockRefusal::Kind::invalid;
  if (decided && options_.delayed_seed) {
    VirtualLoop delayed_loop;
    const uint64_t seed = mix64(*options_.delayed_seed) ^ mix64(seed_ ^ block.header.number);
    AdverseSource adverse(parent.state, delayed_loop, seed);
    const Outcome delayed =
        run(block, rules, parent.trie(), adverse.source(), delayed_loop, options_.speculation);
    const auto text = [](const Outcome& o) {
      return (o.refusal ? o.refusal->message : "valid") + ", state root " + to_hex(o.state_root) +
             ", receipts root " + to_hex(o.receipts_root) + ", " + std::to_string(o.gas_used) +
             " gas";
    };
    if (text(direct) != text(delayed))
      direct.refusal =
          refused(BlockRefusal::Kind::trouble,
                  "the delayed run ended with " + text(delayed) + "; the direct one with " +
                      text(direct) + " (seed " + std::to_string(*options_.delayed_seed) + ")");
  }
  return direct;
}

void BlockTree::link(Block block, const Hash256& hash, Node& parent,
                     std::span<const AccountChange> changes, bool proof_of_stake) {
  auto node = std::make_unique<Node>();
  node->header = std::move(block.header);
  node->ommers = std::move(block.ommers);
  node->hash = hash;
  node->total_difficulty = parent.total_difficulty + node->header.difficulty;
  node->parent = &parent;
  node->state.accounts() = parent.trie().accounts_after(changes);
  node->add_block_hashes();
  if (proof_of_stake || node->total_difficulty > head_->total_difficulty) head_ = node.get();
  nodes_.emplace(hash, std::move(node));
}

std::optional<BlockRefusal> BlockTree::add(BytesView rlp) {
  using enum BlockRefusal::Kind;
  auto block = decode_block(rlp);
  if (!block) return refused(malformed, block.error().message);
  const Hash256 hash = header_hash(block->header);
  if (nodes_.contains(hash)) return {};
  const auto parent = nodes_.find(block->header.parent_hash);
  if (parent == nodes_.end())
    return refused(unknown_parent, "parentHash: " + to_hex(block->header.parent_hash) +
                                       " is no block that is known");
  Node& below = *parent->second;
  const BlockRules rules =
      schedule_.at(block->header.number, block->header.timestamp, below.total_difficulty);
  std::vector<InvalidBlock> faults = validate(*block, rlp.size(), below, rules);
  Outcome outcome;
  if (auto fault = recover_senders(block->transactions, rules.rules.fork))
    faults.push_back(std::move(*fault));
  else
    outcome = execute(*block, rules, below);
  if (outcome.refusal && (faults.empty() || outcome.refusal->kind == invalid)) {
    if (outcome.refusal->kind != invalid) return outcome.refusal;
    std::ranges::move(outcome.refusal->faults, std::back_inserter(faults));
  }
  if (!faults.empty()) return BlockRefusal{invalid, faults.front().message, std::move(faults)};
  link(std::move(*block), hash, below, outcome.changes, rules.since(Fork::paris));
  return {};
}

} // namespace runahead
