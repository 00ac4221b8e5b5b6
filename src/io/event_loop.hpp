// The executor of real time: one thread that serves sockets, timers, signals and posted tasks.
#pragma once

#include "io/executor.hpp"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace runahead {

/// The thread that calls `run` or `run_until` is the loop's; everything but `post` and `stop` is to
/// be called from it (or before it runs). Clients, servers and tasks of a loop must not outlive it;
/// tasks that never ran are destroyed with it.
class EventLoop final : public Executor {
public:
  EventLoop();
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Duration now() const override;
  void post(Task task) override;
  void after(Duration delay, Task task) override;

  /// Runs until `stop`, also while there is nothing to do.
  void run();

  /// Runs until `done()` holds, asked after each event. False if `stop` came first.
  bool run_until(const std::function<bool()>& done);

  /// Runs what is ready now, and waits for nothing.
  void run_ready();

  /// Makes the `run` under way, else the next one, return after the current task; thread-safe. A
  /// later `run` goes on.
  void stop();

  /// From now on SIGINT and SIGTERM call `handler` with the signal's number on the loop's thread
  /// instead of ending the process. A second call replaces the handler.
  void on_termination_signal(std::move_only_function<void(int)> handler);

  /// For the sockets of this folder; the only place where Boost shows.
  boost::asio::io_context& context();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace runahead
