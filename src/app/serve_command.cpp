#include "app/serve_command.hpp"

#include "app/exit_status.hpp"
#include "app/spdlog_logger.hpp"
#include "app/version.hpp"
#include "io/duration.hpp"
#include "rpc/methods.hpp"
#include "rpc/server.hpp"
#include "rpc/worker_calls.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

namespace runahead {
namespace {

/// How long clients get to take their answers once the server is told to end.
constexpr Duration grace = std::chrono::seconds(1);
constexpr Duration grace_step = std::chrono::milliseconds(20);

/// Threads that serve clients, where none are asked for: a machine may have many processors.
constexpr unsigned most_threads = 8;

/// What was said, checked.
struct ServePlan {
  StatePlan state;
  Speculation speculation{};
  Duration timeout{};
  LogLevel log_level{};
};

int refuse(const Error& error, int status) {
  std::fprintf(stderr, "runahead serve: %s\n", error.message.c_str());
  return status;
}

Result<ServePlan> plan_serve(const ServeOptions& options) {
  const auto state = plan_state(options.state);
  if (!state) return std::unexpected(state.error());
  const auto speculation = parse_speculation(options.speculation);
  if (!speculation) return fail_at("--speculation", speculation.error());
  const auto timeout = parse_duration(options.timeout);
  if (!timeout) return fail_at("--timeout", timeout.error());
  const auto level = parse_log_level(options.log_level);
  if (!level) return fail_at("--log-level", level.error());
  return ServePlan{*state, *speculation, *timeout, *level};
}

/// A further thread that serves clients.
class ServingThread {
public:
  /// `service` must outlive it.
  explicit ServingThread(CallService& service) : calls_(service, loop_) {}
  ~ServingThread() { end(); }

  EventLoop& loop() { return loop_; }
  CallFront& calls() { return calls_; }

  void begin() {
    thread_ = std::thread([this] { loop_.run(); });
  }
  /// Waits for it to end.
  void end() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

private:
  EventLoop loop_;
  WorkerCalls calls_;
  std::thread thread_;
};

/// Lets tasks that others posted find that nobody is there any more, while what they hold may still
/// be let go of.
struct LastTasks {
  EventLoop& loop;
  ~LastTasks() { loop.run_ready(); }
};

/// Besides the main one.
size_t further_threads(unsigned asked) {
  if (asked != 0) return asked - 1;
  return std::clamp(std::thread::hardware_concurrency(), 1U, most_threads) - 1;
}

/// Ends the server: no new connections, a moment for the answers under way, then the loop. A second
/// signal ends it at once.
class Ending {
public:
  Ending(EventLoop& loop, RpcServer& server, Logger& log)
      : loop_(loop), server_(server), log_(log) {}

  void begin(int signal) {
    if (std::exchange(begun_, true)) return loop_.stop();
    log_.info("ending on signal " + std::to_string(signal));
    server_.stop();
    wait(grace);
  }

private:
  void wait(Duration left) {
    if (server_.connections() == 0 || left <= Duration{0}) return loop_.stop();
    loop_.after(grace_step, [this, left] { wait(left - grace_step); });
  }

  EventLoop& loop_;
  RpcServer& server_;
  Logger& log_;
  bool begun_ = false;
};

Result<std::unique_ptr<RpcServer>>
listen(const ServeOptions& options, EventLoop& loop, CallService& service,
       const std::vector<std::unique_ptr<ServingThread>>& threads, const ChainReader* blocks) {
  const auto dispatcher = [&](CallFront& calls) {
    auto methods = make_methods(
        calls, blocks,
        {.limits = {options.gas_cap}, .client_version = "runahead/v" + std::string(version())});
    return std::make_unique<Dispatcher>(std::move(methods), &calls);
  };
  std::vector<RpcServer::Part> parts;
  parts.push_back({&loop, dispatcher(service)});
  for (const auto& thread : threads)
    parts.push_back({&thread->loop(), dispatcher(thread->calls())});
  return RpcServer::listen(std::move(parts), {.address = options.host, .port = options.port});
}

} // namespace

int run_serve(const ServeOptions& options) {
  const auto plan = plan_serve(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  const auto engine = make_engine(options.engine);
  if (!engine) return refuse({"--engine: " + engine.error().message}, exit_status::bad_usage);
  const std::unique_ptr<Logger> log = make_stderr_logger(plan->log_level);
  EventLoop loop;
  const auto chain = open_chain(plan->state, loop, &loop, *log);
  if (!chain) return refuse(chain.error(), exit_status::failed);
  const LastTasks last_tasks{loop};
  CallService service(**chain, **engine, loop,
                      {.speculation = plan->speculation, .timeout = plan->timeout});
  std::vector<std::unique_ptr<ServingThread>> threads;
  for (size_t i = further_threads(options.threads); i > 0; --i)
    threads.push_back(std::make_unique<ServingThread>(service));
  const auto server = listen(options, loop, service, threads, (*chain)->blocks());
  if (!server) return refuse(server.error(), exit_status::failed);
  Ending ending(loop, **server, *log);
  loop.on_termination_signal([&](int signal) { ending.begin(signal); });
  (*chain)->follow();
  std::printf("listening on http://%s:%u\n", options.host.c_str(), unsigned{(*server)->port()});
  std::fflush(stdout);
  for (const auto& thread : threads) thread->begin();
  loop.run();
  for (const auto& thread : threads) thread->end();
  return exit_status::ok;
}

void add_serve_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Serve Ethereum's JSON-RPC over HTTP");
  add_state_options(*command, options->state);
  command->add_option("--host", options->host, "IP address to listen on")
      ->envname("RUNAHEAD_HOST")
      ->capture_default_str();
  command->add_option("--port", options->port, "Port to listen on; 0: a free one")
      ->envname("RUNAHEAD_PORT")
      ->capture_default_str();
  command->add_option("--engine", options->engine, "Which engine runs the code")
      ->envname("RUNAHEAD_ENGINE")
      ->capture_default_str();
  command->add_option("--speculation", options->speculation, "How to run ahead: off, lean or full")
      ->envname("RUNAHEAD_SPECULATION")
      ->capture_default_str();
  command
      ->add_option("--threads", options->threads,
                   "Threads that serve clients; 0: one for each processor, at most 8")
      ->envname("RUNAHEAD_THREADS")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  command->add_option("--gas-cap", options->gas_cap, "The most gas a call gets; 0: no cap")
      ->envname("RUNAHEAD_GAS_CAP")
      ->capture_default_str();
  command->add_option("--timeout", options->timeout, "Of a call; 0: none")
      ->envname("RUNAHEAD_TIMEOUT")
      ->capture_default_str();
  command->add_option("--log-level", options->log_level, "error, warn, info or debug")
      ->envname("RUNAHEAD_LOG_LEVEL")
      ->capture_default_str();
  command->callback([options, &exit_status] { exit_status = run_serve(*options); });
}

} // namespace runahead
