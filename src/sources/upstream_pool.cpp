#include "sources/upstream_pool.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace runahead {

namespace {

constexpr double most_saved_hedges = 10;

bool same(const StateValue& a, const StateValue& b) {
  if (a.word != b.word || (a.code == nullptr) != (b.code == nullptr)) return false;
  return a.code == nullptr || a.code->bytes == b.code->bytes;
}

std::string to_text(const StateValue& value) {
  return value.code ? "code with hash " + to_hex(value.code->hash) : to_hex(value.word);
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

} // namespace

UpstreamPool::UpstreamPool(Executor& executor, std::vector<std::string> names,
                           UpstreamPoolOptions options, LiarSink liar)
    : executor_(executor), names_(std::move(names)), name_(joined(names_)), options_(options),
      liar_(std::move(liar)), health_(names_.size()), random_(options.seed) {
  options_.quorum = std::max<size_t>(options_.quorum, 1);
}

/// One of the members not asked yet: drawn by weight among those that do not rest, unknown ones
/// first; if all rest, the one that does so for the shortest time.
std::optional<size_t> UpstreamPool::choose(const std::vector<bool>& asked) {
  const Duration now = executor_.now();
  std::optional<size_t> resting;
  double sum = 0;
  for (size_t i = 0; i < size(); ++i) {
    if (asked[i]) continue;
    const UpstreamHealth& health = health_[i];
    if (health.rests(now)) {
      if (!resting || health.rests_until() < health_[*resting].rests_until()) resting = i;
      continue;
    }
    if (health.weight() == 0) return i;
    sum += health.weight();
  }
  if (sum == 0) return resting;
  double drawn = random_.fraction() * sum;
  std::optional<size_t> chosen;
  for (size_t i = 0; i < size() && (!chosen || drawn >= 0); ++i) {
    if (asked[i] || health_[i].rests(now)) continue;
    chosen = i;
    drawn -= health_[i].weight();
  }
  return chosen;
}

bool UpstreamPool::may_hedge() {
  if (hedges_allowed_ < 1) return false;
  hedges_allowed_ -= 1;
  ++stats_.hedges;
  return true;
}

void UpstreamPool::accuse(size_t member, const std::string& sentence) {
  ++stats_.disagreements;
  if (options_.quorum > 1) health_[member].lied(executor_.now());
  if (liar_) liar_(sentence);
}

/// One read: who was asked for what, and what they said.
class PoolSource::Read : public std::enable_shared_from_this<Read> {
public:
  Read(PoolSource& source, AnswerSink sink)
      : source_(source), pool_(source.pool_), alive_(source.alive_), sink_(std::move(sink)),
        asked_(pool_.size()) {}

  void start(std::vector<StateKey> keys);

private:
  using MemberValue = std::pair<size_t, StateValue>;
  /// What members said of one key.
  struct Said {
    std::vector<MemberValue> values;
    std::optional<Unavailable> failure; ///< the last one
    size_t outstanding = 0;             ///< members asked that did not answer yet
    bool settled = false;
  };
  /// One member's part.
  struct Ask {
    size_t member = 0;
    Duration asked_at{};
    std::unordered_set<StateKey> open;
    bool failed = false;
    bool straggles = false;
  };
  using AskRef = std::shared_ptr<Ask>;

  bool ask_another(const std::vector<StateKey>& keys);
  void watch(const AskRef& ask, Duration patience);
  void overtake(const AskRef& ask, Duration patience);
  void receive(const AskRef& ask, std::vector<Answer> answers);
  void take(size_t member, Answer& answer);
  void settle(const StateKey& key, Said& said);
  void fail_key(const StateKey& key, Said& said);
  size_t best_agreement(const Said& said) const;
  void compare(const StateKey& key, const MemberValue& delivered, const MemberValue& other) const;
  void go_on();
  void deliver();

