#include "app/node_chain.hpp"

#include "base/hex.hpp"
#include "io/duration.hpp"
#include "sources/rpc_proof_source.hpp"
#include "sources/rpc_source.hpp"
#include "spec/blob_fee.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace runahead {
namespace {

/// Connections kept open: reads of one call come one request after the other, mostly.
constexpr size_t warm_connections = 4;

BlockId to_id(const BlockRef& block) {
  if (block.kind == BlockRef::Kind::hash) return block.hash;
  if (block.kind == BlockRef::Kind::number) return block.number;
  return to_string(block); // a tag
}

std::string to_text(const Unavailable& failure) { return failure.source + ": " + failure.cause; }

RpcError not_found(const Unavailable& failure) {
  return {failure.transient ? rpc_code::state_unavailable : rpc_code::block_not_found,
          "block unavailable: " + to_text(failure)};
}

} // namespace

NodeChain::NodeChain(Nodes nodes, RuleBook rules, const StatePlan& plan, Executor& executor,
                     Logger& log)
    : nodes_(std::move(nodes)), rules_(std::move(rules)), wrapping_(plan.wrapping),
      verify_(plan.upstream.verify), quorum_(plan.upstream.quorum),
      head_age_(plan.upstream.head_age), executor_(executor), log_(log) {
  if (nodes_.size() == 1) return;
  std::vector<std::string> names;
  for (const auto& node : nodes_) names.push_back(node->name());
  pool_ = std::make_unique<UpstreamPool>(
      executor, std::move(names), UpstreamPoolOptions{.quorum = quorum_},
      [&log](const std::string& sentence) { log.warn(sentence); });
}

RpcResult<ChainBlock> NodeChain::to_block(const Head& head) const {
  const Rules rules = rules_.at(head.env.number, head.env.timestamp);
  ChainBlock block{head.hash, head.parent, head.env, rules, head.excess_blob_gas};
  block.env.blob_base_fee = blob_base_fee(head.excess_blob_gas, rules.blobs);
  return block;
}

/// Of the nodes by their heads, the newest first, the one that completes the quorum.
const RpcNode& NodeChain::head_node() const {
  std::vector<const RpcNode*> by_head;
  for (const auto& node : nodes_) by_head.push_back(node.get());
  std::ranges::sort(by_head, std::greater<>{},
                    [](const RpcNode* node) { return node->head()->env.number; });
  return *by_head[quorum_ - 1];
}

RpcResult<ChainBlock> NodeChain::head() {
  const RpcNode& node = head_node();
  if (head_age_ && node.head_age() > *head_age_)
    return rpc_fail(rpc_code::state_unavailable,
                    "the newest block is unknown: " + node.name() + " told of block " +
                        to_decimal(node.head()->env.number) + " " + to_string(node.head_age()) +
                        " ago, and --head-age is " + to_string(*head_age_));
  return to_block(*node.head());
}

uint64_t NodeChain::head_stamp() const {
  uint64_t changes = 0;
  for (const auto& node : nodes_) changes += node->head_changes();
  return changes;
}

void NodeChain::find(const BlockRef& block, BlockSink sink) {
  const Head& newest = *head_node().head();
  const bool is_newest =
      (block.kind == BlockRef::Kind::hash && block.hash == newest.hash) ||
      (block.kind == BlockRef::Kind::number && block.number == newest.env.number);
  if (block.is_head()) return sink(head());
  if (is_newest) return sink(to_block(newest));
  fetch(to_id(block), 0,
        [this, sure = !block.require_canonical,
         sink = std::move(sink)](RpcNode::Outcome<Head> found) mutable {
          if (!found) return sink(std::unexpected(not_found(found.error())));
          if (sure) return sink(to_block(*found));
          check_canonical(*found, std::move(sink));
        });
}

/// Asks one node after the other, from number `node` on.
void NodeChain::fetch(const BlockId& id, size_t node, RpcNode::Callback<Head> done) {
  nodes_[node]->fetch_block(
      id, [this, id, node, done = std::move(done)](RpcNode::Outcome<Head> found) mutable {
        if (found || node + 1 == nodes_.size()) return done(std::move(found));
        fetch(id, node + 1, std::move(done));
      });
}

/// EIP-1898's requireCanonical: the block of that number must be this one.
void NodeChain::check_canonical(const Head& head, BlockSink sink) {
  fetch(head.env.number, 0,
        [this, head, sink = std::move(sink)](RpcNode::Outcome<Head> canonical) mutable {
          if (!canonical) return sink(std::unexpected(not_found(canonical.error())));
          if (canonical->hash != head.hash)
            return sink(rpc_fail(rpc_code::server_error, "hash is not currently canonical"));
          sink(to_block(head));
        });
}

