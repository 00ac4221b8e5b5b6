// An executor whose clock is simulated: it jumps to the next task instead of waiting for it. A run
// over it is exact and repeatable whatever the machine does, so latencies are measured as rounds.
#pragma once

#include "io/executor.hpp"

#include <cstdint>
#include <mutex>
#include <vector>

namespace runahead {

/// Tasks run in the order of (time, sequence of posting). All calls but `post` belong to one
/// thread. A task posted by another thread runs at the virtual time it is found; a loop that became
/// idle before that returns without it.
class VirtualLoop final : public Executor {
public:
  VirtualLoop() = default;
  VirtualLoop(const VirtualLoop&) = delete;
  VirtualLoop& operator=(const VirtualLoop&) = delete;

  Duration now() const override { return now_; }
  void post(Task task) override;
  /// A negative delay counts as zero.
  void after(Duration delay, Task task) override;

  /// Runs tasks until `done()` holds; it is asked before each task. False if the loop ran idle
  /// first.
  bool run_until(const std::function<bool()>& done);

  /// Runs until nothing is left to run, however far ahead that lies.
  void run_until_idle();

  /// Runs the next task, moving time to it; false if there is none.
  bool run_one();

  /// Tasks run so far: a bound for tests that suspect an endless loop.
  uint64_t tasks_run() const { return tasks_run_; }

private:
  struct Entry {
    Duration at;
    uint64_t sequence;
    Task task;
  };
  static bool later(const Entry& a, const Entry& b);

  void push(Duration at, Task task);
  void take_posted();

  Duration now_{0};
  uint64_t next_sequence_ = 0;
  uint64_t tasks_run_ = 0;
  std::vector<Entry> queue_; ///< heap, the earliest first

  std::mutex mutex_;
  std::vector<Task> posted_; ///< guarded by mutex_: not yet in the queue
};

} // namespace runahead
