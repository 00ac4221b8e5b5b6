// Where deferred work runs and what time it is. Everything above takes this interface, so a test
// can put virtual time in the place of the real clock and replay a run from its seed.
#pragma once

#include <chrono>
#include <functional>

namespace runahead {

using Duration = std::chrono::nanoseconds;

/// A single-threaded loop. Tasks run one after another on the loop's thread, never inside `post` or
/// `after`. Only `post` may be called from other threads.
class Executor {
public:
  using Task = std::move_only_function<void()>;

  virtual ~Executor() = default;
  /// Time since an arbitrary start; never goes back.
  virtual Duration now() const = 0;
  /// Runs `task` as soon as the loop is free. Thread-safe.
  virtual void post(Task task) = 0;
  /// Runs `task` once `delay` has passed.
  virtual void after(Duration delay, Task task) = 0;
};

} // namespace runahead
