#include "sources/rpc_proof_source.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/rpc_header.hpp"
#include "sources/rpc_items.hpp"
#include "sources/rpc_parse.hpp"
#include "sources/rpc_proof.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace runahead {

namespace {

using Value = std::expected<StateValue, RpcFailure>;

std::unexpected<RpcFailure> refuse(std::string cause) {
  return std::unexpected(RpcFailure{std::move(cause), false});
}

/// What is asked of one account.
struct Wanted {
  Address address;
  std::vector<uint256> slots;
  std::vector<StateKey> keys;
  bool code = false;
};

} // namespace

class RpcProofSource::Read : public std::enable_shared_from_this<Read> {
public:
  Read(RpcProofSource& source, AnswerSink sink)
      : source_(source), alive_(source.alive_), sink_(std::move(sink)) {}

  void start(const std::vector<StateKey>& keys);

private:
  void sort_out(const StateKey& key);
  void send();
  std::vector<RpcCall> calls() const;
  std::string block_parameter() const;
  bool hash_is_refused(std::span<const RpcReply> replies) const;
  void take(std::vector<RpcReply> replies);
  bool take_header(const RpcReply& reply);
  void take_ancestors(std::span<const RpcReply> replies);
  void take_account(const Wanted& wanted, const RpcReply& proof, const RpcReply* code);
  Value value_of(const StateKey& key, const ProvenAccount& proven, const Wanted& wanted,
                 const Value& code) const;
  Value proven_code(const ProvenAccount& proven, const RpcReply& reply) const;
  void answer(const StateKey& key, const Value& value);
  void fail_all(const RpcFailure& failure);

  RpcProofSource& source_;
  const std::shared_ptr<bool> alive_;
  AnswerSink sink_;
  std::vector<Wanted> accounts_;
  std::unordered_map<Address, size_t> place_;
  std::vector<StateKey> ancestors_; ///< block hashes asked
  uint64_t first_ancestor_ = 0;     ///< the lowest header read for them
  std::vector<Answer> answers_;
};

void RpcProofSource::Read::start(const std::vector<StateKey>& keys) {
  for (const StateKey& key : keys) sort_out(key);
  first_ancestor_ = source_.number_;
  for (const StateKey& key : ancestors_)
    first_ancestor_ = std::min(first_ancestor_, key.slot.w[0] + 1);
  if (accounts_.empty() && ancestors_.empty()) return sink_(std::move(answers_));
  send();
}

void RpcProofSource::Read::send() {
  source_.node_.channel().send(calls(),
                               [self = shared_from_this()](std::vector<RpcReply> replies, bool) {
                                 if (*self->alive_) self->take(std::move(replies));
                               });
}

void RpcProofSource::Read::sort_out(const StateKey& key) {
  if (key.kind == StateKind::block_hash) {
    constexpr uint64_t reach = 256; // of BLOCKHASH (Yellow Paper, appendix H)
    const uint256 number = source_.number_;
    if (key.slot >= number || number - key.slot > uint256(reach))
      return answer(key, refuse("the block is none of the " + std::to_string(reach) +
                                " before the pinned block " + std::to_string(source_.number_)));
    return ancestors_.push_back(key);
  }
  const auto [found, is_new] = place_.try_emplace(key.address, accounts_.size());
  if (is_new) accounts_.push_back({key.address, {}, {}});
  Wanted& wanted = accounts_[found->second];
  wanted.keys.push_back(key);
  if (key.kind == StateKind::storage) wanted.slots.push_back(key.slot);
  if (key.kind == StateKind::code) wanted.code = true;
}

std::string RpcProofSource::Read::block_parameter() const {
  JsonWriter out;
  // A number may name another block meanwhile: then the proofs do not lead to the pinned root.
  if (source_.node_.pinning() == RpcNode::Pinning::number)
    out.quantity(source_.number_);
  else
    out.begin_object().key("blockHash").hex(source_.hash_).end_object();
  return out.take();
}

