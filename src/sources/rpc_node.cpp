#include "sources/rpc_node.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "sources/rpc_header.hpp"
#include "sources/rpc_items.hpp"
#include "sources/rpc_parse.hpp"
#include "sources/rpc_programs.hpp"

#include <array>
#include <utility>

namespace runahead {

namespace {

RpcCall block_call(const BlockId& id) {
  JsonWriter params;
  params.begin_array();
  if (const auto* number = std::get_if<uint64_t>(&id))
    params.quantity(*number);
  else if (const auto* hash = std::get_if<Hash256>(&id))
    params.hex(*hash);
  else
    params.text(std::get<std::string>(id));
  params.boolean(false).end_array();
  const bool by_hash = std::holds_alternative<Hash256>(id);
  return {by_hash ? "eth_getBlockByHash" : "eth_getBlockByNumber", params.take()};
}

std::string to_text(const BlockId& id) {
  if (const auto* number = std::get_if<uint64_t>(&id)) return "block " + std::to_string(*number);
  if (const auto* hash = std::get_if<Hash256>(&id)) return "block " + to_hex(*hash);
  return "the " + std::get<std::string>(id) + " block";
}

/// The block a reply holds; it must be the one asked for.
RpcNode::Outcome<Head> block_of(const RpcNode& node, const BlockId& id, const RpcReply& reply) {
  const std::string what = to_text(id) + ": ";
  if (!reply.value)
    return std::unexpected(
        node.unavailable(what + reply.value.error().cause, reply.value.error().transient));
  if (reply.value->is_null())
    return std::unexpected(node.unavailable(what + "the node has no such block"));
  const auto head = rpc_block(*reply.value);
  if (!head) return std::unexpected(node.unavailable(what + head.error().message));
  const auto* number = std::get_if<uint64_t>(&id);
  const auto* hash = std::get_if<Hash256>(&id);
  if ((number && head->env.number != *number) || (hash && head->hash != *hash))
    return std::unexpected(node.unavailable(what + "the node answers with block " +
                                            std::to_string(head->env.number) + ", " +
                                            to_hex(head->hash)));
  if (!node.proves_headers()) return *head;
  const auto proven = rpc_proven_header(*reply.value);
  if (!proven) return std::unexpected(node.unavailable(what + proven.error().message));
  if (proven->hash != head->hash)
    return std::unexpected(node.unavailable(what +
                                            "the header is false: its fields have the hash " +
                                            to_hex(proven->hash) + ", not " + to_hex(head->hash)));
  return *head;
}

Result<EthConfig> config_of(const RpcReply& reply) {
  if (!reply.value) return fail("eth_config: " + reply.value.error().cause);
  auto config = rpc_eth_config(*reply.value);
  if (!config) return fail_at("eth_config", config.error());
  return config;
}

const BlockId latest = std::string("latest");

/// Calls that read nothing of interest, in the forms that a node may not know. The account is one
/// that nobody has.
std::array<RpcItem, 3> probes() {
  Address nobody = rpc_program_address;
  nobody.bytes.back() ^= 1;
  const std::vector<StateKey> slots = {StateKey::storage(nobody, 0), StateKey::storage(nobody, 1)};
  return {RpcItem{RpcForm::storage_values, slots}, RpcItem{RpcForm::slots_program, slots},
          RpcItem{RpcForm::account_info, {StateKey::of(StateKind::code, nobody)}}};
}

} // namespace

RpcNode::RpcNode(EventLoop& loop, std::unique_ptr<RpcChannel> channel, RpcNodeOptions options)
    : loop_(loop), options_(std::move(options)), name_(channel->http().redacted_url()),
      channel_(std::move(channel)) {}

RpcNode::~RpcNode() { *alive_ = false; }

Result<std::unique_ptr<RpcNode>> RpcNode::create(EventLoop& loop, std::string_view url,
                                                 RpcNodeOptions options) {
  auto http = HttpClient::create(loop, url, options.http);
  if (!http) return std::unexpected(http.error());
  auto channel = std::make_unique<RpcChannel>(
      loop, std::move(*http),
      RpcChannelOptions{options.headers, options.timeout, options.budget, options.waits});
  return std::unique_ptr<RpcNode>(new RpcNode(loop, std::move(channel), std::move(options)));
}

Unavailable RpcNode::unavailable(std::string cause, bool transient) const {
  return {name_, std::move(cause), transient};
}

void RpcNode::warm(size_t count) { channel_->http().warm(count); }

Duration RpcNode::head_age() const { return head_ ? loop_.now() - head_asked_at_ : Duration{0}; }

void RpcNode::connect(Callback<void> done) {
  const Duration asked_at = loop_.now();
  std::vector<RpcCall> calls = {{"eth_chainId", "[]"}, {"eth_config", "[]"}, block_call(latest)};
  for (const RpcItem& probe : probes()) calls.push_back(to_call(probe, "\"latest\""));
  channel_->send(std::move(calls), [this, asked_at, done = std::move(done)](
                                       std::vector<RpcReply> replies, bool) mutable {
    const auto& id_reply = replies[0].value;
    if (!id_reply)
      return done(std::unexpected(unavailable(id_reply.error().cause, id_reply.error().transient)));
    const auto id = rpc_quantity(*id_reply);
    if (!id) return done(std::unexpected(unavailable("eth_chainId: " + id.error().message)));
    if (!id->fits_u64() || id->is_zero())
      return done(std::unexpected(unavailable("eth_chainId: " + to_hex(*id) + " is no chain id")));
    const auto head = block_of(*this, latest, replies[2]);
    if (!head) return done(std::unexpected(head.error()));
    config_ = config_of(replies[1]);
    if (config_ && config_->chain_id != id->w[0])
      config_ = fail("eth_config: current.chainId: " + std::to_string(config_->chain_id) +
                     ", but eth_chainId is " + std::to_string(id->w[0]));
    chain_id_ = id->w[0];
    learn_abilities(std::span(replies).subspan(3));
    take_head(*head, asked_at);
    done({});
  });
}

/// Only a full answer that makes sense counts: a node may take a parameter and do nothing with it.
void RpcNode::learn_abilities(std::span<const RpcReply> replies) {
  const auto asked = probes();
  abilities_.storage_values = values_of(asked[0], replies[0]).has_value();
  abilities_.programs = values_of(asked[1], replies[1]).has_value();
  abilities_.account_info = values_of(asked[2], replies[2]).has_value();
}

const RpcCost& RpcNode::cost() const { return channel_->cost(); }

void RpcNode::take_head(const Head& head, Duration asked_at) {
  if (head_ && asked_at < head_asked_at_) return; // an older answer that came late
  const bool is_new = !head_ || head_->hash != head.hash;
  head_ = head;
  head_asked_at_ = asked_at;
  if (is_new) head_changes_.fetch_add(1, std::memory_order_release);
  if (is_new && head_changed_) head_changed_(*head_);
}

void RpcNode::refresh_head(Callback<Head> done) {
  waiting_for_head_.push_back(std::move(done));
  if (waiting_for_head_.size() > 1) return;
  const Duration asked_at = loop_.now();
  fetch_block(latest, [this, asked_at](Outcome<Head> head) {
    const auto alive = alive_; // a callback may destroy the node
    auto waiting = std::exchange(waiting_for_head_, {});
    if (head) take_head(*head, asked_at);
    for (auto& callback : waiting) {
      if (!*alive) return;
      callback(head);
    }
  });
}

void RpcNode::follow_head(std::move_only_function<void(const Head&)> changed) {
  const bool follows_already = head_changed_ != nullptr;
  head_changed_ = changed ? std::move(changed) : [](const Head&) {};
  if (!follows_already) poll();
}

void RpcNode::poll() {
  loop_.after(options_.poll_interval, [this, alive = alive_] {
    if (!*alive) return;
    refresh_head([this](const Outcome<Head>&) { poll(); });
  });
}

void RpcNode::fetch_block(const BlockId& id, Callback<Head> done) {
  std::vector<RpcCall> calls;
  calls.push_back(block_call(id));
  channel_->send(std::move(calls),
                 [this, id, done = std::move(done)](std::vector<RpcReply> replies, bool) mutable {
                   done(block_of(*this, id, replies[0]));
                 });
}

} // namespace runahead
