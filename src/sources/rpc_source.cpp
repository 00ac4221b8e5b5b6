#include "sources/rpc_source.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/rpc_channel.hpp"
#include "sources/rpc_parse.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace runahead {

namespace {

using Value = std::expected<StateValue, RpcFailure>;

std::string_view method_of(StateKind kind) {
  switch (kind) {
  case StateKind::balance: return "eth_getBalance";
  case StateKind::nonce: return "eth_getTransactionCount";
  case StateKind::code: return "eth_getCode";
  case StateKind::storage: return "eth_getStorageAt";
  case StateKind::has_storage: return "eth_getProof";
  case StateKind::block_hash: return "eth_getBlockByNumber";
  case StateKind::existence:
  case StateKind::code_hash: break; // derived from others
  }
  std::unreachable();
}

Result<StateValue> value_of(const StateKey& key, const simdjson::dom::element& result) {
  switch (key.kind) {
  case StateKind::code: {
    auto code = rpc_bytes(result);
    if (!code) return std::unexpected(code.error());
    return StateValue{{}, make_bytecode(std::move(*code))};
  }
  case StateKind::has_storage: {
    const auto has = rpc_has_storage(result);
    if (!has) return std::unexpected(has.error());
    return StateValue{*has ? 1 : 0, nullptr};
  }
  case StateKind::block_hash: {
    const auto block = rpc_block(result);
    if (!block) return std::unexpected(block.error());
    if (key.slot != uint256(block->env.number))
      return fail("the node answers with block " + std::to_string(block->env.number));
    return StateValue{from(block->hash), nullptr};
  }
  default: {
    const auto word = rpc_quantity(result);
    if (!word) return std::unexpected(word.error());
    if (key.kind == StateKind::nonce && !word->fits_u64()) return fail("takes more than 64 bits");
    return StateValue{*word, nullptr};
  }
  }
}

Value value_of(const StateKey& key, const RpcReply& reply) {
  const std::string place = std::string(method_of(key.kind)) + ": ";
  if (!reply.value) {
    RpcFailure failure = reply.value.error();
    failure.cause.insert(0, place);
    return std::unexpected(std::move(failure));
  }
  auto value = value_of(key, *reply.value);
  if (!value) return std::unexpected(RpcFailure{place + value.error().message, false});
  return std::move(*value);
}

/// How nodes refuse a parameter that they cannot read (-32602, or an error of their parser).
bool refuses_parameter(const RpcReply& reply) {
  if (reply.value || reply.value.error().transient) return false;
  const RpcFailure& failure = reply.value.error();
  constexpr int64_t invalid_params = -32602;
  return failure.code == invalid_params ||
         (failure.code != 0 &&
          (failure.cause.contains("unmarshal") || failure.cause.contains("invalid argument") ||
           failure.cause.contains("invalid type")));
}

} // namespace

/// One read under way: what it asks for, and how far it is.
class RpcSource::Read : public std::enable_shared_from_this<Read> {
public:
  Read(RpcSource& source, AnswerSink sink)
      : source_(source), alive_(source.alive_), sink_(std::move(sink)) {}

  void start(const std::vector<StateKey>& keys);

private:
  using Step = void (Read::*)(std::vector<RpcReply>, bool together);

  void plan(const StateKey& key);
  void plan_block_hash(const StateKey& key);
  void add_item(StateKind kind, const StateKey& key);
  RpcCall call_of(const StateKey& item) const;
  RpcCall check_call() const;

  void send_items();
  void send_apart();
  void send(std::vector<RpcCall> calls, Step next);
  void take_checked(std::vector<RpcReply> replies, bool together);
  void take_check_before(std::vector<RpcReply> replies, bool together);
  void take_items_apart(std::vector<RpcReply> replies, bool together);
  void take_check_after(std::vector<RpcReply> replies, bool together);
  void take_items(std::vector<RpcReply> replies, bool together);
  bool pinned_still(const RpcReply& check);
  bool hash_is_refused(const std::vector<RpcReply>& replies);

  void deliver(const std::vector<RpcReply>& replies);
  void fail_all(const RpcFailure& failure);
  void answer(const StateKey& key, const Value& value);
  Value existence(const Address& address) const;
  void finish();

