// The executor of a session: the thread that waits for a call runs it. No sockets, no thread of its
// own.
#pragma once

#include "io/executor.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace runahead {

/// `post` and `close` may be called from any thread, the rest from the one that uses the session.
class WaitingLoop final : public Executor {
public:
  Duration now() const override;
  /// Drops the task if the loop is closed.
  void post(Task task) override;
  void after(Duration delay, Task task) override;

  /// Runs tasks and waits for more until `done()` holds, asked between tasks; false if `deadline`
  /// came first.
  bool run_until(const std::function<bool()>& done, std::optional<Duration> deadline);

  /// Drops what is queued, and everything posted from now on.
  void close();

private:
  struct Timer {
    Duration at;
    uint64_t sequence;
    Task task;
  };
  static bool later(const Timer& a, const Timer& b);

  /// The next task that may run now; empty if there is none within `deadline`.
  Task next(std::optional<Duration> deadline);
  Task due_timer();

  std::vector<Timer> timers_; ///< heap, the earliest first
  uint64_t next_sequence_ = 0;

  std::mutex mutex_;
  std::condition_variable posted_some_;
  std::deque<Task> posted_; ///< guarded by mutex_, like `closed_`
  bool closed_ = false;
};

} // namespace runahead
