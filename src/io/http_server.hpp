// An HTTP/1.1 server for JSON over POST: takes request bodies, hands them to one function, and
// sends what that function answers later.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "io/event_loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// The right and duty to answer one request. Used from the thread of the loop that serves its
/// client; may outlive the server, but not that loop. One that is dropped without an answer sends
/// status 500.
class Responder {
public:
  struct State;

  explicit Responder(std::shared_ptr<State> state);
  Responder(Responder&&) noexcept;
  Responder& operator=(Responder&&) noexcept;
  ~Responder();

  /// Sends the answer; later calls, and calls after the client left, do nothing.
  void answer(unsigned status, std::string body,
              std::string_view content_type = "application/json");

  /// True once nobody waits for the answer any more.
  bool disconnected() const;
  /// Called once, on the loop, when the client leaves before the answer; not if it has left
  /// already.
  void on_disconnect(std::move_only_function<void()> callback);

private:
  std::shared_ptr<State> state_;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1"; ///< an IP address or `localhost`
  uint16_t port = 0;                 ///< 0: a free one, see port()
  size_t body_bytes = limits::request_bytes;
  size_t connections = limits::server_connections;
  Duration idle_timeout = std::chrono::seconds(75);     ///< between requests, and for a header
  Duration transfer_timeout = std::chrono::seconds(30); ///< for one body, either way
  std::string greeting = "POST requests here.\n";       ///< what GET / answers
};

/// Requests of one connection are handled one after another. What is not a POST is answered here:
/// GET and HEAD of `/` with the greeting, others with 404 or 405; too large bodies with 413, too
/// large headers with 431, what is not HTTP with 400.
class HttpServer {
public:
  using Handler = std::move_only_function<void(std::string body, Responder responder)>;
  /// A loop that serves clients, and who answers them there, on its thread.
  struct Part {
    EventLoop* loop = nullptr;
    Handler handler;
  };

  /// Listens at once, serves while the loops run. A new client goes to the loop that has the
  /// fewest. The first loop is the server's own: it takes clients in, and everything below is to be
  /// called from its thread. The loops must outlive the server. REQUIRES: at least one.
  static Result<std::unique_ptr<HttpServer>> listen(std::vector<Part> parts,
                                                    HttpServerOptions options);
  /// The same on one loop.
  static Result<std::unique_ptr<HttpServer>> listen(EventLoop& loop, HttpServerOptions options,
                                                    Handler handler);
  /// Closes everything at once; Responders become inert. The other loops must not be running.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  /// Clients connected now.
  size_t connections() const;

  /// Takes no new connections, closes the idle ones, and the others once their request is answered:
  /// then connections() is 0.
  void stop();

private:
  struct Shard;
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);

  std::shared_ptr<Impl> impl_; ///< shared with what is under way on the loops
};

} // namespace runahead
