// The C API over the C++ one.
#include "runahead/runahead.h"
#include "runahead/runahead.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace {

namespace api = runahead::api;

static_assert(static_cast<int>(api::Fork::osaka) == RUNAHEAD_OSAKA);
static_assert(static_cast<int>(api::KeyKind::block_hash) == RUNAHEAD_KEY_BLOCK_HASH);
static_assert(static_cast<int>(api::Status::precompile_failure) == RUNAHEAD_PRECOMPILE_FAILURE);
static_assert(static_cast<int>(api::Speculation::full) == RUNAHEAD_SPECULATION_FULL);
static_assert(static_cast<int>(api::EngineKind::stepping) == RUNAHEAD_STEPPING);
static_assert(sizeof(api::Word) == sizeof(runahead_word) &&
              sizeof(api::Address) == sizeof(runahead_address));

api::Address from_c(const runahead_address& address) { return {std::to_array(address.bytes)}; }

api::Word from_c(const runahead_word& given) {
  api::Word word;
  word.bytes = std::to_array(given.bytes);
  return word;
}

runahead_address to_c(const api::Address& given) {
  runahead_address address;
  std::memcpy(address.bytes, given.bytes.data(), sizeof address.bytes);
  return address;
}

runahead_word to_c(const api::Word& given) {
  runahead_word word;
  std::memcpy(word.bytes, given.bytes.data(), sizeof word.bytes);
  return word;
}

api::StateKey from_c(const runahead_key& key) {
  return {static_cast<api::KeyKind>(key.kind), from_c(key.address), from_c(key.slot)};
}

runahead_key to_c(const api::StateKey& key) {
  return {static_cast<runahead_key_kind>(key.kind), to_c(key.address), to_c(key.slot)};
}

api::Bytes bytes_of(const uint8_t* data, size_t size) {
  return size == 0 ? api::Bytes{} : api::Bytes(data, data + size);
}

} // namespace

struct runahead_evm {
  api::Evm evm;
};

struct runahead_reply {
  api::Reply reply;
};

namespace {

/// The user's functions as a source.
class CallbackSource final : public api::StateSource {
public:
  explicit CallbackSource(const runahead_source& source)
      : source_(source), name_(source.name != nullptr ? source.name : "source") {}

  std::string_view name() const override { return name_; }
  size_t batch_limit() const override {
    return source_.batch_limit == 0 ? api::StateSource::batch_limit() : source_.batch_limit;
  }
  void read(std::vector<api::StateKey> keys, api::Reply reply) override {
    std::vector<runahead_key> asked;
    asked.reserve(keys.size());
    for (const api::StateKey& key : keys) asked.push_back(to_c(key));
    source_.read(source_.context, asked.data(), asked.size(), new runahead_reply{std::move(reply)});
  }

private:
  runahead_source source_;
  std::string name_;
};

api::Block from_c(const runahead_block& given) {
  api::Block block;
  block.number = given.number;
  block.timestamp = given.timestamp;
  block.gas_limit = given.gas_limit;
  block.coinbase = from_c(given.coinbase);
  block.prev_randao = from_c(given.prev_randao);
  block.base_fee = from_c(given.base_fee);
  block.blob_base_fee = from_c(given.blob_base_fee);
  return block;
}

api::Call from_c(const runahead_call& given) {
  api::Call call;
  call.from = from_c(given.from);
  if (given.to != nullptr) call.to = from_c(*given.to);
  call.data = bytes_of(given.data, given.data_size);
  call.value = from_c(given.value);
  call.gas = given.gas;
  call.max_fee = from_c(given.max_fee);
  call.max_priority_fee = from_c(given.max_priority_fee);
  return call;
}

/// A report with what its pointers point to.
struct OwnedReport : runahead_report {
  explicit OwnedReport(api::Report given) : runahead_report{}, own(std::move(given)) {
    rounds = own.cost.rounds;
    requests = own.cost.requests;
    reads = own.cost.reads;
    message = "";
    std::visit([this](const auto& end) { show(end); }, own.outcome);
  }
  OwnedReport(const OwnedReport&) = delete;
  OwnedReport& operator=(const OwnedReport&) = delete;

