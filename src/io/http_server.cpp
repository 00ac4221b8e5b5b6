#include "io/http_server.hpp"

#include "io/http_message.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <ranges>
#include <unordered_set>
#include <utility>

namespace runahead {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
using Parser = http::request_parser<http::string_body>;
using Clock = std::chrono::steady_clock;

/// Bytes asked of a socket at once: nearly every request is one read. Behind the header a long body
/// may follow.
constexpr size_t read_bytes = 8 * limits::kib, body_read_bytes = 64 * limits::kib;

/// Closes what it holds.
class Descriptor {
public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

} // namespace

struct Responder::State {
  explicit State(asio::io_context& context)
      : changed(context, asio::steady_timer::time_point::max()) {}

  void leave() {
    gone = true;
    changed.cancel();
    if (auto callback = std::move(on_disconnect)) callback();
  }

  std::optional<HttpMessage> message;
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
  state_->message = HttpMessage{status, std::move(body), std::string(content_type)};
  state_->on_disconnect = nullptr;
  state_->changed.cancel();
}

bool Responder::disconnected() const { return !state_ || state_->gone; }

void Responder::on_disconnect(std::move_only_function<void()> callback) {
  if (state_ && !state_->gone && !state_->message) state_->on_disconnect = std::move(callback);
}

/// The clients of one loop. Used from its thread, but for `count`.
struct HttpServer::Shard : std::enable_shared_from_this<HttpServer::Shard> {
  struct Session {
    explicit Session(tcp::socket taken) : socket(std::move(taken)) {}
    tcp::socket socket;
    beast::flat_buffer buffer;
    Clock::time_point deadline = Clock::time_point::max(); ///< then it is closed
    std::shared_ptr<Responder::State> pending;             ///< while a request is being answered
    bool busy = false; ///< between the first byte of a request and its answer
  };
  using Self = std::shared_ptr<Shard>;
  using SessionRef = std::shared_ptr<Session>;

  Shard(EventLoop& event_loop, const HttpServerOptions& given, Handler to)
      : context(event_loop.context()), options(given), handler(std::move(to)), watchdog(context) {}

  void serve(tcp::socket socket, bool refused);
  static asio::awaitable<void> run(Self self, SessionRef session, bool refused);
  asio::awaitable<bool> serve_one(SessionRef session);
  asio::awaitable<std::optional<HttpMessage>> read_request(SessionRef session, Parser& parser);
  static asio::awaitable<error_code> parse_until(SessionRef session, Parser& parser,
                                                 bool (Parser::*is_done)() const);
  asio::awaitable<std::optional<HttpMessage>> ask_handler(SessionRef session, std::string body);
  asio::awaitable<bool> send(SessionRef session, HttpMessage message, bool keep_alive,
                             bool body_too);
  asio::awaitable<void> linger(SessionRef session);
  std::optional<HttpMessage> answer_here(const Parser& parser) const;
  static void watch(const SessionRef& session, std::shared_ptr<Responder::State> state);
  void expire_after(Session& session, Duration delay);
  void ring_at(Clock::time_point time);
  void close_late();
  void stop();
  void shut_down();

  asio::io_context& context;
  const HttpServerOptions options;
  Handler handler;
  std::unordered_set<SessionRef> sessions;
  std::atomic<size_t> count = 0; ///< of clients, with those on their way to the loop
  asio::steady_timer watchdog;   ///< one for all sessions; rings at the earliest deadline or before
  Clock::time_point rings_at = Clock::time_point::max();
  bool stopping = false;
  bool gone = false; ///< the server was destroyed: the handler is not to be called any more
};

struct HttpServer::Impl {
  Impl(std::vector<Part> parts, const HttpServerOptions& given)
      : options(given), context(parts.at(0).loop->context()), acceptor(context) {
    for (Part& part : parts)
      shards.push_back(std::make_shared<Shard>(*part.loop, options, std::move(part.handler)));
  }

  Result<void> open();
  static asio::awaitable<void> accept(std::shared_ptr<Impl> self);
  static void move_to(const std::shared_ptr<Shard>& shard, tcp::socket socket, bool refused);
  const std::shared_ptr<Shard>& idlest() const;
  size_t connections() const;

