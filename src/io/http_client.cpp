#include "io/http_client.hpp"

#include "io/duration.hpp"
#include "io/http_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <charconv>
#include <deque>
#include <list>

namespace runahead {

namespace {

struct Request {
  explicit Request(asio::io_context& context) : timer(context) {}

  http::request<http::string_body> message;
  HttpCallback callback;
  Duration timeout{};
  asio::steady_timer timer;
  bool timed_out = false;
  bool done = false; ///< the callback was called: a timer that still rings is too late
  HttpConnection* connection = nullptr; ///< while it is on its way
};

/// Failures that say nothing against the next attempt.
bool is_transient(const error_code& error) {
  if (error.category() == asio::error::get_ssl_category()) return false;
  if (error.category() == http::make_error_code(http::error::end_of_stream).category())
    return error == http::error::end_of_stream || error == http::error::partial_message;
  return error != asio::error::host_not_found && error != asio::error::no_data;
}

std::string answer_failure(const error_code& error, uint64_t response_bytes) {
  if (error == http::error::body_limit)
    return "the answer is longer than " + std::to_string(response_bytes) + " bytes";
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::ssl::error::stream_truncated || error == asio::error::eof)
    return "the connection was closed before the answer was complete";
  if (error.category() == http::make_error_code(http::error::end_of_stream).category())
    return "the answer is not valid HTTP: " + error.message();
  return "the connection broke: " + error.message();
}

/// Seconds, at most a day of them: what a server may ask clients to wait for.
std::optional<Duration> retry_after(std::string_view header) {
  constexpr unsigned longest_s = 24 * 60 * 60;
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(header.begin(), header.end(), seconds);
  if (header.empty() || end != header.end()) return std::nullopt;
  if (error != std::errc{}) seconds = longest_s; // more digits than fit
  return std::chrono::seconds(std::min(seconds, longest_s));
}

HttpResponse response_of(http::response<http::string_body>& answer) {
  const auto asked = answer[http::field::retry_after];
  return {answer.result_int(), std::move(answer.body()), retry_after({asked.data(), asked.size()})};
}

} // namespace

struct HttpClient::Impl : std::enable_shared_from_this<HttpClient::Impl> {
  using ConnectionRef = std::shared_ptr<HttpConnection>;
  using RequestRef = std::shared_ptr<Request>;

  Impl(EventLoop& event_loop, Url parsed, HttpClientOptions given)
      : context(event_loop.context()), url(std::move(parsed)), redacted(url.redacted()),
        options(given) {
    options.connections = std::max<size_t>(options.connections, 1);
  }

  void pump();
  ConnectionRef take_idle();
  void start_connect();
  // Each keeps the client's parts alive while it is under way.
  using Self = std::shared_ptr<Impl>;
  static asio::awaitable<void> connect(Self self, ConnectionRef connection);
  static asio::awaitable<void> serve(Self self, ConnectionRef connection, RequestRef request);
  static asio::awaitable<void> open_within(Self self, ConnectionRef connection);
  void discard(const ConnectionRef& connection);
  void expire(const RequestRef& request);
  static void finish(const RequestRef& request, HttpResult result);
  void shut_down();

  asio::io_context& context;
  const Url url;
  const std::string redacted;
  HttpClientOptions options;
  std::optional<asio::ssl::context> tls;
  Stats stats;

  bool gone = false; ///< the client was destroyed: nothing is to be called any more
  std::deque<RequestRef> waiting;
  std::list<ConnectionRef> connections; ///< all: idle, busy, being opened
  std::vector<ConnectionRef> idle;      ///< the last used at the back
  std::vector<RequestRef> under_way;
  size_t connecting = 0;
};

/// Gives waiting requests to idle connections, the last used first, and opens further ones, as many
/// as requests wait.
void HttpClient::Impl::pump() {
  while (!waiting.empty()) {
    ConnectionRef connection = take_idle();
    if (!connection) break;
    RequestRef request = std::move(waiting.front());
    waiting.pop_front();
    request->connection = connection.get();
    under_way.push_back(request);
    asio::co_spawn(context, serve(shared_from_this(), std::move(connection), std::move(request)),
                   asio::detached);
  }
  while (connecting < waiting.size() && connections.size() < options.connections) start_connect();
}

HttpClient::Impl::ConnectionRef HttpClient::Impl::take_idle() {
  const auto since = HttpConnection::Clock::now() - options.idle_limit;
  while (!idle.empty()) {
    ConnectionRef connection = std::move(idle.back());
    idle.pop_back();
    if (connection->alive(since)) return connection;
    discard(connection);
  }
  return nullptr;
}

void HttpClient::Impl::discard(const ConnectionRef& connection) {
  connection->close();
  connections.remove(connection);
}

void HttpClient::Impl::start_connect() {
  auto connection = std::make_shared<HttpConnection>(context, url, tls ? &*tls : nullptr);
  connections.push_back(connection);
  ++connecting;
  asio::co_spawn(context, connect(shared_from_this(), std::move(connection)), asio::detached);
}

