// Addresses of HTTP servers, with the secrets that people put into them kept apart.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace runahead {

struct Url {
  bool tls = false;
  std::string host; ///< name or address; an IPv6 address without its brackets
  uint16_t port = 0;
  std::string target = "/";  ///< path and query as sent; may hold a secret
  std::string authorization; ///< value of the Authorization header, or empty; a secret

  /// `scheme://host:port`, the port left out where it is the scheme's own: fit for messages.
  std::string redacted() const;
  /// What the Host header says.
  std::string host_header() const;
};

/// `http[s]://[user:password@]host[:port][/path][?query]`; a fragment is dropped. User and password
/// may be percent-encoded and become HTTP basic authorization (RFC 7617). Errors show no part of
/// the text behind the scheme.
Result<Url> parse_url(std::string_view text);

} // namespace runahead
