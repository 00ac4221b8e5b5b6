// An HTTP/1.1 client for one URL, made for many small POST requests that must not wait for a
// connection: connections are kept alive, shared, and may be opened before they are needed.
#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "io/event_loop.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runahead {

struct HttpResponse {
  unsigned status = 0;
  std::string body;
  /// What the header Retry-After asks for in seconds (RFC 9110); a date there counts as nothing.
  std::optional<Duration> retry_after;
};

/// No answer came, or none that is HTTP.
struct HttpFailure {
  std::string cause;      ///< one sentence without secrets
  bool transient = false; ///< asking again may succeed (time-out, refused connection)
  bool too_large = false; ///< the answer is longer than allowed
};

using HttpResult = std::expected<HttpResponse, HttpFailure>;
using HttpCallback = std::move_only_function<void(HttpResult)>;
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpClientOptions {
  size_t connections = limits::source_connections; ///< at most; further requests wait for one
  size_t response_bytes = limits::response_bytes;  ///< a longer body is a failure
  Duration connect_timeout = std::chrono::seconds(10);
  /// A connection unused for longer is not trusted to be alive and is replaced.
  Duration idle_limit = std::chrono::seconds(50);
};

/// Used from the loop's thread only. Callbacks run on the loop, never inside `post`, each exactly
/// once, but not at all once the client is destroyed. https verifies the certificate and the host
/// name against the system's store.
class HttpClient {
public:
  /// What it did so far.
  struct Stats {
    uint64_t requests = 0;
    uint64_t connections = 0; ///< opened, successfully
    uint64_t retries = 0;     ///< requests sent again as their kept-alive connection was gone
  };

  /// `loop` must outlive it. Connects to nothing yet.
  static Result<std::unique_ptr<HttpClient>> create(EventLoop& loop, std::string_view url,
                                                    HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends `body` as application/json; `headers` are added. `timeout` counts from now and covers
  /// waiting for a connection too. A kept-alive connection that turns out to have been closed
  /// before any byte of the answer came is replaced, once, by a fresh one.
  void post(std::string body, HttpHeaders headers, Duration timeout, HttpCallback callback);

  /// Opens connections until there are `count`, so that as many requests need no handshake first.
  void warm(size_t count);

  /// scheme://host:port, fit for messages.
  std::string_view redacted_url() const;

  const Stats& stats() const;

private:
  struct Impl;
  explicit HttpClient(std::shared_ptr<Impl> impl);

  std::shared_ptr<Impl> impl_; ///< shared with what is under way on the loop
};

} // namespace runahead