/// Opens the connection, giving up after the time allowed for it.
asio::awaitable<void> HttpClient::Impl::open_within(Self self, ConnectionRef connection) {
  enum class Stage { opening, late, done };
  const auto stage = std::make_shared<Stage>(Stage::opening);
  asio::steady_timer timer(self->context, self->options.connect_timeout);
  timer.async_wait([stage, connection](const error_code& error) {
    if (error || *stage == Stage::done) return; // a timer may ring though it was cancelled
    *stage = Stage::late;
    connection->close();
  });
  co_await connection->open();
  if (*stage == Stage::late) connection->error = asio::error::timed_out;
  *stage = Stage::done;
  if (!connection->error) ++self->stats.connections;
}

asio::awaitable<void> HttpClient::Impl::connect(Self self, ConnectionRef connection) {
  co_await open_within(self, connection);
  if (self->gone) co_return;
  --self->connecting;
  if (!connection->error) {
    self->idle.push_back(std::move(connection));
    co_return self->pump();
  }
  const HttpFailure failure{connection->open_failure(), is_transient(connection->error)};
  self->discard(connection);
  RequestRef request;
  if (!self->waiting.empty()) {
    request = std::move(self->waiting.front());
    self->waiting.pop_front();
  }
  self->pump();
  if (request) finish(request, std::unexpected(failure));
}

asio::awaitable<void> HttpClient::Impl::serve(Self self, ConnectionRef connection,
                                              RequestRef request) {
  const uint64_t limit = self->options.response_bytes;
  const bool reused = connection->served > 0;
  HttpExchange exchange = co_await connection->exchange(request->message, limit);
  HttpResult result;
  if (exchange.error && exchange.no_byte_came && reused && !request->timed_out && !self->gone) {
    ++self->stats.retries;
    co_await open_within(self, connection);
    if (!connection->error)
      exchange = co_await connection->exchange(request->message, limit);
    else
      result =
          std::unexpected(HttpFailure{connection->open_failure(), is_transient(connection->error)});
  }
  if (self->gone) co_return;
  if (request->timed_out)
    result = std::unexpected(HttpFailure{"no answer within " + to_string(request->timeout), true});
  else if (result && exchange.error)
    result = std::unexpected(HttpFailure{answer_failure(exchange.error, limit),
                                         is_transient(exchange.error),
                                         exchange.error == http::error::body_limit});
  else if (result)
    result = response_of(exchange.response);
  std::erase(self->under_way, request);
  if (result && exchange.keep_alive)
    self->idle.push_back(std::move(connection));
  else
    self->discard(connection);
  self->pump();
  finish(request, std::move(result));
}

void HttpClient::Impl::finish(const RequestRef& request, HttpResult result) {
  request->done = true;
  request->timer.cancel();
  HttpCallback callback = std::move(request->callback);
  callback(std::move(result));
}

void HttpClient::Impl::expire(const RequestRef& request) {
  if (request->done) return;
  request->timed_out = true;
  if (request->connection) return request->connection->close(); // `serve` goes on and reports
  std::erase(waiting, request);
  finish(request,
         std::unexpected(HttpFailure{"no connection within " + to_string(request->timeout), true}));
}

void HttpClient::Impl::shut_down() {
  gone = true;
  for (const auto& request : waiting) request->timer.cancel();
  for (const auto& request : under_way) request->timer.cancel();
  for (const auto& connection : connections) connection->close();
  waiting.clear();
  under_way.clear();
  idle.clear();
  connections.clear();
}

HttpClient::HttpClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() { impl_->shut_down(); }

Result<std::unique_ptr<HttpClient>> HttpClient::create(EventLoop& loop, std::string_view url,
                                                       HttpClientOptions options) {
  auto parsed = parse_url(url);
  if (!parsed) return std::unexpected(parsed.error());
  auto impl = std::make_shared<Impl>(loop, std::move(*parsed), options);
  if (impl->url.tls) {
    error_code error;
    impl->tls.emplace(asio::ssl::context::tls_client);
    impl->tls->set_default_verify_paths(error);
    if (error)
      return fail(impl->redacted +
                  ": the system's certificates cannot be read: " + error.message());
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(impl)));
}

void HttpClient::post(std::string body, HttpHeaders headers, Duration timeout,
                      HttpCallback callback) {
  auto request = std::make_shared<Request>(impl_->context);
  auto& message = request->message;
  message.method(http::verb::post);
  message.target(impl_->url.target);
  message.version(11);
  message.set(http::field::host, impl_->url.host_header());
  message.set(http::field::content_type, "application/json");
  message.set(http::field::accept, "application/json");
  if (!impl_->url.authorization.empty())
    message.set(http::field::authorization, impl_->url.authorization);
  for (const auto& [name, value] : headers) message.set(name, value);
  message.body() = std::move(body);
  message.prepare_payload();
  request->callback = std::move(callback);
  request->timeout = timeout;
  request->timer.expires_after(timeout);
  request->timer.async_wait([weak = std::weak_ptr(impl_), request](const error_code& error) {
    const auto impl = weak.lock();
    if (!error && impl && !impl->gone) impl->expire(request);
  });
  ++impl_->stats.requests;
  impl_->waiting.push_back(std::move(request));
  impl_->pump();
}

void HttpClient::warm(size_t count) {
  const size_t wanted = std::min(count, impl_->options.connections);
  while (impl_->connections.size() < wanted) impl_->start_connect();
}

std::string_view HttpClient::redacted_url() const { return impl_->redacted; }
const HttpClient::Stats& HttpClient::stats() const { return impl_->stats; }

} // namespace runahead
