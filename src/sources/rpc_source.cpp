#include "sources/rpc_source.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/rpc_channel.hpp"
#include "sources/rpc_items.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace runahead {

namespace {

using Value = std::expected<StateValue, RpcFailure>;

} // namespace

/// One read under way: what it asks for, and how far it is.
class RpcSource::Read : public std::enable_shared_from_this<Read> {
public:
  Read(RpcSource& source, AnswerSink sink)
      : source_(source), alive_(source.alive_), sink_(std::move(sink)) {}

  void start(const std::vector<StateKey>& keys);

private:
  using Step = void (Read::*)(std::vector<RpcReply>, bool together);

  void answer_without_asking(const StateKey& key);
  void plan(std::span<const StateKey> keys);
  std::string block_parameter() const;
  RpcCall check_call() const;
  std::vector<RpcCall> item_calls() const;

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

  void take_item(const RpcItem& item, const RpcReply& reply);
  bool belie_program(const KeyedValues& told);
  bool fall_back(const RpcItem& item, const RpcFailure& failure);
  void fail_item(const RpcItem& item, const RpcFailure& failure);
  void conclude(const StateKey& key);
  Value existence(const Address& address) const;
  const Value* found(StateKind kind, const Address& address) const;
  void go_on();
  void fail_all(const RpcFailure& failure);
  void answer(const StateKey& key, const Value& value);
  void finish();

  RpcSource& source_;
  const std::shared_ptr<bool> alive_; ///< false once the source is gone
  AnswerSink sink_;
  std::unordered_set<StateKey> asked_;         ///< without their answer
  std::vector<RpcItem> items_;                 ///< what the node is asked
  bool plain_only_ = false;                    ///< calls for many keys have failed
  bool needs_check_ = false;                   ///< that the pinned number still has the pinned hash
  std::unordered_map<StateKey, Value> values_; ///< what the items have told so far
  std::vector<RpcReply> replies_;              ///< of the items, until the check behind them
  std::vector<Answer> answers_;
  std::unordered_set<StateKey> told_; ///< what answers were given to before the last calls
};

void RpcSource::Read::start(const std::vector<StateKey>& keys) {
  asked_.insert(keys.begin(), keys.end());
  for (const StateKey& key : keys)
    if (key.kind == StateKind::block_hash) answer_without_asking(key);
  if (asked_.empty()) return finish();
  // In the order of the keys, which that of a set is not.
  std::vector<StateKey> open;
  std::ranges::copy_if(keys, std::back_inserter(open),
                       [&](const StateKey& key) { return asked_.contains(key); });
  plan(open);
}

/// Block hashes that are known, or that nobody could tell.
void RpcSource::Read::answer_without_asking(const StateKey& key) {
  const uint256 number = source_.number_;
  if (key.slot >= number)
    return answer(key, std::unexpected(RpcFailure{"the block is no ancestor of the pinned block " +
                                                      std::to_string(source_.number_),
                                                  false}));
  if (key.slot + 1 == number) return answer(key, StateValue{from(source_.parent_), nullptr});
  needs_check_ = true;
}

/// Chooses the calls that ask for these keys, and sends them.
void RpcSource::Read::plan(std::span<const StateKey> keys) {
  const RpcAbilities none, &can = source_.node_.abilities();
  const bool plain = plain_only_ || source_.plain_here_;
  items_ = plan_items(keys, plain ? none : can, [this](const Address& address) {
    return source_.node_.codes().find(address) != nullptr;
  });
  // Until a program has read a word that is not zero, one of its words is read plainly too.
  const auto program = std::ranges::find(items_, RpcForm::slots_program, &RpcItem::form);
  if (program != items_.end() && !can.programs_proven)
    items_.insert(items_.begin(), RpcItem{RpcForm::plain, {program->keys.front()}});
  send_items();
}

