// Threads for calls that block (reads of a memory-mapped store), so that the loop never does.
#pragma once

#include "io/executor.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace runahead {

/// A fixed number of threads taking jobs in the order of `run`. A job runs on one of them and
/// returns what is to run afterwards on the loop. The executor must outlive the pool.
class ThreadPool {
public:
  using Job = std::move_only_function<Executor::Task()>;

  /// At least one thread is started.
  ThreadPool(Executor& loop, size_t threads);
  /// Waits for the jobs under way; what still waits in line is dropped.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Thread-safe.
  void run(Job job);

  size_t size() const { return threads_.size(); }

private:
  void work();

  Executor& loop_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;  ///< guarded by mutex_
  bool stopping_ = false; ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

} // namespace runahead
