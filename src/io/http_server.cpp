#include "io/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <unordered_set>

namespace runahead {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
using Parser = http::request_parser<http::string_body>;
using Message = http::response<http::string_body>;

Message make_message(unsigned status, std::string body, std::string_view content_type) {
  Message message;
  message.version(11);
  message.result(status);
  message.set(http::field::content_type, content_type);
  message.body() = std::move(body);
  return message;
}

Message refusal(http::status status, std::string_view text) {
  return make_message(static_cast<unsigned>(status), std::string(text) + "\n", "text/plain");
}

/// What to say to a request that could not be read, or nothing if the connection is to be closed.
std::optional<Message> refusal_of(const error_code& error) {
  if (error == http::error::body_limit)
    return refusal(http::status::payload_too_large, "the request body is too large");
  if (error == http::error::header_limit)
    return refusal(http::status::request_header_fields_too_large,
                   "the request header is too large");
  const bool is_syntax =
      error.category() == http::make_error_code(http::error::end_of_stream).category();
  if (!is_syntax || error == http::error::end_of_stream || error == http::error::partial_message)
    return std::nullopt;
  return refusal(http::status::bad_request, "not a valid HTTP request: " + error.message());
}

} // namespace

struct Responder::State {
  explicit State(asio::io_context& context)
      : changed(context, asio::steady_timer::time_point::max()) {}

  void leave() {
    gone = true;
    changed.cancel();
    if (auto callback = std::move(on_disconnect)) callback();
  }

  std::optional<Message> message;
  bool gone = false;          ///< nobody waits for the answer any more
  asio::steady_timer changed; ///< cancelled when one of the two above changes
  std::move_only_function<void()> on_disconnect;
};

Responder::Responder(std::shared_ptr<State> state) : state_(std::move(state)) {}
Responder::Responder(Responder&&) noexcept = default;

Responder& Responder::operator=(Responder&& other) noexcept {
  const Responder dropped(std::move(*this)); // answers what it had, as the destructor does
  state_ = std::move(other.state_);
  return *this;
}

Responder::~Responder() {
  if (state_ && !state_->message) answer(500, "the request was dropped\n", "text/plain");
}

void Responder::answer(unsigned status, std::string body, std::string_view content_type) {
  if (!state_ || state_->gone || state_->message) return;
  state_->message = make_message(status, std::move(body), content_type);
  state_->on_disconnect = nullptr;
  state_->changed.cancel();
}

bool Responder::disconnected() const { return !state_ || state_->gone; }

void Responder::on_disconnect(std::move_only_function<void()> callback) {
  if (state_ && !state_->gone && !state_->message) state_->on_disconnect = std::move(callback);
}

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  struct Session {
    explicit Session(tcp::socket socket) : stream(std::move(socket)) {}
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    std::shared_ptr<Responder::State> pending; ///< while a request is being answered
    bool busy = false; ///< between the first byte of a request and its answer
  };
  using Self = std::shared_ptr<Impl>;
  using SessionRef = std::shared_ptr<Session>;

  Impl(EventLoop& event_loop, HttpServerOptions given, Handler to)
      : context(event_loop.context()), options(std::move(given)), handler(std::move(to)),
        acceptor(context) {}

  Result<void> open();
  static asio::awaitable<void> accept(Self self);
  static asio::awaitable<void> run(Self self, SessionRef session);
  asio::awaitable<bool> serve_one(SessionRef session);
  asio::awaitable<std::optional<Message>> read_request(SessionRef session, Parser& parser);
  asio::awaitable<std::optional<Message>> ask_handler(SessionRef session, std::string body);
  asio::awaitable<bool> send(SessionRef session, Message message, bool keep_alive, bool body_too);
  asio::awaitable<void> linger(SessionRef session);
  std::optional<Message> answer_here(const Parser& parser) const;
  static void watch(const SessionRef& session, std::shared_ptr<Responder::State> state);
  void shut_down();

  asio::io_context& context;
  const HttpServerOptions options;
  Handler handler;
  tcp::acceptor acceptor;
  std::unordered_set<SessionRef> sessions;
  bool stopping = false;
  bool gone = false; ///< the server was destroyed: the handler is not to be called any more
};

Result<void> HttpServer::Impl::open() {
  const std::string place = options.address + ":" + std::to_string(options.port);
  error_code error;
  const auto address =
      asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
  if (error) return fail("cannot listen on " + place + ": not an IP address");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return fail("cannot listen on " + place + ": " + error.message());
  return {};
}