  const HttpServerOptions options;
  asio::io_context& context;
  tcp::acceptor acceptor;
  std::vector<std::shared_ptr<Shard>> shards; ///< the first is that of `context`
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

const std::shared_ptr<HttpServer::Shard>& HttpServer::Impl::idlest() const {
  return *std::ranges::min_element(shards, {},
                                   [](const auto& shard) { return shard->count.load(); });
}

size_t HttpServer::Impl::connections() const {
  size_t sum = 0;
  for (const auto& shard : shards) sum += shard->count.load();
  return sum;
}

asio::awaitable<void> HttpServer::Impl::accept(std::shared_ptr<Impl> self) {
  while (self->acceptor.is_open()) {
    auto [error, socket] = co_await self->acceptor.async_accept(token);
    if (error == asio::error::operation_aborted || !self->acceptor.is_open()) co_return;
    if (error) { // out of file descriptors, most likely: leave those that are there time to end
      asio::steady_timer pause(self->context, std::chrono::milliseconds(100));
      co_await pause.async_wait(token);
      continue;
    }
    const bool refused = self->connections() >= self->options.connections;
    const std::shared_ptr<Shard>& shard = self->idlest();
    ++shard->count;
    if (shard == self->shards[0])
      shard->serve(std::move(socket), refused);
    else
      move_to(shard, std::move(socket), refused);
  }
}

/// A socket belongs to one loop for good; only what the kernel knows of it can move.
void HttpServer::Impl::move_to(const std::shared_ptr<Shard>& shard, tcp::socket socket,
                               bool refused) {
  error_code ignored;
  const auto protocol = socket.local_endpoint(ignored).protocol();
  Descriptor descriptor(socket.release(ignored));
  asio::post(shard->context,
             [shard, protocol, refused, descriptor = std::move(descriptor)]() mutable {
               tcp::socket moved(shard->context);
               error_code error;
               moved.assign(protocol, descriptor.get(), error);
               if (!error) descriptor.release();
               shard->serve(std::move(moved), refused); // one that failed ends at its first read
             });
}

void HttpServer::Shard::serve(tcp::socket socket, bool refused) {
  auto session = std::make_shared<Session>(std::move(socket));
  sessions.insert(session);
  asio::co_spawn(context, run(shared_from_this(), std::move(session), refused), asio::detached);
}

asio::awaitable<void> HttpServer::Shard::run(Self self, SessionRef session, bool refused) {
  error_code ignored; // slower without, no more
  session->socket.set_option(tcp::no_delay(true), ignored);
  session->socket.non_blocking(true, ignored); // `send` tries at once
  if (refused) {
    co_await self->send(session, refusal(http::status::service_unavailable, "too many connections"),
                        false, true);
    co_await self->linger(session);
  } else {
    while (co_await self->serve_one(session)) {
    }
  }
  session->socket.close(ignored);
  self->sessions.erase(session);
  --self->count;
}

/// Reads a request, has it answered, and sends that. False if the connection is to be closed.
asio::awaitable<bool> HttpServer::Shard::serve_one(SessionRef session) {
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
asio::awaitable<std::optional<HttpMessage>> HttpServer::Shard::read_request(SessionRef session,
                                                                            Parser& parser) {
  parser.header_limit(static_cast<uint32_t>(limits::http_header_bytes));
  parser.body_limit(options.body_bytes);
  expire_after(*session, options.idle_timeout);
  if (const auto error = co_await parse_until(session, parser, &Parser::is_header_done))
    co_return refusal_of(error);
  session->busy = true;
  if (auto answer = answer_here(parser)) co_return answer;
  if (parser.is_done()) co_return std::nullopt;
  expire_after(*session, options.transfer_timeout);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [error, size] = co_await asio::async_write(session->socket, asio::buffer(go_on), token);
    if (error) co_return std::nullopt;
  }
  parser.eager(true);
  if (const auto error = co_await parse_until(session, parser, &Parser::is_done))
    co_return refusal_of(error);
  co_return std::nullopt;
}

/// Parses what is there and reads on until the parser is as far as it is to come.
asio::awaitable<error_code> HttpServer::Shard::parse_until(SessionRef session, Parser& parser,
                                                           bool (Parser::*is_done)() const) {
  beast::flat_buffer& buffer = session->buffer;
  for (;;) {
    error_code error;
    if (buffer.size() != 0) buffer.consume(parser.put(buffer.data(), error));
    if (error && error != http::error::need_more) co_return error;
    if ((parser.*is_done)()) co_return error_code();
    const size_t most = parser.is_header_done() ? body_read_bytes : read_bytes;
    auto [read_error, size] = co_await session->socket.async_read_some(buffer.prepare(most), token);
    if (read_error == asio::error::eof) {
      const bool began = parser.got_some() || buffer.size() != 0;
      co_return began ? http::error::partial_message : http::error::end_of_stream;
    }
    if (read_error) co_return read_error;
    buffer.commit(size);
  }
}

/// Answers to what is not a POST.
std::optional<HttpMessage> HttpServer::Shard::answer_here(const Parser& parser) const {
  const auto& request = parser.get();
  if (request.method() == http::verb::post) return std::nullopt;
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    HttpMessage message =
        refusal(http::status::method_not_allowed, "only POST and GET are answered");
    message.allow = "GET, HEAD, POST";
    return message;
  }
  if (request.target() == "/") return HttpMessage{200, options.greeting, "text/plain"};
  return refusal(http::status::not_found, "there is nothing here");
}

/// Nothing if the client left before the answer.
asio::awaitable<std::optional<HttpMessage>> HttpServer::Shard::ask_handler(SessionRef session,
                                                                           std::string body) {
  const auto state = std::make_shared<Responder::State>(context);
  session->pending = state;
  session->deadline = Clock::time_point::max();
  handler(std::move(body), Responder(state));
  if (!state->message && !gone) {
    watch(session, state);
    while (!state->message && !state->gone) co_await state->changed.async_wait(token);
    session->socket.cancel(); // the watch
  }
  session->pending.reset();
  state->on_disconnect = nullptr;
  if (state->gone) co_return std::nullopt;
  state->gone = true;
  co_return std::move(state->message);
}

/// Tells `state` when the client closes its side; a further request that arrives early is left
/// alone.
void HttpServer::Shard::watch(const SessionRef& session, std::shared_ptr<Responder::State> state) {
  session->socket.async_wait(tcp::socket::wait_read, [session, state = std::move(state)](
                                                         const error_code& error) {
    if (error || state->message || state->gone) return;
    char byte;
    const ssize_t got = ::recv(session->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) state->leave();
  });
}

asio::awaitable<bool> HttpServer::Shard::send(SessionRef session, HttpMessage message,
                                              bool keep_alive, bool body_too) {
  const std::string header = header_of(message, keep_alive);
  if (!body_too) message.body.clear();
  std::array<asio::const_buffer, 2> parts = {asio::buffer(header), asio::buffer(message.body)};
  // Nearly always the socket takes it all at once.
  error_code error;
  size_t sent = session->socket.write_some(parts, error);
  if (error && error != asio::error::would_block) co_return false;
  if (sent == header.size() + message.body.size()) co_return true;
  for (asio::const_buffer& part : parts) {
    const size_t of_part = std::min(sent, part.size());
    part += of_part;
    sent -= of_part;
  }
  expire_after(*session, options.transfer_timeout);
  auto [rest_error, size] = co_await asio::async_write(session->socket, parts, token);
  co_return !rest_error;
}

/// Reads what the client still sends, for a moment: closing on unread bytes makes the kernel reset
/// the connection, and the client may lose the answer that it has not read yet.
asio::awaitable<void> HttpServer::Shard::linger(SessionRef session) {
  error_code ignored;
  session->socket.shutdown(tcp::socket::shutdown_send, ignored);
  expire_after(*session, std::chrono::seconds(2));
  std::array<char, 16384> sink;
  for (;;) {
    auto [error, size] = co_await session->socket.async_read_some(asio::buffer(sink), token);
    if (error) co_return;
  }
}

/// Has the session closed if it is not done with what it is at by then. That costs no timer of its
/// own: most deadlines are moved long before they come.
void HttpServer::Shard::expire_after(Session& session, Duration delay) {
  session.deadline = Clock::now() + delay;
  if (session.deadline < rings_at) ring_at(session.deadline);
}

void HttpServer::Shard::ring_at(Clock::time_point time) {
  rings_at = time;
  watchdog.expires_at(time);
  watchdog.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->close_late();
  });
}