/// How requests name the pinned block.
std::string RpcSource::Read::block_parameter() const {
  JsonWriter out;
  if (source_.node_.pinning() == RpcNode::Pinning::number)
    out.quantity(source_.number_);
  else
    out.begin_object().key("blockHash").hex(source_.hash_).end_object();
  return out.take();
}

RpcCall RpcSource::Read::check_call() const {
  return to_call({RpcForm::plain, {StateKey::block_hash(source_.number_)}}, {});
}

std::vector<RpcCall> RpcSource::Read::item_calls() const {
  const std::string block = block_parameter();
  std::vector<RpcCall> calls;
  calls.reserve(items_.size() + 2);
  for (const RpcItem& item : items_) calls.push_back(to_call(item, block));
  return calls;
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
  std::vector<RpcCall> calls = item_calls();
  if (check) {
    calls.insert(calls.begin(), check_call());
    calls.push_back(check_call());
  }
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
  send(item_calls(), &Read::take_items_apart);
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
  for (size_t i = 0; i < items_.size(); ++i) take_item(items_[i], replies[i]);
  go_on();
}

/// Fails the whole read and returns false if the pinned number does not have the pinned hash.
bool RpcSource::Read::pinned_still(const RpcReply& check) {
  const std::string number = std::to_string(source_.number_);
  const auto values = values_of({RpcForm::plain, {StateKey::block_hash(source_.number_)}}, check);
  const uint256 now = values ? values->front().second.word : uint256{};
  if (values && now == from(source_.hash_)) return true;
  if (values)
    fail_all({"block " + number + " is now " + to_hex32(now) + ", no longer " +
                  to_hex(source_.hash_) + ", which the reads are pinned to",
              false});
  else if (check.value && check.value->is_null())
    fail_all({"the node does not have block " + number, true}); // another one behind it may
  else
    fail_all(values.error());
  return false;
}

/// Learns from the first answers whether the node takes EIP-1898's object. Only plain calls tell:
/// others may be refused for a reason of their own.
bool RpcSource::Read::hash_is_refused(const std::vector<RpcReply>& replies) {
  if (source_.node_.pinning() != RpcNode::Pinning::hash_untried) return false;
  size_t states = 0, refused = 0;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].keys.front().kind == StateKind::block_hash) continue;
    if (replies[i].value) source_.node_.set_pinning(RpcNode::Pinning::hash);
    if (items_[i].form != RpcForm::plain) continue;
    ++states;
    if (refuses_parameter(replies[i])) ++refused;
  }
  if (states == 0 || refused < states) return false;
  if (source_.node_.pinning() == RpcNode::Pinning::hash) return false;
  source_.node_.set_pinning(RpcNode::Pinning::number);
  return true;
}

void RpcSource::Read::take_item(const RpcItem& item, const RpcReply& reply) {
  auto values = values_of(item, reply);
  if (!values) {
    if (!fall_back(item, values.error())) fail_item(item, values.error());
    return;
  }
  if (item.form == RpcForm::slots_program && belie_program(*values)) return;
  for (auto& [key, value] : *values) {
    if (key.kind == StateKind::code) source_.node_.codes().remember(key.address, value.code);
    values_.insert_or_assign(key, std::move(value));
  }
}

/// Compares what a program told with what was read plainly. If it differs, the node does not run
/// programs as others do: they are given up, and what was told is not believed.
bool RpcSource::Read::belie_program(const KeyedValues& told) {
  RpcAbilities& can = source_.node_.abilities();
  for (const auto& [key, value] : told) {
    const auto plain = values_.find(key);
    if (plain == values_.end() || !plain->second) continue;
    if (plain->second->word != value.word) {
      can.programs = false;
      return true;
    }
    if (!value.word.is_zero()) can.programs_proven = true;
  }
  return false;
}

