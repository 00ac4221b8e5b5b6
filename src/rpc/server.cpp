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

Result<std::unique_ptr<RpcServer>> RpcServer::listen(std::vector<Part> parts,
                                                     HttpServerOptions options) {
  std::vector<HttpServer::Part> http_parts;
  for (const Part& part : parts)
    http_parts.push_back(
        {part.loop, [&dispatcher = *part.dispatcher](const std::string& body, Responder responder) {
           handle(dispatcher, body, std::move(responder));
         }});
  auto http = HttpServer::listen(std::move(http_parts), std::move(options));
  if (!http) return std::unexpected(http.error());
  std::unique_ptr<RpcServer> server(new RpcServer);
  server->parts_ = std::move(parts);
  server->http_ = std::move(*http);
  return server;
}

Result<std::unique_ptr<RpcServer>> RpcServer::listen(EventLoop& loop, HttpServerOptions options,
                                                     std::unique_ptr<Dispatcher> dispatcher) {
  std::vector<Part> parts;
  parts.push_back({&loop, std::move(dispatcher)});
  return listen(std::move(parts), std::move(options));
}

} // namespace runahead
