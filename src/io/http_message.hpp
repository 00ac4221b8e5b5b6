// One answer of the HTTP server. Only for http_server.cpp, which is the only one to pay for the
// Boost headers it brings.
#pragma once

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace runahead {

/// Its header is written when it is sent.
struct HttpMessage {
  unsigned status = 200;
  std::string body;
  std::string content_type;
  std::string_view allow = {}; ///< the methods that would be answered, if that is what is wrong
};

/// Status line and fields, with the empty line behind them.
std::string header_of(const HttpMessage& message, bool keep_alive);

HttpMessage refusal(boost::beast::http::status status, std::string_view text);

/// What to say to a request that could not be read, or nothing if the connection is to be closed.
std::optional<HttpMessage> refusal_of(const boost::system::error_code& error);

} // namespace runahead
