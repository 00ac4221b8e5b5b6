#include "io/virtual_loop.hpp"

#include <algorithm>

namespace runahead {

bool VirtualLoop::later(const Entry& a, const Entry& b) {
  return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
}

void VirtualLoop::push(Duration at, Task task) {
  queue_.push_back({at, next_sequence_++, std::move(task)});
  std::push_heap(queue_.begin(), queue_.end(), later);
}

void VirtualLoop::post(Task task) {
  const std::lock_guard lock(mutex_);
  posted_.push_back(std::move(task));
}

void VirtualLoop::after(Duration delay, Task task) {
  take_posted(); // keeps the order of calls among tasks of the same instant
  push(now_ + std::max(delay, Duration::zero()), std::move(task));
}

void VirtualLoop::take_posted() {
  std::vector<Task> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (Task& task : posted) push(now_, std::move(task));
}

bool VirtualLoop::run_one() {
  take_posted();
  if (queue_.empty()) return false;
  std::pop_heap(queue_.begin(), queue_.end(), later);
  Entry entry = std::move(queue_.back());
  queue_.pop_back();
  now_ = std::max(now_, entry.at);
  ++tasks_run_;
  entry.task();
  return true;
}

bool VirtualLoop::run_until(const std::function<bool()>& done) {
  while (!done())
    if (!run_one()) return false;
  return true;
}

void VirtualLoop::run_until_idle() {
  while (run_one()) {
  }
}

} // namespace runahead
