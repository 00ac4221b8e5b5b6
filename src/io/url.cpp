#include "io/url.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <charconv>

namespace runahead {
namespace {

constexpr uint16_t http_port = 80, https_port = 443;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0)
      return fail("the URL's user or password has a % that two hex digits do not follow");
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j) out += j <= count ? alphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return hex_digit(c) >= 0 || c == ':' || c == '.';
  });
}

/// `host:port`, `[address]:port`, or either without the port.
Result<void> read_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == text.npos || !is_ipv6(text.substr(1, end - 1)))
      return fail("the URL's address in brackets is not an IPv6 address");
    url.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && port[0] != ':') return fail("the URL has text behind its host");
  } else {
    const size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    if (colon != text.npos) port = text.substr(colon);
    if (!is_host_name(url.host)) return fail("the URL has no valid host name");
  }
  url.port = url.tls ? https_port : http_port;
  if (port.empty()) return {};
  port.remove_prefix(1);
  const auto [rest, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error != std::errc{} || rest != port.data() + port.size() || url.port == 0)
    return fail("the URL's port is not a number from 1 to 65535");
  return {};
}

} // namespace

std::string Url::host_header() const {
  std::string out = host.find(':') == host.npos ? host : "[" + host + "]";
  if (port != (tls ? https_port : http_port)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::redacted() const { return (tls ? "https://" : "http://") + host_header(); }

Result<Url> parse_url(std::string_view text) {
  Url url;
  url.tls = text.starts_with("https://");
  if (!url.tls && !text.starts_with("http://"))
    return fail("a URL must start with http:// or https://");
  text.remove_prefix(url.tls ? 8 : 7);
  if (!printable(text)) return fail("the URL has a blank or a character that is not ASCII");
  text = text.substr(0, text.find('#'));
  const size_t authority_end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, authority_end);
  if (const size_t at = authority.rfind('@'); at != authority.npos) {
    const auto user = percent_decode(authority.substr(0, at));
    if (!user) return std::unexpected(user.error());
    // RFC 7617 wants a colon between user and password, also where one of them is empty.
    url.authorization = "Basic " + base64(user->find(':') == user->npos ? *user + ":" : *user);
    authority.remove_prefix(at + 1);
  }
  if (const auto ok = read_authority(authority, url); !ok) return std::unexpected(ok.error());
  const std::string_view target = text.substr(authority_end);
  url.target = (target.starts_with('/') ? "" : "/") + std::string(target);
  return url;
}

} // namespace runahead
