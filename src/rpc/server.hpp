// JSON-RPC over HTTP.
#pragma once

#include "base/result.hpp"
#include "io/event_loop.hpp"
#include "io/http_server.hpp"
#include "rpc/dispatcher.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace runahead {

/// Used from the first loop's thread. A client that leaves cancels the calls it waits for.
class RpcServer {
public:
  /// A loop that serves clients, with what answers them there.
  struct Part {
    EventLoop* loop = nullptr;
    std::unique_ptr<Dispatcher> dispatcher;
  };

  /// Listens at once, serves while the loops run, which must outlive it. When it is destroyed, only
  /// the first may be running.
  static Result<std::unique_ptr<RpcServer>> listen(std::vector<Part> parts,
                                                   HttpServerOptions options);
  /// The same on one loop.
  static Result<std::unique_ptr<RpcServer>> listen(EventLoop& loop, HttpServerOptions options,
                                                   std::unique_ptr<Dispatcher> dispatcher);

  uint16_t port() const { return http_->port(); }
  size_t connections() const { return http_->connections(); }
  /// Takes no new connections; those there are end with the request they are at.
  void stop() { http_->stop(); }

private:
  RpcServer() = default;

  std::vector<Part> parts_;
  std::unique_ptr<HttpServer> http_;
};

} // namespace runahead
