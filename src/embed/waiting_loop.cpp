#include "embed/waiting_loop.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

Duration WaitingLoop::now() const { return std::chrono::steady_clock::now().time_since_epoch(); }

void WaitingLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    posted_.push_back(std::move(task));
  }
  posted_some_.notify_one();
}

bool WaitingLoop::later(const Timer& a, const Timer& b) {
  return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
}

void WaitingLoop::after(Duration delay, Task task) {
  timers_.push_back({now() + delay, next_sequence_++, std::move(task)});
  std::ranges::push_heap(timers_, later);
}

bool WaitingLoop::run_until(const std::function<bool()>& done, std::optional<Duration> deadline) {
  while (!done()) {
    if (deadline && now() >= *deadline) return false;
    Task task = next(deadline);
    if (task) task();
  }
  return true;
}

Executor::Task WaitingLoop::due_timer() {
  if (timers_.empty() || timers_.front().at > now()) return nullptr;
  std::ranges::pop_heap(timers_, later);
  Task task = std::move(timers_.back().task);
  timers_.pop_back();
  return task;
}

Executor::Task WaitingLoop::next(std::optional<Duration> deadline) {
  if (Task task = due_timer()) return task;
  std::optional<Duration> until = deadline;
  if (!timers_.empty()) until = std::min(until.value_or(Duration::max()), timers_.front().at);
  std::unique_lock lock(mutex_);
  const auto some = [this] { return !posted_.empty(); };
  if (until)
    posted_some_.wait_until(lock, std::chrono::steady_clock::time_point(*until), some);
  else
    posted_some_.wait(lock, some);
  if (posted_.empty()) return nullptr;
  Task task = std::move(posted_.front());
  posted_.pop_front();
  return task;
}

void WaitingLoop::close() {
  std::deque<Task> dropped; // destroyed without the lock: what they hold may post
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(posted_);
}

} // namespace runahead
