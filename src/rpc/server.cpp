#include "rpc/server.hpp"

#include <utility>

namespace runahead {
namespace {

constexpr unsigned http_ok = 200;

void handle(Dispatcher& dispatcher, const std::string& body, Responder responder) {
  auto shared = std::make_shared<Responder>(std::move(responder));
  Dispatcher::Cancel cancel = dispatcher.handle(
      body, [shared](std::string text) { shared->answer(http_ok, std::move(text)); });
  shared->on_disconnect(std::move(cancel));
}

} // namespace

Result<std::unique_ptr<RpcServer>> RpcServer::listen(EventLoop& loop, HttpServerOptions options,
                                                     std::unique_ptr<Dispatcher> dispatcher) {
  std::unique_ptr<RpcServer> server(new RpcServer);
  auto http =
      HttpServer::listen(loop, std::move(options),
                         [&dispatcher = *dispatcher](const std::string& body, Responder responder) {
                           handle(dispatcher, body, std::move(responder));
                         });
  if (!http) return std::unexpected(http.error());
  server->dispatcher_ = std::move(dispatcher);
  server->http_ = std::move(*http);
  return server;
}

} // namespace runahead