/// The header, headers of ancestors from the newest down, then for each account its proof and its
/// code.
std::vector<RpcCall> RpcProofSource::Read::calls() const {
  std::vector<RpcCall> out;
  const auto add = [&](std::string_view method, auto write) {
    JsonWriter params;
    params.begin_array();
    write(params);
    out.push_back({method, params.end_array().take()});
  };
  if (!source_.header_)
    add("eth_getBlockByHash", [&](JsonWriter& w) { w.hex(source_.hash_).boolean(false); });
  for (uint64_t n = source_.number_; n-- > first_ancestor_;)
    add("eth_getBlockByNumber", [&](JsonWriter& w) { w.quantity(n).boolean(false); });
  const std::string block = block_parameter();
  for (const Wanted& wanted : accounts_) {
    add("eth_getProof", [&](JsonWriter& w) {
      w.hex(wanted.address).begin_array();
      for (const uint256& slot : wanted.slots) w.word(slot);
      w.end_array().raw(block);
    });
    if (wanted.code) add("eth_getCode", [&](JsonWriter& w) { w.hex(wanted.address).raw(block); });
  }
  return out;
}

/// Learns from the first answers whether the node takes EIP-1898's object.
bool RpcProofSource::Read::hash_is_refused(std::span<const RpcReply> replies) const {
  if (accounts_.empty() || source_.node_.pinning() != RpcNode::Pinning::hash_untried) return false;
  const RpcReply& last = replies.back(); // of an account, which names the block
  if (last.value) source_.node_.set_pinning(RpcNode::Pinning::hash);
  if (!refuses_parameter(last)) return false;
  source_.node_.set_pinning(RpcNode::Pinning::number);
  return true;
}

void RpcProofSource::Read::take(std::vector<RpcReply> replies) {
  if (hash_is_refused(replies)) return send(); // by number this time
  std::span<const RpcReply> rest(replies);
  const auto next = [&]() -> const RpcReply& {
    const RpcReply& reply = rest.front();
    rest = rest.subspan(1);
    return reply;
  };
  // The root may have come meanwhile, by another read: the header was asked for all the same.
  const size_t for_accounts =
      accounts_.size() + static_cast<size_t>(std::ranges::count(accounts_, true, &Wanted::code));
  const auto headers = static_cast<size_t>(source_.number_ - first_ancestor_);
  if (rest.size() > for_accounts + headers && !take_header(next())) return;
  take_ancestors(rest.first(headers));
  rest = rest.subspan(headers);
  for (const Wanted& wanted : accounts_) {
    const RpcReply& proof = next();
    take_account(wanted, proof, wanted.code ? &next() : nullptr);
  }
  AnswerSink sink = std::move(sink_);
  sink(std::move(answers_));
}

bool RpcProofSource::Read::take_header(const RpcReply& reply) {
  const std::string place = "the header of block " + to_hex(source_.hash_);
  if (!reply.value) {
    fail_all({place + ": " + reply.value.error().cause, reply.value.error().transient});
    return false;
  }
  if (reply.value->is_null()) {
    fail_all({place + ": the node does not have it", true}); // another one behind it may
    return false;
  }
  const auto header = rpc_proven_header(*reply.value);
  if (header && header->hash == source_.hash_) {
    source_.header_ = *header;
    return true;
  }
  fail_all({header ? place + " is false: its fields have the hash " + to_hex(header->hash)
                   : place + ": " + header.error().message,
            false});
  return false;
}

/// Goes down from the pinned block, as long as each header is what the one above it names.
void RpcProofSource::Read::take_ancestors(std::span<const RpcReply> replies) {
  Hash256 hash = source_.header_->parent; // of block `number`
  uint64_t number = source_.number_ - 1;
  std::unordered_map<uint64_t, Hash256> known;
  known[number] = hash;
  std::optional<RpcFailure> failure;
  for (const RpcReply& reply : replies) {
    const std::string place = "the header of block " + std::to_string(number) + ": ";
    if (!reply.value) {
      failure = RpcFailure{place + reply.value.error().cause, reply.value.error().transient};
      break;
    }
    const auto header = rpc_proven_header(*reply.value);
    if (!header || header->hash != hash || header->number != number) {
      failure = RpcFailure{place + (header ? "false, or of another chain than the pinned block"
                                           : header.error().message),
                           false};
      break;
    }
    hash = header->parent;
    known[--number] = hash;
  }
  for (const StateKey& key : ancestors_) {
    const auto found = known.find(key.slot.w[0]);
    if (found != known.end())
      answer(key, StateValue{from(found->second), nullptr});
    else
      answer(key, std::unexpected(*failure));
  }
}

