#include "state/broker.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <unordered_set>

namespace runahead {

/// One request on its way: the keys not answered yet, and those to ask for again.
struct Broker::Batch {
  std::unordered_set<StateKey> open;
  std::vector<Answer> again; ///< transient failures of this attempt
  Duration sent{};
  unsigned attempt = 1;
};

namespace {
constexpr Duration retry_delay = std::chrono::milliseconds(25); ///< doubled with every attempt
} // namespace

Broker::Broker(StateSource& source, Executor& executor, const StateView* given)
    : source_(source), executor_(executor), given_(given), self_(std::make_shared<Broker*>(this)) {}

Broker::~Broker() { *self_ = nullptr; }

const Unavailable* Broker::failure(const StateKey& key) const {
  const auto it = wants_.find(key);
  return it != wants_.end() ? it->second.failure.get() : nullptr;
}

bool Broker::pending(const StateKey& key) const {
  const auto it = wants_.find(key);
  return it != wants_.end() && it->second.stage != Stage::failed;
}

bool Broker::want(const StateKey& key) {
  if (find(key) != nullptr) return false;
  const auto [it, fresh] = wants_.try_emplace(key);
  if (!fresh && it->second.stage != Stage::failed) return false;
  it->second.stage = Stage::queued;
  it->second.failure.reset();
  queue_.push_back(key);
  ++stats_.reads;
  return true;
}

void Broker::flush() {
  std::vector<StateKey> queued = std::move(queue_);
  queue_.clear();
  std::erase_if(queued, [&](const StateKey& key) { return !pending(key); });
  const size_t limit = source_.batch_limit();
  for (size_t from = 0; from < queued.size(); from += limit) {
    auto batch = std::make_shared<Batch>();
    const size_t end = std::min(queued.size(), from + limit);
    batch->open.insert(queued.begin() + static_cast<std::ptrdiff_t>(from),
                       queued.begin() + static_cast<std::ptrdiff_t>(end));
    for (const StateKey& key : batch->open) wants_[key].stage = Stage::in_flight;
    send(std::move(batch));
  }
}

void Broker::send(std::shared_ptr<Batch> batch) {
  ++stats_.requests;
  batch->sent = executor_.now();
  std::vector<StateKey> keys(batch->open.begin(), batch->open.end());
  source_.read(std::move(keys), [self = self_, batch](std::vector<Answer> answers) {
    if (*self == nullptr || batch->open.empty()) return;
    (*self)->receive(*batch, std::move(answers));
    if (batch->open.empty()) (*self)->finish(batch);
  });
}

void Broker::receive(Batch& batch, std::vector<Answer> answers) {
  std::vector<StateKey> keys;
  for (Answer& answer : answers) {
    const bool asked = batch.open.erase(answer.key) != 0;
    const bool retry = asked && !answer.value && answer.value.error().transient &&
                       batch.attempt < limits::read_attempts;
    if (retry)
      batch.again.push_back(std::move(answer));
    else if (answer.value || asked) // an unasked key's failure says nothing
      if (store(answer)) keys.push_back(answer.key);
  }
  if (batch.open.empty()) count_round(batch);
  notify(keys);
}

/// Before anybody is told of the answers: what they send then belongs to the next round.
void Broker::count_round(const Batch& batch) {
  if (batch.sent < round_end_) return;
  ++stats_.rounds;
  round_end_ = executor_.now();
}

void Broker::finish(const std::shared_ptr<Batch>& batch) {
  for (const Answer& answer : batch->again)
    if (pending(answer.key)) batch->open.insert(answer.key);
  batch->again.clear();
  if (batch->open.empty()) return;
  ++stats_.retries;
  executor_.after(retry_delay * (1 << (batch->attempt++ - 1)), [self = self_, batch] {
    if (*self != nullptr) (*self)->send(batch);
  });
}

bool Broker::store(Answer& answer) {
  if (find(answer.key) != nullptr) return false;
  if (!answer.value) {
    Want& want = wants_[answer.key];
    want.stage = Stage::failed;
    want.failure = std::make_unique<Unavailable>(std::move(answer.value.error()));
    return true;
  }
  if (answer.key.kind == StateKind::code) {
    const uint256 hash = from(answer.value->code->hash);
    store_known(StateKey::of(StateKind::code_hash, answer.key.address), {hash, nullptr});
  }
  store_known(answer.key, std::move(*answer.value));
  return true;
}

void Broker::store_known(const StateKey& key, StateValue value) {
  known_.add(key, std::move(value));
  wants_.erase(key);
}

void Broker::add_listener(Listener& listener) { listeners_.push_back(&listener); }

void Broker::remove_listener(Listener& listener) { std::erase(listeners_, &listener); }

void Broker::notify(const std::vector<StateKey>& keys) {
  if (keys.empty()) return;
  const auto listeners = listeners_; // a listener may leave while it is told
  for (Listener* listener : listeners)
    if (std::ranges::find(listeners_, listener) != listeners_.end()) listener->arrived(keys);
}

} // namespace runahead
