// One client connection, plain or TLS. Only for http_client.cpp, which is the only one to pay for
// the Boost headers it brings.
#pragma once

#include "io/url.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <variant>

namespace runahead {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

/// What happened to one request on one connection.
struct HttpExchange {
  error_code error;
  http::response<http::string_body> response; ///< if there is no error
  bool keep_alive = false;                    ///< the connection takes a further request
  bool no_byte_came = false;                  ///< it broke before the answer began
};

class HttpConnection {
public:
  using Clock = std::chrono::steady_clock;

  HttpConnection(asio::io_context& context, const Url& url, asio::ssl::context* tls);

  /// Resolves, connects and, for https, shakes hands; from any state. The outcome stands in
  /// `error`.
  asio::awaitable<void> open();
  /// Sends the request and reads the whole answer. REQUIRES: open, nothing else under way.
  asio::awaitable<HttpExchange> exchange(const http::request<http::string_body>& request,
                                         uint64_t response_bytes);

  /// Ends whatever is under way with an error.
  void close();
  /// False if the peer has closed it, as far as the kernel knows, or it was used last before
  /// `since`.
  bool alive(Clock::time_point since);

  /// Why `open` failed, with what certificate verification found wrong.
  std::string open_failure() const;

  error_code error;    ///< of the last `open`
  uint64_t served = 0; ///< answers since it was opened
  Clock::time_point last_used{};

private:
  using Plain = asio::ip::tcp::socket;
  using Secure = asio::ssl::stream<Plain>;

  Plain& socket() {
    return stream_.index() == 0 ? std::get<0>(stream_) : std::get<1>(stream_).next_layer();
  }
  void renew_stream();
  asio::awaitable<void> connect();
  asio::awaitable<void> shake_hands(Secure& stream);
  template <class Stream>
  asio::awaitable<HttpExchange> exchange_on(Stream& stream,
                                            const http::request<http::string_body>& request,
                                            uint64_t response_bytes);

  asio::io_context& context_;
  const Url& url_;
  asio::ssl::context* tls_; ///< null for http
  asio::ip::tcp::resolver resolver_;
  std::variant<Plain, Secure> stream_;
  boost::beast::flat_buffer buffer_;
  bool closed_ = false; ///< since the last `open` began: what is under way must not go on
  std::string stage_;   ///< what `open` was at: `resolve the host`, `connect`, …
};

} // namespace runahead
