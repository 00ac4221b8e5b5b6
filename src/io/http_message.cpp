#include "io/http_message.hpp"

namespace runahead {

namespace http = boost::beast::http;

std::string header_of(const HttpMessage& message, bool keep_alive) {
  const auto reason = http::obsolete_reason(http::int_to_status(message.status));
  std::string header = "HTTP/1.1 " + std::to_string(message.status) + " ";
  header.append(reason.data(), reason.size());
  const auto field = [&header](std::string_view name, std::string_view value) {
    header.append("\r\n").append(name).append(": ").append(value);
  };
  field("Content-Type", message.content_type);
  if (!message.allow.empty()) field("Allow", message.allow);
  if (!keep_alive) field("Connection", "close");
  field("Content-Length", std::to_string(message.body.size()));
  return header += "\r\n\r\n";
}

HttpMessage refusal(http::status status, std::string_view text) {
  return {static_cast<unsigned>(status), std::string(text) + "\n", "text/plain"};
}

std::optional<HttpMessage> refusal_of(const boost::system::error_code& error) {
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

} // namespace runahead
