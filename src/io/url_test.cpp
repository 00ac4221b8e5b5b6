#include "io/url.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(Url, Parts) {
  const auto url = parse_url("https://node.example:8443/v3/secret-token?key=abc#fragment");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "node.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/v3/secret-token?key=abc");
  EXPECT_EQ(url->authorization, "");
  EXPECT_EQ(url->redacted(), "https://node.example:8443");
  EXPECT_EQ(url->host_header(), "node.example:8443");
}

TEST(Url, Defaults) {
  EXPECT_EQ(parse_url("http://localhost")->port, 80);
  EXPECT_EQ(parse_url("https://localhost")->port, 443);
  EXPECT_EQ(parse_url("http://localhost")->target, "/");
  EXPECT_EQ(parse_url("http://localhost?a=b")->target, "/?a=b");
  EXPECT_EQ(parse_url("https://localhost:443/x")->redacted(), "https://localhost");
}

TEST(Url, Ipv6) {
  const auto url = parse_url("http://[::1]:8545/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8545);
  EXPECT_EQ(url->redacted(), "http://[::1]:8545");
}

TEST(Url, CredentialsBecomeBasicAuthorization) {
  // RFC 7617's example.
  const auto url = parse_url("http://Aladdin:open%20sesame@host/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(url->redacted(), "http://host");
  EXPECT_EQ(parse_url("http://u@host")->authorization, "Basic dTo=");
  EXPECT_EQ(parse_url("http://a:b@c:p@host")->authorization, "Basic YTpiQGM6cA==");
}

TEST(Url, RefusalsShowNoSecret) {
  for (const char* text :
       {"", "secret", "ftp://secret", "ws://secret:secret@h", "http://", "http://secret:secret@",
        "http://secret:secret@host:0", "http://secret:secret@host:65536", "http://host:12x/secret",
        "http://host:/secret", "http://ho st/secret", "http://[secret]/", "http://[::1]x/secret",
        "http://%zzsecret:x@host", "http://secret%4@host", "http://h\xc3\xa9/secret",
        "http://secret!name/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos) << url.error().message;
  }
}

} // namespace
} // namespace runahead