void RpcProofSource::Read::take_account(const Wanted& wanted, const RpcReply& proof,
                                        const RpcReply* code) {
  const std::string place = "eth_getProof: ";
  std::optional<RpcFailure> failure;
  Result<ProvenAccount> proven = ProvenAccount{};
  if (!proof.value) {
    failure = RpcFailure{place + proof.value.error().cause, proof.value.error().transient};
  } else {
    proven =
        rpc_proven_account(*proof.value, source_.header_->state_root, wanted.address, wanted.slots);
    if (!proven)
      failure = RpcFailure{place + to_hex(wanted.address) + ": " + proven.error().message, false};
  }
  if (failure) {
    for (const StateKey& key : wanted.keys) answer(key, std::unexpected(*failure));
    return;
  }
  const Value code_value = code ? proven_code(*proven, *code) : refuse("not asked");
  for (const StateKey& key : wanted.keys) answer(key, value_of(key, *proven, wanted, code_value));
}

Value RpcProofSource::Read::proven_code(const ProvenAccount& proven, const RpcReply& reply) const {
  const std::string place = "eth_getCode: ";
  if (!reply.value)
    return std::unexpected(
        RpcFailure{place + reply.value.error().cause, reply.value.error().transient});
  auto bytes = rpc_bytes(*reply.value);
  if (!bytes) return refuse(place + bytes.error().message);
  const BytecodeRef code = make_bytecode(std::move(*bytes));
  if (code->hash != (proven.account ? proven.account->code_hash : empty_code_hash))
    return refuse(place + "the code is false: it does not have the hash that is proved for it");
  return StateValue{{}, code};
}

Value RpcProofSource::Read::value_of(const StateKey& key, const ProvenAccount& proven,
                                     const Wanted& wanted, const Value& code) const {
  const TrieAccount account = proven.account.value_or(TrieAccount{});
  const bool is_empty =
      account.nonce == 0 && account.balance.is_zero() && account.code_hash == empty_code_hash;
  switch (key.kind) {
  case StateKind::existence:
    if (!proven.account) return StateValue{existence::none, nullptr};
    return StateValue{is_empty ? existence::empty : existence::alive, nullptr};
  case StateKind::balance: return StateValue{account.balance, nullptr};
  case StateKind::nonce: return StateValue{account.nonce, nullptr};
  case StateKind::code_hash: return StateValue{from(account.code_hash), nullptr};
  case StateKind::code: return code;
  case StateKind::has_storage:
    return StateValue{account.storage_root != empty_trie_root ? 1 : 0, nullptr};
  case StateKind::storage: {
    const auto slot = std::ranges::find(wanted.slots, key.slot) - wanted.slots.begin();
    return StateValue{proven.words[static_cast<size_t>(slot)], nullptr};
  }
  case StateKind::block_hash: break; // not of an account
  }
  std::unreachable();
}

void RpcProofSource::Read::answer(const StateKey& key, const Value& value) {
  if (value)
    answers_.push_back({key, *value});
  else
    answers_.push_back({key, std::unexpected(source_.node_.unavailable(value.error().cause,
                                                                       value.error().transient))});
}

void RpcProofSource::Read::fail_all(const RpcFailure& failure) {
  for (const StateKey& key : ancestors_) answer(key, std::unexpected(failure));
  for (const Wanted& wanted : accounts_)
    for (const StateKey& key : wanted.keys) answer(key, std::unexpected(failure));
  AnswerSink sink = std::move(sink_);
  sink(std::move(answers_));
}

RpcProofSource::RpcProofSource(RpcNode& node, const Head& block)
    : node_(node), hash_(block.hash), number_(block.env.number) {}

RpcProofSource::~RpcProofSource() { *alive_ = false; }

size_t RpcProofSource::batch_limit() const {
  return std::min(limits::batch_keys, node_.channel().most_calls());
}

void RpcProofSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::make_shared<Read>(*this, std::move(sink))->start(keys);
}

} // namespace runahead
