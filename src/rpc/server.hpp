// JSON-RPC over HTTP.
#pragma once

#include "base/result.hpp"
#include "io/event_loop.hpp"
#include "io/http_server.hpp"
#include "rpc/dispatcher.hpp"

#include <cstdint>
#include <memory>

namespace runahead {

/// Used from the loop's thread. A client that leaves cancels the calls it waits for.
class RpcServer {
public:
  /// Listens at once, serves while the loop runs. `loop` must outlive it.
  static Result<std::unique_ptr<RpcServer>> listen(EventLoop& loop, HttpServerOptions options,
                                                   std::unique_ptr<Dispatcher> dispatcher);

  uint16_t port() const { return http_->port(); }
  size_t connections() const { return http_->connections(); }
  /// Takes no new connections; those there are end with the request they are at.
  void stop() { http_->stop(); }

private:
  RpcServer() = default;

  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<HttpServer> http_;
};

} // namespace runahead