Result<Rules> NodeChain::rules_at(const ChainBlock&, uint64_t number, uint64_t timestamp) const {
  return rules_.at(number, timestamp);
}

std::shared_ptr<StateSource> NodeChain::open(const ChainBlock& block) {
  const Head head{block.hash, block.parent, block.env, block.excess_blob_gas};
  std::vector<std::shared_ptr<StateSource>> members;
  for (const auto& node : nodes_) {
    if (verify_)
      members.push_back(std::make_shared<RpcProofSource>(*node, head));
    else
      members.push_back(std::make_shared<RpcSource>(*node, head));
  }
  std::shared_ptr<StateSource> source = members.front();
  if (pool_) source = std::make_shared<PoolSource>(*pool_, std::move(members));
  return wrap(std::move(source), executor_, wrapping_);
}

void NodeChain::follow() {
  for (const auto& node : nodes_) {
    node->warm(warm_connections);
    node->follow_head([this, &node = *node](const Head& head) {
      node.warm(warm_connections);
      if (log_.enabled(LogLevel::debug))
        log_.debug(node.name() + ": head " + to_decimal(head.env.number) + " " + to_hex(head.hash) +
                   "; so far " + to_string(node.cost()));
    });
  }
}

namespace {

/// Connects to all at once. Only those that it works with are returned, as many as are needed.
Result<NodeChain::Nodes> connect_nodes(const UpstreamPlan& plan, EventLoop& loop, Logger& log) {
  NodeChain::Nodes nodes;
  for (const std::string& url : plan.urls) {
    RpcNodeOptions options;
    options.headers = plan.headers;
    options.budget = plan.budget;
    options.prove_headers = plan.verify;
    auto node = RpcNode::create(loop, url, std::move(options));
    if (!node) return fail_at("--upstream", node.error());
    nodes.push_back(std::move(*node));
  }
  std::vector<std::optional<RpcNode::Outcome<void>>> outcomes(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i)
    nodes[i]->connect([&, i](RpcNode::Outcome<void> outcome) { outcomes[i] = std::move(outcome); });
  const auto all_done = [&] {
    return std::ranges::all_of(outcomes, [](const auto& outcome) { return outcome.has_value(); });
  };
  if (!loop.run_until(all_done)) return fail("stopped");
  NodeChain::Nodes connected;
  std::string failures;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (*outcomes[i]) {
      connected.push_back(std::move(nodes[i]));
      continue;
    }
    const std::string failure = to_text(outcomes[i]->error());
    failures += (failures.empty() ? "" : "; ") + failure;
    if (nodes.size() > 1) log.warn("left out: " + failure);
  }
  if (connected.size() < plan.quorum) return fail(failures);
  return connected;
}

/// They must be of one chain: this one, if it is given.
Result<void> check_chain_ids(const NodeChain::Nodes& nodes, std::optional<uint64_t> demanded) {
  const uint64_t chain_id = demanded.value_or(nodes.front()->chain_id());
  for (const auto& node : nodes) {
    if (node->chain_id() == chain_id) continue;
    return fail(node->name() + ": is of chain " + std::to_string(node->chain_id()) + ", not of " +
                (demanded ? "--chain-id " + std::to_string(chain_id)
                          : std::to_string(chain_id) + " as " + nodes.front()->name()));
  }
  return {};
}

} // namespace

Result<std::unique_ptr<ChainAccess>> connect_node_chain(const StatePlan& plan, EventLoop& loop,
                                                        Logger& log) {
  auto nodes = connect_nodes(plan.upstream, loop, log);
  if (!nodes) return std::unexpected(nodes.error());
  if (const auto ok = check_chain_ids(*nodes, plan.chain_id); !ok)
    return std::unexpected(ok.error());
  RuleClues clues;
  const RpcNode& first = *nodes->front();
  const Head& head = *first.head();
  clues.chain_id = first.chain_id();
  clues.demanded = plan.fork;
  clues.number = head.env.number;
  clues.timestamp = head.env.timestamp;
  const auto& config = first.config();
  clues.node_config = config ? rules_from_eth_config(*config) : std::unexpected(config.error());
  if (config) clues.file_blobs = config->blobs;
  auto book = choose_rules(clues);
  if (!book) return fail_at(first.name(), book.error());
  for (const auto& node : *nodes)
    log.info("connected to " + node->name() + ": chain " + std::to_string(clues.chain_id) +
             ", block " + to_decimal(node->head()->env.number) + "; rules: " + book->reason());
  return std::make_unique<NodeChain>(std::move(*nodes), std::move(*book), plan, loop, log);
}

} // namespace runahead
