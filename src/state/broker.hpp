// The read broker: one per pinned block, between everyone who wants state and the source that has
// it. It joins duplicate wants, caches what arrived, cuts batches, and asks again after transient
// failures. Used from the loop's thread only, but for `find`.
#pragma once

#include "io/executor.hpp"
#include "state/known_values.hpp"
#include "state/source.hpp"
#include "state/view.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace runahead {

class Broker : public StateView {
public:
  /// Told when wanted values (or final failures) came in, once per delivery of the source.
  class Listener {
  public:
    virtual ~Listener() = default;
    virtual void arrived(const std::vector<StateKey>& keys) = 0;
  };

  /// What reading cost since the broker was made.
  struct Stats {
    uint64_t requests = 0; ///< batches sent, retries included
    uint64_t reads = 0;    ///< distinct keys asked for
    uint64_t retries = 0;  ///< batches sent again after a transient failure
    uint64_t rounds = 0; ///< longest chain of requests each sent after the one before was answered
  };

  /// `source` and `executor` must outlive the broker; both are used from the loop's thread. So must
  /// `given`, if it is not null: what it has is never asked for.
  Broker(StateSource& source, Executor& executor, const StateView* given = nullptr);
  ~Broker() override;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// From any thread, if that holds of what was given.
  const StateValue* find(const StateKey& key) const override {
    const StateValue* value = known_.find(key);
    return value != nullptr || given_ == nullptr ? value : given_->find(key);
  }
  /// Why the key could not be read in the end, or null.
  const Unavailable* failure(const StateKey& key) const;

  /// Queues the key for the next flush. False if it is known, queued or on its way already. One
  /// that failed is tried afresh.
  bool want(const StateKey& key);
  /// True while the key is queued or on its way.
  bool pending(const StateKey& key) const;
  /// Sends everything queued, in batches of at most the source's limit. Waits for nothing.
  void flush();

  void add_listener(Listener& listener);
  void remove_listener(Listener& listener);

  const StateSource& source() const { return source_; }
  const Stats& stats() const { return stats_; }

private:
  enum class Stage : uint8_t { queued, in_flight, failed };
  /// Of a key that somebody wants and that is not known.
  struct Want {
    Stage stage = Stage::queued;
    std::unique_ptr<Unavailable> failure; ///< set if it failed
  };
  struct Batch;

  void send(std::shared_ptr<Batch> batch);
  void receive(Batch& batch, std::vector<Answer> answers);
  void count_round(const Batch& batch);
  void finish(const std::shared_ptr<Batch>& batch);
  bool store(Answer& answer);
  void store_known(const StateKey& key, StateValue value);
  void notify(const std::vector<StateKey>& keys);

  StateSource& source_;
  Executor& executor_;
  const StateView* given_;
  KnownValues known_;
  std::unordered_map<StateKey, Want> wants_;
  std::vector<StateKey> queue_;
  std::vector<Listener*> listeners_;
  Stats stats_;
  Duration round_end_{-1};
  std::shared_ptr<Broker*> self_; ///< emptied by the destructor, so late answers find nobody
};

} // namespace runahead