  RpcSource& source_;
  const std::shared_ptr<bool> alive_; ///< false once the source is gone
  AnswerSink sink_;
  std::unordered_set<StateKey> asked_;        ///< without their answer
  std::vector<StateKey> items_;               ///< what the node is asked
  std::unordered_map<StateKey, size_t> item_; ///< their places
  bool needs_check_ = false;                  ///< that the pinned number still has the pinned hash
  std::vector<Value> values_;                 ///< of the items
  std::vector<RpcReply> replies_;             ///< of the items, until the check behind them
  std::vector<Answer> answers_;
};

void RpcSource::Read::start(const std::vector<StateKey>& keys) {
  asked_.insert(keys.begin(), keys.end());
  for (const StateKey& key : keys) plan(key);
  if (items_.empty()) return finish();
  send_items();
}

void RpcSource::Read::plan(const StateKey& key) {
  switch (key.kind) {
  case StateKind::existence:
    for (const StateKind kind : {StateKind::balance, StateKind::nonce, StateKind::code})
      add_item(kind, key);
    return;
  case StateKind::code_hash: return add_item(StateKind::code, key);
  case StateKind::block_hash: return plan_block_hash(key);
  default: return add_item(key.kind, key);
  }
}

void RpcSource::Read::plan_block_hash(const StateKey& key) {
  const uint256 number = source_.number_;
  if (key.slot >= number)
    return answer(key, std::unexpected(RpcFailure{"the block is no ancestor of the pinned block " +
                                                      std::to_string(source_.number_),
                                                  false}));
  if (key.slot + 1 == number) return answer(key, StateValue{from(source_.parent_), nullptr});
  needs_check_ = true;
  add_item(StateKind::block_hash, key);
}

void RpcSource::Read::add_item(StateKind kind, const StateKey& key) {
  const StateKey item{kind, key.address, key.slot};
  if (item_.emplace(item, items_.size()).second) items_.push_back(item);
}

RpcCall RpcSource::Read::call_of(const StateKey& item) const {
  JsonWriter params;
  params.begin_array();
  if (item.kind == StateKind::block_hash) {
    params.quantity(item.slot).boolean(false).end_array();
    return {method_of(item.kind), params.take()};
  }
  params.hex(item.address);
  if (item.kind == StateKind::storage) params.word(item.slot);
  if (item.kind == StateKind::has_storage) params.begin_array().end_array();
  if (source_.node_.pinning() == RpcNode::Pinning::number)
    params.quantity(source_.number_);
  else
    params.begin_object().key("blockHash").hex(source_.hash_).end_object();
  params.end_array();
  return {method_of(item.kind), params.take()};
}

RpcCall RpcSource::Read::check_call() const {
  JsonWriter params;
  params.begin_array().quantity(source_.number_).boolean(false).end_array();
  return {"eth_getBlockByNumber", params.take()};
}

void RpcSource::Read::send(std::vector<RpcCall> calls, Step next) {
  source_.node_.channel().send(std::move(calls), [self = shared_from_this(), next](
                                                     std::vector<RpcReply> replies, bool together) {
    if (*self->alive_) (*self.*next)(std::move(replies), together);
  });
}

/// Sends the items, with the checks around them where they are needed.
void RpcSource::Read::send_items() {
  const bool check = needs_check_ || source_.node_.pinning() == RpcNode::Pinning::number;
  if (check && items_.size() + 2 > source_.node_.channel().most_calls()) return send_apart();
  std::vector<RpcCall> calls;
  calls.reserve(items_.size() + 2);
  if (check) calls.push_back(check_call());
  for (const StateKey& item : items_) calls.push_back(call_of(item));
  if (check) calls.push_back(check_call());
  send(std::move(calls), check ? &Read::take_checked : &Read::take_items);
}

/// A check, the items, and a check, each sent after the one before was answered: no request may
/// carry all three, and requests under way together would say nothing about their order.
void RpcSource::Read::send_apart() { send({check_call()}, &Read::take_check_before); }

void RpcSource::Read::take_checked(std::vector<RpcReply> replies, bool together) {
  if (!together) return send_apart();
  if (!pinned_still(replies.front()) || !pinned_still(replies.back())) return;
  replies.erase(replies.begin());
  replies.pop_back();
  take_items(std::move(replies), true);
}

void RpcSource::Read::take_check_before(std::vector<RpcReply> replies, bool) {
  if (!pinned_still(replies.front())) return;
  std::vector<RpcCall> calls;
  for (const StateKey& item : items_) calls.push_back(call_of(item));
  send(std::move(calls), &Read::take_items_apart);
}