  PoolSource& source_;
  UpstreamPool& pool_;
  const std::shared_ptr<bool> alive_;
  AnswerSink sink_;
  std::vector<bool> asked_; ///< members
  std::unordered_map<StateKey, Said> said_;
  size_t unsettled_ = 0;
  bool is_starting_ = true; ///< not all of the quorum is asked yet
  std::vector<Answer> answers_;
};

void PoolSource::Read::start(std::vector<StateKey> keys) {
  ++pool_.stats_.reads;
  pool_.hedges_allowed_ =
      std::min(pool_.hedges_allowed_ + pool_.options_.hedges, most_saved_hedges);
  unsettled_ = keys.size();
  for (const StateKey& key : keys) said_[key];
  for (size_t i = 0; i < pool_.quorum(); ++i)
    if (!ask_another(keys)) break;
  is_starting_ = false;
  go_on(); // with answers that came at once; and fails what too few members could settle
}

/// Asks a member that was not asked yet. False if there is none.
bool PoolSource::Read::ask_another(const std::vector<StateKey>& keys) {
  const auto member = pool_.choose(asked_);
  if (!member) return false;
  asked_[*member] = true;
  ++pool_.stats_.asks;
  const auto ask = std::make_shared<Ask>();
  ask->member = *member;
  ask->asked_at = pool_.executor_.now();
  ask->open.insert(keys.begin(), keys.end());
  for (const StateKey& key : keys) ++said_[key].outstanding;
  if (pool_.size() > 1) watch(ask, pool_.health(*member).straggles_after());
  source_.members_[*member]->read(keys,
                                  [self = shared_from_this(), ask](std::vector<Answer> answers) {
                                    if (*self->alive_) self->receive(ask, std::move(answers));
                                  });
  return true;
}

/// Asks another member too if this one takes longer than it usually does.
void PoolSource::Read::watch(const AskRef& ask, Duration patience) {
  pool_.executor_.after(patience, [weak = weak_from_this(), ask, patience] {
    const auto self = weak.lock();
    if (self && *self->alive_ && !ask->open.empty()) self->overtake(ask, patience);
  });
}

/// As many hedges as are allowed; who is silent for much longer is taken for dead.
void PoolSource::Read::overtake(const AskRef& ask, Duration patience) {
  const bool seems_dead = std::exchange(ask->straggles, true);
  if (!seems_dead) pool_.health(ask->member).straggles();
  std::vector<StateKey> late;
  for (const StateKey& key : ask->open)
    if (!said_[key].settled) late.push_back(key);
  if (late.empty() || std::ranges::find(asked_, false) == asked_.end()) return;
  if (!seems_dead && !pool_.may_hedge()) {
    constexpr int dead_after = 12; // times what is usual
    return watch(ask, patience * dead_after);
  }
  if (seems_dead) ++pool_.stats_.failovers;
  ask_another(late);
}

void PoolSource::Read::receive(const AskRef& ask, std::vector<Answer> answers) {
  for (Answer& answer : answers) {
    if (ask->open.erase(answer.key) != 0) {
      ask->failed |= !answer.value.has_value();
      take(ask->member, answer);
    } else if (answer.value && pool_.quorum() == 1 && sink_ && !said_.contains(answer.key)) {
      answers_.push_back(std::move(answer)); // told along
    }
  }
  UpstreamHealth& health = pool_.health(ask->member);
  const Duration now = pool_.executor_.now();
  if (ask->open.empty() && std::exchange(ask->straggles, false)) health.straggled();
  if (ask->open.empty() && ask->failed)
    health.failed(now);
  else if (ask->open.empty())
    health.answered(now - ask->asked_at);
  go_on();
}

void PoolSource::Read::take(size_t member, Answer& answer) {
  Said& said = said_[answer.key];
  --said.outstanding;
  if (!answer.value) {
    said.failure = std::move(answer.value.error());
    return;
  }
  said.values.emplace_back(member, std::move(*answer.value));
  if (!said.settled && best_agreement(said) >= pool_.quorum()) return settle(answer.key, said);
  // A late answer is a cross-check for nothing.
  if (said.settled) compare(answer.key, said.values.front(), said.values.back());
}

size_t PoolSource::Read::best_agreement(const Said& said) const {
  size_t best = 0;
  for (const auto& [member, value] : said.values)
    best = std::max<size_t>(
        best, static_cast<size_t>(std::ranges::count_if(
                  said.values, [&](const auto& other) { return same(other.second, value); })));
  return best;
}

/// Delivers the value that was said last: it made the quorum.
void PoolSource::Read::settle(const StateKey& key, Said& said) {
  std::swap(said.values.front(), said.values.back());
  for (const auto& other : said.values) compare(key, said.values.front(), other);
  said.settled = true;
  --unsettled_;
  answers_.push_back({key, said.values.front().second});
}

/// Accuses the member whose value differs from the one that was delivered.
void PoolSource::Read::compare(const StateKey& key, const MemberValue& delivered,
                               const MemberValue& other) const {
  if (same(delivered.second, other.second)) return;
  // Of two alone, nobody knows which one is right.
  const std::string verb = pool_.quorum() > 1
                               ? " is wrong about "
                               : " contradicts " + pool_.name(delivered.first) + " about ";
  pool_.accuse(other.first, pool_.name(other.first) + verb + to_string(key) + ": it says " +
                                to_text(other.second) + ", not " + to_text(delivered.second));
}

/// Asks for what is still open where no answer that is to come can settle it.
void PoolSource::Read::go_on() {
  if (is_starting_) return;
  while (*alive_ && sink_ && unsettled_ > 0) {
    std::vector<StateKey> hopeless;
    for (auto& [key, said] : said_)
      if (!said.settled && said.outstanding + best_agreement(said) < pool_.quorum())
        hopeless.push_back(key);
    if (hopeless.empty()) break;
    if (ask_another(hopeless)) {
      ++pool_.stats_.failovers;
      continue;
    }
    for (const StateKey& key : hopeless) fail_key(key, said_[key]);
  }
  deliver();
}

void PoolSource::Read::fail_key(const StateKey& key, Said& said) {
  said.settled = true;
  --unsettled_;
  if (said.values.empty() && said.failure) {
    answers_.push_back({key, std::unexpected(*said.failure)});
    return;
  }
  std::string cause = "too few upstreams agree on it:";
  for (const auto& [member, value] : said.values)
    cause += " " + pool_.name(member) + " says " + to_text(value) + ";";
  if (said.failure) cause += " " + said.failure->source + " fails: " + said.failure->cause + ";";
  cause += " " + std::to_string(pool_.quorum()) + " are to say the same";
  const bool transient = said.failure && said.failure->transient;
  answers_.push_back({key, std::unexpected(Unavailable{pool_.name(), cause, transient})});
}

void PoolSource::Read::deliver() {
  if (!sink_ || answers_.empty()) return;
  AnswerSink last = unsettled_ == 0 ? std::exchange(sink_, nullptr) : nullptr;
  (last ? last : sink_)(std::exchange(answers_, {}));
}

PoolSource::PoolSource(UpstreamPool& pool, std::vector<std::shared_ptr<StateSource>> members)
    : pool_(pool), members_(std::move(members)) {}

PoolSource::~PoolSource() { *alive_ = false; }

bool PoolSource::complete() const {
  return std::ranges::all_of(members_, [](const auto& member) { return member->complete(); });
}

size_t PoolSource::batch_limit() const {
  size_t out = SIZE_MAX;
  for (const auto& member : members_) out = std::min(out, member->batch_limit());
  return out;
}

void PoolSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::make_shared<Read>(*this, std::move(sink))->start(std::move(keys));
}

} // namespace runahead
