#include "app/node_chain.hpp"

#include "base/hex.hpp"
#include "sources/rpc_source.hpp"
#include "spec/blob_fee.hpp"

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

NodeChain::NodeChain(std::unique_ptr<RpcNode> node, RuleBook rules, SourceWrapping wrapping,
                     Executor& executor, Logger& log)
    : node_(std::move(node)), rules_(std::move(rules)), wrapping_(std::move(wrapping)),
      executor_(executor), log_(log) {}

RpcResult<ChainBlock> NodeChain::to_block(const Head& head) const {
  const Rules rules = rules_.at(head.env.number, head.env.timestamp);
  ChainBlock block{head.hash, head.parent, head.env, rules, head.excess_blob_gas};
  block.env.blob_base_fee = blob_base_fee(head.excess_blob_gas, rules.blobs);
  return block;
}

RpcResult<ChainBlock> NodeChain::head() { return to_block(*node_->head()); }

void NodeChain::find(const BlockRef& block, BlockSink sink) {
  const Head& newest = *node_->head();
  const bool is_newest =
      (block.kind == BlockRef::Kind::hash && block.hash == newest.hash) ||
      (block.kind == BlockRef::Kind::number && block.number == newest.env.number);
  if (is_newest || block.is_head()) return sink(head());
  node_->fetch_block(to_id(block), [this, sure = !block.require_canonical,
                                    sink = std::move(sink)](RpcNode::Outcome<Head> found) mutable {
    if (!found) return sink(std::unexpected(not_found(found.error())));
    if (sure) return sink(to_block(*found));
    check_canonical(*found, std::move(sink));
  });
}

/// EIP-1898's requireCanonical: the block of that number must be this one.
void NodeChain::check_canonical(const Head& head, BlockSink sink) {
  node_->fetch_block(head.env.number, [this, head, sink = std::move(sink)](
                                          RpcNode::Outcome<Head> canonical) mutable {
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
  return wrap(std::make_shared<RpcSource>(*node_, head), executor_, wrapping_);
}

void NodeChain::follow() {
  node_->warm(warm_connections);
  node_->follow_head([this](const Head& head) {
    node_->warm(warm_connections);
    if (log_.enabled(LogLevel::debug))
      log_.debug("head " + to_decimal(head.env.number) + " " + to_hex(head.hash));
  });
}

Result<std::unique_ptr<ChainAccess>> connect_node_chain(const StatePlan& plan, EventLoop& loop,
                                                        Logger& log) {
  auto node = RpcNode::create(loop, plan.place);
  if (!node) return fail_at("--upstream", node.error());
  std::optional<RpcNode::Outcome<void>> connected;
  (*node)->connect([&](RpcNode::Outcome<void> outcome) { connected = std::move(outcome); });
  if (!loop.run_until([&] { return connected.has_value(); })) return fail("stopped");
  if (!*connected) return fail(to_text(connected->error()));
  const Head& head = *(*node)->head();
  RuleClues clues;
  clues.chain_id = (*node)->chain_id();
  if (plan.chain_id && *plan.chain_id != clues.chain_id)
    return fail((*node)->name() + ": is of chain " + std::to_string(clues.chain_id) +
                ", not of --chain-id " + std::to_string(*plan.chain_id));
  clues.demanded = plan.fork;
  clues.number = head.env.number;
  clues.timestamp = head.env.timestamp;
  const auto& config = (*node)->config();
  clues.node_config = config ? rules_from_eth_config(*config) : std::unexpected(config.error());
  if (config) clues.file_blobs = config->blobs;
  auto book = choose_rules(clues);
  if (!book) return fail_at((*node)->name(), book.error());
  log.info("connected to " + (*node)->name() + ": chain " + std::to_string(clues.chain_id) +
           ", block " + to_decimal(head.env.number) + "; rules: " + book->reason());
  return std::make_unique<NodeChain>(std::move(*node), std::move(*book), plan.wrapping, loop, log);
}

} // namespace runahead
