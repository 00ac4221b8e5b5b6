#include "sources/delay.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace runahead {

struct DelaySource::Request {
  Executor& executor;
  std::shared_ptr<bool> alive;                ///< false once the source is gone
  AnswerSink sink;                            ///< empty once every key is answered
  std::unordered_map<StateKey, Duration> due; ///< of the keys not delivered yet
  Duration last{0};                           ///< when the last of them is due
};

DelaySource::DelaySource(StateSource& inner, Executor& executor, const LatencyModel& model,
                         uint64_t seed)
    : inner_(inner), executor_(executor), clock_(model, seed) {}

DelaySource::~DelaySource() { *alive_ = false; }

void DelaySource::read(std::vector<StateKey> keys, AnswerSink sink) {
  auto request = std::make_shared<Request>(executor_, alive_, std::move(sink));
  const std::vector<Duration> arrivals = clock_.arrivals(executor_.now(), keys.size());
  request->due.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    request->due.emplace(keys[i], arrivals[i]);
    request->last = std::max(request->last, arrivals[i]);
  }
  inner_.read(std::move(keys),
              [request](std::vector<Answer> answers) { receive(request, std::move(answers)); });
}

/// Answers nobody asked for come with the last that somebody did.
void DelaySource::receive(const std::shared_ptr<Request>& request, std::vector<Answer> answers) {
  if (!*request->alive) return;
  std::map<Duration, std::vector<Answer>> by_time;
  for (Answer& answer : answers) {
    const auto found = request->due.find(answer.key);
    const Duration due = found == request->due.end() ? request->last : found->second;
    by_time[std::max(due, request->executor.now())].push_back(std::move(answer));
  }
  for (auto& [due, together] : by_time)
    request->executor.after(
        due - request->executor.now(),
        [request, group = std::move(together)]() mutable { deliver(request, std::move(group)); });
}

void DelaySource::deliver(const std::shared_ptr<Request>& request, std::vector<Answer> answers) {
  if (!*request->alive || !request->sink) return;
  for (const Answer& answer : answers) request->due.erase(answer.key);
  if (!request->due.empty()) return request->sink(std::move(answers));
  AnswerSink sink = std::move(request->sink);
  request->sink = nullptr;
  sink(std::move(answers));
}

} // namespace runahead