asio::awaitable<void> HttpServer::Impl::accept(Self self) {
  while (self->acceptor.is_open()) {
    auto [error, socket] = co_await self->acceptor.async_accept(token);
    if (error == asio::error::operation_aborted || !self->acceptor.is_open()) co_return;
    if (error) { // out of file descriptors, most likely: leave those that are there time to end
      asio::steady_timer pause(self->context, std::chrono::milliseconds(100));
      co_await pause.async_wait(token);
      continue;
    }
    auto session = std::make_shared<Session>(std::move(socket));
    self->sessions.insert(session);
    asio::co_spawn(self->context, run(self, std::move(session)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::Impl::run(Self self, SessionRef session) {
  error_code ignored; // slower without, no more
  session->stream.socket().set_option(tcp::no_delay(true), ignored);
  if (self->sessions.size() > self->options.connections) {
    co_await self->send(session, refusal(http::status::service_unavailable, "too many connections"),
                        false, true);
    co_await self->linger(session);
  } else {
    while (co_await self->serve_one(session)) {
    }
  }
  session->stream.socket().close(ignored);
  self->sessions.erase(session);
}

/// Reads a request, has it answered, and sends that. False if the connection is to be closed.
asio::awaitable<bool> HttpServer::Impl::serve_one(SessionRef session) {
  if (stopping) co_return false;
  Parser parser;
  session->busy = false;
  auto refused = co_await read_request(session, parser);
  if (gone) co_return false;
  const bool is_head = parser.get().method() == http::verb::head;
  if (refused) {
    // Whatever of the request was not read stands in the way of a further one.
    const bool whole = parser.is_done() && !stopping && parser.keep_alive();
    const bool sent = co_await send(session, std::move(*refused), whole, !is_head);
    if (sent && !whole) co_await linger(session);
    co_return sent&& whole;
  }
  if (!parser.is_done()) co_return false;
  const bool keep_alive = parser.keep_alive();
  auto message = co_await ask_handler(session, std::move(parser.get().body()));
  if (!message) co_return false;
  const bool stay = keep_alive && !stopping;
  const bool sent = co_await send(session, std::move(*message), stay, true);
  co_return sent&& stay;
}

/// Reads the request into `parser`. Returns what to answer if that is decided here; nothing if the
/// handler is to be asked, or, with the parser not done, if the connection is to be closed.
asio::awaitable<std::optional<Message>> HttpServer::Impl::read_request(SessionRef session,
                                                                       Parser& parser) {
  beast::tcp_stream& stream = session->stream;
  parser.header_limit(static_cast<uint32_t>(limits::http_header_bytes));
  parser.body_limit(options.body_bytes);
  stream.expires_after(options.idle_timeout);
  auto [header_error, header_size] =
      co_await http::async_read_header(stream, session->buffer, parser, token);
  if (header_error) co_return refusal_of(header_error);
  session->busy = true;
  if (auto answer = answer_here(parser)) co_return answer;
  stream.expires_after(options.transfer_timeout);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on(http::status::continue_, 11);
    auto [error, size] = co_await http::async_write(stream, go_on, token);
    if (error) co_return std::nullopt;
  }
  auto [error, size] = co_await http::async_read(stream, session->buffer, parser, token);
  if (error) co_return refusal_of(error);
  co_return std::nullopt;
}

/// Answers to what is not a POST.
std::optional<Message> HttpServer::Impl::answer_here(const Parser& parser) const {
  const auto& request = parser.get();
  if (request.method() == http::verb::post) return std::nullopt;
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    Message message = refusal(http::status::method_not_allowed, "only POST and GET are answered");
    message.set(http::field::allow, "GET, HEAD, POST");
    return message;
  }
  if (request.target() == "/") return make_message(200, options.greeting, "text/plain");
  return refusal(http::status::not_found, "there is nothing here");
}

/// Nothing if the client left before the answer.
asio::awaitable<std::optional<Message>> HttpServer::Impl::ask_handler(SessionRef session,
                                                                      std::string body) {
  const auto state = std::make_shared<Responder::State>(context);
  session->pending = state;
  session->stream.expires_never();
  handler(std::move(body), Responder(state));
  if (!state->message && !gone) {
    watch(session, state);
    while (!state->message && !state->gone) co_await state->changed.async_wait(token);
    session->stream.socket().cancel(); // the watch
  }
  session->pending.reset();
  state->on_disconnect = nullptr;
  if (state->gone) co_return std::nullopt;
  state->gone = true;
  co_return std::move(state->message);
}

/// Tells `state` when the client closes its side; a further request that arrives early is left
/// alone.
void HttpServer::Impl::watch(const SessionRef& session, std::shared_ptr<Responder::State> state) {
  session->stream.socket().async_wait(
      tcp::socket::wait_read, [session, state = std::move(state)](const error_code& error) {
        if (error || state->message || state->gone) return;
        char byte;
        const ssize_t got =
            ::recv(session->stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) state->leave();
      });
}

asio::awaitable<bool> HttpServer::Impl::send(SessionRef session, Message message, bool keep_alive,
                                             bool body_too) {
  message.keep_alive(keep_alive);
  message.prepare_payload();
  if (!body_too) message.body().clear();
  session->stream.expires_after(options.transfer_timeout);
  auto [error, size] = co_await http::async_write(session->stream, message, token);
  co_return !error;
}

/// Reads what the client still sends, for a moment: closing on unread bytes makes the kernel reset
/// the connection, and the client may lose the answer that it has not read yet.
asio::awaitable<void> HttpServer::Impl::linger(SessionRef session) {
  error_code ignored;
  session->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  session->stream.expires_after(std::chrono::seconds(2));
  std::array<char, 16384> sink;
  for (;;) {
    auto [error, size] = co_await session->stream.async_read_some(asio::buffer(sink), token);
    if (error) co_return;
  }
}

void HttpServer::Impl::shut_down() {
  gone = stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  const auto ending = sessions; // a callback may end sessions
  for (const SessionRef& session : ending) {
    session->stream.socket().close(ignored);
    if (const auto state = session->pending; state && !state->gone) state->leave();
  }
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() { impl_->shut_down(); }

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop, HttpServerOptions options,
                                                       Handler handler) {
  auto impl = std::make_shared<Impl>(loop, std::move(options), std::move(handler));
  if (const auto ok = impl->open(); !ok) return std::unexpected(ok.error());
  asio::co_spawn(impl->context, Impl::accept(impl), asio::detached);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

uint16_t HttpServer::port() const {
  error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

size_t HttpServer::connections() const { return impl_->sessions.size(); }

void HttpServer::stop() {
  impl_->stopping = true;
  error_code ignored;
  impl_->acceptor.close(ignored);
  for (const auto& session : impl_->sessions)
    if (!session->busy) session->stream.socket().close(ignored);
}

} // namespace runahead
