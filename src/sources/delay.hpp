// A source that answers late: a wrapper that simulates a remote or slow store, in real or virtual
// time.
#pragma once

#include "sources/latency_model.hpp"
#include "state/source.hpp"

#include <memory>

namespace runahead {

/// Reads from `inner` at once and hands the answers on when the model says, never before `inner`
/// has them. Keys that arrive at the same time are delivered together. The seed decides every draw.
class DelaySource final : public StateSource {
public:
  /// `inner` and `executor` must outlive it.
  DelaySource(StateSource& inner, Executor& executor, const LatencyModel& model, uint64_t seed);
  ~DelaySource() override;

  std::string_view name() const override { return inner_.name(); }
  bool complete() const override { return inner_.complete(); }
  size_t batch_limit() const override { return inner_.batch_limit(); }
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  struct Request;
  static void receive(const std::shared_ptr<Request>& request, std::vector<Answer> answers);
  static void deliver(const std::shared_ptr<Request>& request, std::vector<Answer> answers);

  StateSource& inner_;
  Executor& executor_;
  LatencyClock clock_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