  void show(const api::Result& result) {
    ending = RUNAHEAD_EXECUTED;
    status = static_cast<runahead_status>(result.status);
    gas_used = result.gas_used;
    output = result.output.data();
    output_size = result.output.size();
    size_t topic_count = 0;
    for (const api::Log& log : result.logs) topic_count += log.topics.size();
    topics.reserve(topic_count); // what points into it must stay
    for (const api::Log& log : result.logs) {
      const runahead_word* first = topics.data() + topics.size();
      for (const api::Word& topic : log.topics) topics.push_back(to_c(topic));
      own_logs.push_back(
          {to_c(log.address), first, log.topics.size(), log.data.data(), log.data.size()});
    }
    logs = own_logs.data();
    log_count = own_logs.size();
    if (!result.created) return;
    own_created = to_c(*result.created);
    created = &own_created;
  }
  void show(const api::InvalidCall& invalid) {
    ending = RUNAHEAD_INVALID;
    message = invalid.message.c_str();
  }
  void show(const api::StateUnavailable& unavailable) {
    ending = RUNAHEAD_STATE_UNAVAILABLE;
    text = unavailable.source + ": " + api::to_string(unavailable.key) + ": " + unavailable.cause;
    message = text.c_str();
    key = to_c(unavailable.key);
    transient = unavailable.transient;
  }
  void show(const api::TimedOut&) { ending = RUNAHEAD_TIMED_OUT; }
  void show(const api::BeyondLimits&) { ending = RUNAHEAD_BEYOND_LIMITS; }

  api::Report own;
  std::vector<runahead_word> topics;
  std::vector<runahead_log> own_logs;
  runahead_address own_created{};
  std::string text;
};

} // namespace

struct runahead_session {
  runahead_session(const api::Evm& evm, const runahead_source& callbacks, const api::Rules& rules,
                   const api::Block& block)
      : source(callbacks), session(evm, source, rules, block) {}

  CallbackSource source;
  api::Session session;
};

int runahead_api_version(void) { return RUNAHEAD_API_VERSION; }

runahead_evm* runahead_evm_new(runahead_engine engine, runahead_speculation speculation,
                               uint64_t time_limit_ns) {
  api::Options options;
  options.engine = static_cast<api::EngineKind>(engine);
  options.speculation = static_cast<api::Speculation>(speculation);
  options.time_limit = std::chrono::nanoseconds(std::min<uint64_t>(time_limit_ns, INT64_MAX / 2));
  return new runahead_evm{api::Evm(options)};
}

void runahead_evm_free(runahead_evm* evm) { delete evm; }

void runahead_reply_account(runahead_reply* reply, const runahead_address* address,
                            const runahead_account* account) {
  api::Account fields;
  fields.balance = from_c(account->balance);
  fields.nonce = account->nonce;
  if (account->has_code) fields.code_hash = from_c(account->code_hash);
  fields.exists = account->exists;
  fields.has_storage = account->has_storage;
  reply->reply.send({api::StateAnswer::account(from_c(*address), fields)});
}

void runahead_reply_code(runahead_reply* reply, const runahead_address* address,
                         const uint8_t* code, size_t size) {
  reply->reply.send({api::StateAnswer::code(from_c(*address), bytes_of(code, size))});
}

void runahead_reply_storage(runahead_reply* reply, const runahead_address* address,
                            const runahead_word* slot, const runahead_word* value) {
  reply->reply.send({api::StateAnswer::storage(from_c(*address), from_c(*slot), from_c(*value))});
}

void runahead_reply_block_hash(runahead_reply* reply, uint64_t number, const runahead_word* hash) {
  reply->reply.send({api::StateAnswer::block_hash(number, from_c(*hash))});
}

void runahead_reply_fail(runahead_reply* reply, const runahead_key* key, const char* cause,
                         bool transient) {
  reply->reply.send({api::StateAnswer::failed(from_c(*key), cause, transient)});
}

void runahead_reply_end(runahead_reply* reply) { delete reply; }

bool runahead_fork_at(uint64_t chain_id, uint64_t number, uint64_t timestamp, runahead_fork* fork) {
  const auto rules = api::rules_at(chain_id, number, timestamp);
  if (rules) *fork = static_cast<runahead_fork>(rules->fork);
  return rules.has_value();
}

runahead_session* runahead_session_new(const runahead_evm* evm, const runahead_source* source,
                                       uint64_t chain_id, runahead_fork fork,
                                       const runahead_block* block) {
  const api::Rules rules(chain_id, static_cast<api::Fork>(fork));
  return new runahead_session(evm->evm, *source, rules, from_c(*block));
}

void runahead_session_free(runahead_session* session) { delete session; }

void runahead_session_call(runahead_session* session, const runahead_call* calls, size_t count,
                           runahead_report** reports) {
  std::vector<api::Call> given;
  given.reserve(count);
  for (size_t i = 0; i < count; ++i) given.push_back(from_c(calls[i]));
  for (api::Report& report : session->session.call(given))
    *reports++ = new OwnedReport(std::move(report));
}

void runahead_report_free(runahead_report* report) { delete static_cast<OwnedReport*>(report); }
