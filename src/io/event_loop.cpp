#include "io/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>

namespace runahead {

namespace asio = boost::asio;

struct EventLoop::Impl {
  std::move_only_function<void(int)> signal_handler;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  asio::signal_set signals{context};

  void wait_for_signal() {
    signals.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      signal_handler(number);
      wait_for_signal();
    });
  }
};

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}
EventLoop::~EventLoop() = default;

Duration EventLoop::now() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

void EventLoop::post(Task task) { asio::post(impl_->context, std::move(task)); }

void EventLoop::after(Duration delay, Task task) {
  auto timer = std::make_unique<asio::steady_timer>(impl_->context, delay);
  asio::steady_timer& waiting = *timer;
  waiting.async_wait([timer = std::move(timer),
                      task = std::move(task)](const boost::system::error_code& error) mutable {
    if (!error) task();
  });
}

// A stopped context is made ready again after the run it ended, not before the next one: so a stop
// that comes before `run` is not lost.
void EventLoop::run() {
  impl_->context.run();
  impl_->context.restart();
}

bool EventLoop::run_until(const std::function<bool()>& done) {
  while (!done()) {
    if (impl_->context.run_one() > 0) continue;
    impl_->context.restart();
    return done();
  }
  return true;
}

void EventLoop::run_ready() {
  impl_->context.poll();
  impl_->context.restart();
}

void EventLoop::stop() { impl_->context.stop(); }

void EventLoop::on_termination_signal(std::move_only_function<void(int)> handler) {
  const bool first = impl_->signal_handler == nullptr;
  impl_->signal_handler = std::move(handler);
  if (!first) return;
  impl_->signals.add(SIGINT);
  impl_->signals.add(SIGTERM);
  impl_->wait_for_signal();
}

asio::io_context& EventLoop::context() { return impl_->context; }

} // namespace runahead