/// Learns from a refused call for many keys, so that they are asked for in another way. False if
/// the failure has nothing to do with that.
bool RpcSource::Read::fall_back(const RpcItem& item, const RpcFailure& failure) {
  if (item.form == RpcForm::plain) return false;
  RpcAbilities& can = source_.node_.abilities();
  const bool slots = item.keys.front().kind == StateKind::storage;
  if (failure.why == RpcFailure::Why::too_large && item.keys.size() > 1) {
    size_t& most = slots ? can.most_slots : can.most_accounts;
    most = std::min(most, item.keys.size() / 2);
    return true;
  }
  if (failure.transient) return false;
  if (failure.why != RpcFailure::Why::unknown_method) {
    // Not more than this block may be the reason: a program does not run on rules too old for it.
    plain_only_ = source_.plain_here_ = true;
    return true;
  }
  if (item.form == RpcForm::storage_values)
    can.storage_values = false;
  else if (item.form == RpcForm::account_info)
    can.account_info = false;
  else
    can.programs = false;
  return true;
}

/// All that the item would have told of its accounts has failed.
void RpcSource::Read::fail_item(const RpcItem& item, const RpcFailure& failure) {
  for (const StateKey& key : item.keys) {
    values_.try_emplace(key, std::unexpected(failure));
    if (item.form == RpcForm::plain || key.kind == StateKind::storage) continue;
    for (const StateKind kind : {StateKind::existence, StateKind::balance, StateKind::code_hash,
                                 StateKind::code, StateKind::nonce})
      if (kind != StateKind::nonce || item.form == RpcForm::account_info)
        values_.try_emplace(StateKey::of(kind, key.address), std::unexpected(failure));
  }
}

const Value* RpcSource::Read::found(StateKind kind, const Address& address) const {
  const auto value = values_.find(StateKey::of(kind, address));
  return value == values_.end() ? nullptr : &value->second;
}

/// Gives a key that no item told directly what others tell of it, if they do.
void RpcSource::Read::conclude(const StateKey& key) {
  const Value* code = found(StateKind::code, key.address);
  if (key.kind == StateKind::code_hash && code && !*code) values_.try_emplace(key, *code);
  if (key.kind == StateKind::existence && code && found(StateKind::balance, key.address) &&
      found(StateKind::nonce, key.address))
    values_.try_emplace(key, existence(key.address));
  if (key.kind != StateKind::code || code) return;
  // Only its hash was asked for, as it was known.
  const Value* hash = found(StateKind::code_hash, key.address);
  const BytecodeRef known = source_.node_.codes().find(key.address);
  if (!hash) return;
  if (!*hash)
    values_.try_emplace(key, *hash);
  else if (known && from(known->hash) == (*hash)->word)
    values_.try_emplace(key, StateValue{{}, known});
  else
    source_.node_.codes().forget(key.address); // it has other code now, which is to be fetched
}

/// EIP-161: an account exists if its balance, nonce or code is not zero or empty.
Value RpcSource::Read::existence(const Address& address) const {
  Value outcome = StateValue{existence::none, nullptr};
  for (const StateKind kind : {StateKind::balance, StateKind::nonce, StateKind::code}) {
    const Value& value = *found(kind, address);
    if (!value)
      outcome = value;
    else if (!value->word.is_zero() || (value->code && !value->code->bytes.empty()))
      return StateValue{existence::alive, nullptr};
  }
  return outcome;
}

/// Answers what is known by now, and asks again for the rest in the ways that are left.
void RpcSource::Read::go_on() {
  for (const StateKey& key : std::vector(asked_.begin(), asked_.end())) conclude(key);
  for (const auto& [key, value] : values_)
    if (value || asked_.contains(key)) answer(key, value);
  if (asked_.empty()) return finish();
  values_.clear();
  for (const Answer& given : answers_) told_.insert(given.key);
  if (!answers_.empty()) sink_(std::exchange(answers_, {}));
  const std::vector<StateKey> open(asked_.begin(), asked_.end());
  if (*alive_) plan(open);
}

/// Failures are told to those who asked only.
void RpcSource::Read::answer(const StateKey& key, const Value& value) {
  const bool asked = asked_.erase(key) != 0;
  if (told_.contains(key)) return;
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