void HttpServer::Shard::close_late() {
  const auto now = Clock::now();
  auto next = Clock::time_point::max();
  error_code ignored;
  for (const SessionRef& session : sessions) {
    if (session->deadline <= now)
      session->socket.close(ignored);
    else
      next = std::min(next, session->deadline);
  }
  rings_at = Clock::time_point::max();
  if (next != rings_at) ring_at(next);
}

void HttpServer::Shard::stop() {
  stopping = true;
  error_code ignored;
  for (const auto& session : sessions)
    if (!session->busy) session->socket.close(ignored);
}

void HttpServer::Shard::shut_down() {
  gone = stopping = true;
  error_code ignored;
  const auto ending = sessions; // a callback may end sessions
  for (const SessionRef& session : ending) {
    session->socket.close(ignored);
    if (const auto state = session->pending; state && !state->gone) state->leave();
  }
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  for (const auto& shard : impl_->shards) shard->shut_down();
  impl_->shards.clear(); // each ends before its loop does, not when the last of the server does
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(std::vector<Part> parts,
                                                       HttpServerOptions options) {
  auto impl = std::make_shared<Impl>(std::move(parts), options);
  if (const auto ok = impl->open(); !ok) return std::unexpected(ok.error());
  asio::co_spawn(impl->context, Impl::accept(impl), asio::detached);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop, HttpServerOptions options,
                                                       Handler handler) {
  std::vector<Part> parts;
  parts.push_back({&loop, std::move(handler)});
  return listen(std::move(parts), std::move(options));
}

uint16_t HttpServer::port() const {
  error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

size_t HttpServer::connections() const { return impl_->connections(); }

void HttpServer::stop() {
  error_code ignored;
  impl_->acceptor.close(ignored);
  impl_->shards[0]->stop();
  for (const auto& shard : impl_->shards | std::views::drop(1))
    asio::post(shard->context, [shard] { shard->stop(); });
}

} // namespace runahead
