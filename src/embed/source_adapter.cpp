#include "embed/source_adapter.hpp"

#include "embed/convert.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace runahead {
namespace {

/// One read on its way; touched on the session's thread only.
class PendingRead {
public:
  PendingRead(const std::vector<StateKey>& keys, AnswerSink sink, std::string source,
              std::shared_ptr<SourceAdapter::CodeHashes> code_hashes)
      : open_(keys.begin(), keys.end()), sink_(std::move(sink)), source_(std::move(source)),
        code_hashes_(std::move(code_hashes)) {}

  void take(const std::vector<api::StateAnswer>& given) {
    for (const api::StateAnswer& answer : given) translate(answer);
    deliver();
  }

  /// Nobody will answer any more.
  void drop() {
    for (const StateKey& key : std::vector(open_.begin(), open_.end()))
      refuse(key, {"the source gave up the read without an answer", false});
    deliver();
  }

private:
  void translate(const api::StateAnswer& answer);
  void account(const Address& address, const api::Account& account);
  void code(const Address& address, const api::Bytes& bytes);

  /// Code and code hash of one account are told apart from each other: which came first counts.
  bool agrees(const Address& address, const Hash256& hash) {
    return code_hashes_->try_emplace(address, hash).first->second == hash;
  }
  void answer(const StateKey& key, StateValue value) {
    open_.erase(key);
    answers_.push_back({key, std::move(value)});
  }
  void refuse(const StateKey& key, const api::ReadFailure& failure) {
    if (open_.erase(key) != 0)
      answers_.push_back(
          {key, std::unexpected(Unavailable{source_, failure.cause, failure.transient})});
  }
  void refuse_all(const api::StateKey& asked, const api::ReadFailure& failure) {
    for (const StateKey& key : std::vector(open_.begin(), open_.end()))
      if (to_api(key) == asked) refuse(key, failure);
  }
  void deliver() {
    if (!sink_) return;
    auto answers = std::exchange(answers_, {});
    if (!open_.empty()) return sink_(std::move(answers));
    auto sink = std::exchange(sink_, nullptr);
    sink(std::move(answers));
  }

  std::unordered_set<StateKey> open_;
  AnswerSink sink_;
  std::string source_;
  std::shared_ptr<SourceAdapter::CodeHashes> code_hashes_;
  std::vector<Answer> answers_;
};

void PendingRead::account(const Address& address, const api::Account& account) {
  const auto of = [&](StateKind kind) { return StateKey::of(kind, address); };
  const BytecodeRef no_code = make_bytecode({});
  const bool there = account.exists;
  const uint256 balance = there ? to_own(account.balance) : uint256{};
  const uint64_t nonce = there ? account.nonce : 0;
  const Hash256 hash =
      there && account.code_hash ? Hash256{account.code_hash->bytes} : no_code->hash;
  if (!agrees(address, hash))
    return refuse_all({api::KeyKind::account, to_api(address), {}},
                      {"the account's code hash is not that of its code", false});
  const bool has_code = hash != no_code->hash;
  const bool empty = balance.is_zero() && nonce == 0 && !has_code;
  answer(of(StateKind::existence), {!there  ? existence::none
                                    : empty ? existence::empty
                                            : existence::alive,
                                    nullptr});
  answer(of(StateKind::balance), {balance, nullptr});
  answer(of(StateKind::nonce), {nonce, nullptr});
  answer(of(StateKind::code_hash), {from(hash), nullptr});
  answer(of(StateKind::has_storage), {there && account.has_storage ? 1 : 0, nullptr});
  if (!has_code) answer(of(StateKind::code), {{}, no_code});
}

void PendingRead::code(const Address& address, const api::Bytes& bytes) {
  const BytecodeRef code = make_bytecode(bytes);
  if (agrees(address, code->hash))
    answer(StateKey::of(StateKind::code, address), {{}, code});
  else
    refuse(StateKey::of(StateKind::code, address),
           {"the code does not have the account's code hash", false});
}

void PendingRead::translate(const api::StateAnswer& given) {
  const api::StateKey& key = given.key;
  if (const auto* failure = std::get_if<api::ReadFailure>(&given.value))
    return refuse_all(key, *failure);
  const Address address = to_own(key.address);
  const auto* word = std::get_if<api::Word>(&given.value);
  const auto* fields = std::get_if<api::Account>(&given.value);
  const auto* bytes = std::get_if<api::Bytes>(&given.value);
  if (key.kind == api::KeyKind::account && fields != nullptr) return account(address, *fields);
  if (key.kind == api::KeyKind::code && bytes != nullptr) return code(address, *bytes);
  if (key.kind == api::KeyKind::storage && word != nullptr)
    return answer(StateKey::storage(address, to_own(key.slot)), {to_own(*word), nullptr});
  if (key.kind == api::KeyKind::block_hash && word != nullptr)
    return answer({StateKind::block_hash, {}, to_own(key.slot)}, {to_own(*word), nullptr});
  refuse_all(key, {"the source answered with a value of another kind", false});
}

} // namespace

/// What the copies of a Reply share.
struct api::Reply::Core {
  Core(std::shared_ptr<WaitingLoop> session_loop, std::shared_ptr<PendingRead> pending)
      : loop(std::move(session_loop)), read(std::move(pending)) {}
  ~Core() {
    loop->post([pending = read] { pending->drop(); });
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  std::shared_ptr<WaitingLoop> loop;
  std::shared_ptr<PendingRead> read;
};

void api::Reply::send(std::vector<StateAnswer> answers) const {
  core_->loop->post([read = core_->read, answers = std::move(answers)] { read->take(answers); });
}

SourceAdapter::SourceAdapter(api::StateSource& source, std::shared_ptr<WaitingLoop> loop)
    : source_(source), name_(source.name()), loop_(std::move(loop)) {}

size_t SourceAdapter::batch_limit() const { return std::max<size_t>(source_.batch_limit(), 1); }

void SourceAdapter::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::vector<api::StateKey> asked;
  asked.reserve(keys.size());
  for (const StateKey& key : keys) asked.push_back(to_api(key));
  std::ranges::sort(asked);
  asked.erase(std::ranges::unique(asked).begin(), asked.end());
  auto read = std::make_shared<PendingRead>(keys, std::move(sink), name_, code_hashes_);
  source_.read(std::move(asked),
               api::Reply(std::make_shared<api::Reply::Core>(loop_, std::move(read))));
}

} // namespace runahead
