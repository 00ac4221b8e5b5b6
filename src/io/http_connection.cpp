#include "io/http_connection.hpp"

#include "base/limits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

namespace runahead {
namespace {

using asio::ip::tcp;
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// The host as an address, if it is one.
std::optional<asio::ip::address> address_of(const std::string& host) {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  return error ? std::nullopt : std::optional(address);
}

} // namespace

HttpConnection::HttpConnection(asio::io_context& context, const Url& url, asio::ssl::context* tls)
    : context_(context), url_(url), tls_(tls), resolver_(context),
      stream_(std::in_place_index<0>, context) {}

void HttpConnection::renew_stream() {
  if (tls_)
    stream_.emplace<1>(Plain(context_), *tls_);
  else
    stream_.emplace<0>(context_);
  buffer_.clear();
  served = 0;
  closed_ = false;
}

void HttpConnection::close() {
  closed_ = true;
  resolver_.cancel();
  error_code ignored;
  socket().close(ignored);
}

bool HttpConnection::alive(Clock::time_point since) {
  if (!socket().is_open() || last_used < since) return false;
  char byte;
  const ssize_t got = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // Bytes that nobody asked for: a TLS session ticket is fine, an HTTP answer is not.
  if (got > 0) return tls_ != nullptr;
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<void> HttpConnection::shake_hands(Secure& stream) {
  stage_ = "agree on TLS";
  if (!address_of(url_.host) &&
      !SSL_set_tlsext_host_name(stream.native_handle(), url_.host.c_str()))
    co_return error.assign(EINVAL, boost::system::system_category());
  stream.set_verify_mode(asio::ssl::verify_peer, error);
  if (!error) stream.set_verify_callback(asio::ssl::host_name_verification(url_.host), error);
  if (error) co_return;
  std::tie(error) = co_await stream.async_handshake(asio::ssl::stream_base::client, token);
}

asio::awaitable<void> HttpConnection::connect() {
  if (const auto address = address_of(url_.host)) {
    stage_ = "connect";
    std::tie(error) = co_await socket().async_connect(tcp::endpoint(*address, url_.port), token);
    co_return;
  }
  stage_ = "resolve the host";
  tcp::resolver::results_type endpoints;
  std::tie(error, endpoints) = co_await resolver_.async_resolve(
      url_.host, std::to_string(url_.port), tcp::resolver::numeric_service, token);
  if (closed_) error = asio::error::operation_aborted; // closed after it was resolved
  if (error) co_return;
  stage_ = "connect";
  tcp::endpoint chosen;
  std::tie(error, chosen) = co_await asio::async_connect(socket(), endpoints, token);
}

asio::awaitable<void> HttpConnection::open() {
  renew_stream();
  co_await connect();
  if (closed_) error = asio::error::operation_aborted;
  if (error) co_return;
  error_code ignored; // slower without, no more
  socket().set_option(tcp::no_delay(true), ignored);
  if (stream_.index() == 1) co_await shake_hands(std::get<1>(stream_));
  last_used = Clock::now();
}

std::string HttpConnection::open_failure() const {
  std::string cause = "cannot " + stage_ + ": " + error.message();
  if (stream_.index() != 1) return cause;
  // native_handle is not const in this version of the library, though it changes nothing.
  const long verified =
      SSL_get_verify_result(const_cast<Secure&>(std::get<1>(stream_)).native_handle());
  if (verified != X509_V_OK)
    cause += " (" + std::string(X509_verify_cert_error_string(verified)) + ")";
  return cause;
}

template <class Stream>
asio::awaitable<HttpExchange>
HttpConnection::exchange_on(Stream& stream, const http::request<http::string_body>& request,
                            uint64_t response_bytes) {
  HttpExchange result;
  auto [write_error, written] = co_await http::async_write(stream, request, token);
  // A server that refuses a request may answer and close before it has read all of it: so the
  // answer is looked for in any case.
  for (;;) {
    http::response_parser<http::string_body> parser;
    parser.header_limit(static_cast<uint32_t>(limits::http_header_bytes));
    parser.body_limit(response_bytes);
    auto [read_error, read] = co_await http::async_read(stream, buffer_, parser, token);
    result.no_byte_came = !parser.got_some() && buffer_.size() == 0;
    result.error = read_error && write_error ? write_error : read_error;
    if (result.error) co_return result;
    if (parser.get().result_int() / 100 == 1) continue; // 100 Continue and the like: not the answer
    result.keep_alive = !write_error && parser.keep_alive() && buffer_.size() == 0;
    result.response = parser.release();
    co_return result;
  }
}

asio::awaitable<HttpExchange>
HttpConnection::exchange(const http::request<http::string_body>& request, uint64_t response_bytes) {
  HttpExchange result = stream_.index() == 0
                            ? co_await exchange_on(std::get<0>(stream_), request, response_bytes)
                            : co_await exchange_on(std::get<1>(stream_), request, response_bytes);
  last_used = Clock::now();
  if (!result.error) ++served;
  co_return result;
}

} // namespace runahead