void RpcSource::Read::take_items_apart(std::vector<RpcReply> replies, bool) {
  replies_ = std::move(replies);
  send({check_call()}, &Read::take_check_after);
}

void RpcSource::Read::take_check_after(std::vector<RpcReply> replies, bool) {
  if (pinned_still(replies.front())) take_items(std::move(replies_), false);
}

void RpcSource::Read::take_items(std::vector<RpcReply> replies, bool) {
  if (hash_is_refused(replies)) return send_items(); // by number this time
  deliver(replies);
}

/// Fails the whole read and returns false if the pinned number does not have the pinned hash.
bool RpcSource::Read::pinned_still(const RpcReply& check) {
  const std::string number = std::to_string(source_.number_);
  const auto value = value_of(StateKey::block_hash(source_.number_), check);
  if (value && value->word == from(source_.hash_)) return true;
  if (value)
    fail_all({"block " + number + " is now " + to_hex32(value->word) + ", no longer " +
                  to_hex(source_.hash_) + ", which the reads are pinned to",
              false});
  else if (check.value && check.value->is_null())
    fail_all({"the node does not have block " + number, true}); // another one behind it may
  else
    fail_all(value.error());
  return false;
}

/// Learns from the first answers whether the node takes EIP-1898's object.
bool RpcSource::Read::hash_is_refused(const std::vector<RpcReply>& replies) {
  if (source_.node_.pinning() != RpcNode::Pinning::hash_untried) return false;
  size_t states = 0, refused = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].kind == StateKind::block_hash) continue;
    ++states;
    if (refuses_parameter(replies[i])) ++refused;
    if (replies[i].value) source_.node_.set_pinning(RpcNode::Pinning::hash);
  }
  if (states == 0 || refused < states) return false;
  source_.node_.set_pinning(RpcNode::Pinning::number);
  return true;
}

void RpcSource::Read::deliver(const std::vector<RpcReply>& replies) {
  values_.reserve(items_.size());
  for (size_t i = 0; i < items_.size(); ++i) values_.push_back(value_of(items_[i], replies[i]));
  for (size_t i = 0; i < items_.size(); ++i) {
    answer(items_[i], values_[i]);
    if (items_[i].kind != StateKind::code) continue;
    const StateKey hash_key = StateKey::of(StateKind::code_hash, items_[i].address);
    if (values_[i])
      answer(hash_key, StateValue{from(values_[i]->code->hash), nullptr});
    else
      answer(hash_key, values_[i]);
    // Existence needs the code at least, unless it was asked; then the code is among the items too.
    answer(StateKey::of(StateKind::existence, items_[i].address), existence(items_[i].address));
  }
  finish();
}

/// EIP-161: an account exists if its balance, nonce or code is not zero or empty.
Value RpcSource::Read::existence(const Address& address) const {
  Value outcome = StateValue{};
  for (const StateKind kind : {StateKind::balance, StateKind::nonce, StateKind::code}) {
    const auto found = item_.find(StateKey::of(kind, address));
    if (found == item_.end()) return std::unexpected(RpcFailure{"not asked", false});
    const Value& value = values_[found->second];
    if (!value)
      outcome = value;
    else if (!value->word.is_zero() || (value->code && !value->code->bytes.empty()))
      return StateValue{1, nullptr};
  }
  return outcome;
}

/// Failures are told to those who asked only.
void RpcSource::Read::answer(const StateKey& key, const Value& value) {
  const bool asked = asked_.erase(key) != 0;
  if (value)
    answers_.push_back({key, *value});
  else if (asked)
    answers_.push_back({key, std::unexpected(source_.node_.unavailable(value.error().cause,
                                                                       value.error().transient))});
}

void RpcSource::Read::fail_all(const RpcFailure& failure) {
  for (const StateKey& key : std::vector(asked_.begin(), asked_.end()))
    answer(key, std::unexpected(failure));
  finish();
}

void RpcSource::Read::finish() {
  AnswerSink sink = std::move(sink_);
  sink(std::move(answers_));
}

RpcSource::RpcSource(RpcNode& node, const Head& block)
    : node_(node), hash_(block.hash), parent_(block.parent), number_(block.env.number) {}

RpcSource::~RpcSource() { *alive_ = false; }

size_t RpcSource::batch_limit() const {
  return std::min(limits::batch_keys, node_.channel().most_calls());
}

void RpcSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::make_shared<Read>(*this, std::move(sink))->start(keys);
}

} // namespace runahead
