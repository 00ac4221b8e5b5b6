#include "io/http_client.hpp"
#include "io/http_server.hpp"
#include "io/raw_peer_for_test.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

constexpr Duration long_enough = 5s;

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

class HttpClientTest : public testing::Test {
protected:
  std::unique_ptr<HttpClient> client_to(const std::string& url, HttpClientOptions options = {}) {
    auto client = HttpClient::create(loop_, url, options);
    EXPECT_TRUE(client) << client.error().message;
    return std::move(*client);
  }

  HttpResult post(HttpClient& client, std::string body, Duration timeout = long_enough) {
    std::optional<HttpResult> result;
    client.post(std::move(body), {}, timeout, [&](HttpResult got) { result = std::move(got); });
    EXPECT_FALSE(result) << "a callback must not run inside post";
    EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }));
    return std::move(*result);
  }

  std::unique_ptr<HttpServer> echo() {
    auto server = HttpServer::listen(loop_, {}, [](std::string body, Responder responder) {
      responder.answer(200, "echo " + body);
    });
    EXPECT_TRUE(server);
    return std::move(*server);
  }
  static std::string url_of(const HttpServer& server) {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }

  EventLoop loop_;
};

TEST_F(HttpClientTest, PostsAndKeepsTheConnection) {
  const auto server = echo();
  const auto client = client_to(url_of(*server));
  for (int i = 0; i < 5; ++i) {
    const HttpResult result = post(*client, "hello " + std::to_string(i));
    ASSERT_TRUE(result) << result.error().cause;
    EXPECT_EQ(result->status, 200u);
    EXPECT_EQ(result->body, "echo hello " + std::to_string(i));
  }
  EXPECT_EQ(client->stats().connections, 1u);
  EXPECT_EQ(client->stats().requests, 5u);
}

TEST_F(HttpClientTest, SendsAWholeRequest) {
  std::string seen;
  RawPeer peer([&](RawConnection connection, int) {
    seen = connection.receive_until("the body");
    connection.send(ok("fine"));
  });
  std::string url = peer.url();
  url.insert(7, "Aladdin:open%20sesame@");
  const auto client = client_to(url + "/v3/key?a=b");
  std::optional<HttpResult> result;
  client->post("the body", {{"X-Extra", "yes"}}, long_enough,
               [&](HttpResult got) { result = std::move(got); });
  ASSERT_TRUE(loop_.run_until([&] { return result.has_value(); }));
  ASSERT_TRUE(*result) << result->error().cause;
  EXPECT_EQ((*result)->body, "fine");
  EXPECT_TRUE(seen.starts_with("POST /v3/key?a=b HTTP/1.1\r\n")) << seen;
  for (const std::string& line : {"Host: 127.0.0.1:" + std::to_string(peer.port()),
                                  std::string("Content-Type: application/json"),
                                  std::string("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
                                  std::string("X-Extra: yes"), std::string("Content-Length: 8")})
    EXPECT_NE(seen.find("\r\n" + line + "\r\n"), std::string::npos) << line << "\n" << seen;
  EXPECT_EQ(client->redacted_url(), peer.url());
}

TEST_F(HttpClientTest, RunsRequestsInParallelUpToTheLimit) {
  std::vector<Responder> held;
  auto server = HttpServer::listen(
      loop_, {}, [&](std::string, Responder responder) { held.push_back(std::move(responder)); });
  const auto client = client_to(url_of(**server), {.connections = 3});
  int done = 0;
  for (int i = 0; i < 7; ++i)
    client->post("x", {}, long_enough, [&](HttpResult result) {
      EXPECT_TRUE(result);
      ++done;
    });
  ASSERT_TRUE(loop_.run_until([&] { return held.size() == 3; }));
  EXPECT_EQ((*server)->connections(), 3u);
  while (done < 7) {
    for (Responder& responder : std::exchange(held, {})) responder.answer(200, "y");
    ASSERT_TRUE(loop_.run_until([&] { return !held.empty() || done == 7; }));
    EXPECT_LE(held.size(), 3u);
  }
  EXPECT_EQ(client->stats().connections, 3u);
}

TEST_F(HttpClientTest, WarmOpensConnectionsAhead) {
  const auto server = echo();
  const auto client = client_to(url_of(*server), {.connections = 4});
  client->warm(9);
  ASSERT_TRUE(loop_.run_until([&] { return client->stats().connections == 4; }));
  ASSERT_TRUE(loop_.run_until([&] { return server->connections() == 4; }));
  EXPECT_TRUE(post(*client, "x"));
  EXPECT_EQ(client->stats().connections, 4u);
}

TEST_F(HttpClientTest, RetriesAKeptConnectionThatWasClosed) {
  // Closes each connection after its first answer, at the moment the next request arrives.
  RawPeer peer([](RawConnection connection, int n) {
    connection.receive_until("}");
    connection.send(ok("answer " + std::to_string(n)));
    connection.receive_until("}");
  });
  const auto client = client_to(peer.url());
  EXPECT_EQ(post(*client, "{1}")->body, "answer 0");
  const HttpResult second = post(*client, "{2}");
  ASSERT_TRUE(second) << second.error().cause;
  EXPECT_EQ(second->body, "answer 1");
  EXPECT_EQ(client->stats().retries, 1u);
  EXPECT_EQ(peer.accepted(), 2);
}

TEST_F(HttpClientTest, DoesNotRetryAFreshConnection) {
  RawPeer peer([](RawConnection connection, int) { connection.receive_until("}"); });
  const auto client = client_to(peer.url());
  const HttpResult result = post(*client, "{1}");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().transient);
  EXPECT_NE(result.error().cause.find("closed before the answer"), std::string::npos)
      << result.error().cause;
  EXPECT_EQ(peer.accepted(), 1);
}

TEST_F(HttpClientTest, DoesNotRetryOnceTheAnswerBegan) {
  RawPeer peer([](RawConnection connection, int) {
    connection.receive_until("}");
    connection.send(ok("first"));
    connection.receive_until("}");
    connection.send("HTTP/1.1 200 OK\r\nContent-Len");
  });
  const auto client = client_to(peer.url());
  EXPECT_TRUE(post(*client, "{1}"));
  const HttpResult result = post(*client, "{2}");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().transient);
  EXPECT_EQ(client->stats().retries, 0u);
}

TEST_F(HttpClientTest, NoticesIdleConnectionsThatWereClosed) {
  std::atomic<bool> closed = false;
  RawPeer peer([&](RawConnection connection, int n) {
    connection.receive_until("}");
    connection.send(ok("answer " + std::to_string(n)));
    connection.close();
    closed = true;
  });
  const auto client = client_to(peer.url());
  EXPECT_EQ(post(*client, "{1}")->body, "answer 0");
  while (!closed) std::this_thread::yield();
  EXPECT_EQ(post(*client, "{2}")->body, "answer 1");
  EXPECT_EQ(client->stats().retries, 0u) << "the closed connection should not have been tried";
}

TEST_F(HttpClientTest, HonoursConnectionClose) {
  RawPeer peer([](RawConnection connection, int n) {
    connection.receive_until("}");
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end " +
                    std::to_string(n));
  });
  const auto client = client_to(peer.url());
  EXPECT_EQ(post(*client, "{1}")->body, "until the end 0");
  EXPECT_EQ(post(*client, "{2}")->body, "until the end 1");
  EXPECT_EQ(client->stats().retries, 0u);
}

TEST_F(HttpClientTest, ReadsChunksAndSkips100) {
  RawPeer peer([](RawConnection connection, int) {
    connection.receive_until("}");
    connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n4\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n");
    connection.receive_until("}");
  });
  EXPECT_EQ(post(*client_to(peer.url()), "{1}")->body, "abcdef");
}

TEST_F(HttpClientTest, TimesOutAndGoesOn) {
  RawPeer peer([](RawConnection connection, int n) {
    connection.receive_until("}");
    if (n > 0) connection.send(ok("late but there"));
    connection.receive_all();
  });
  const auto client = client_to(peer.url());
  const Duration start = loop_.now();
  const HttpResult result = post(*client, "{1}", 50ms);
  EXPECT_GE(loop_.now() - start, 50ms);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().transient);
  EXPECT_EQ(result.error().cause, "no answer within 50ms");
  EXPECT_EQ(post(*client, "{2}")->body, "late but there");
}

TEST_F(HttpClientTest, TimesOutWhileWaitingForAConnection) {
  RawPeer peer([](RawConnection connection, int) { connection.receive_all(); });
  const auto client = client_to(peer.url(), {.connections = 1});
  bool first_done = false;
  client->post("{1}", {}, 300ms, [&](HttpResult) { first_done = true; });
  const HttpResult second = post(*client, "{2}", 50ms);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().cause, "no connection within 50ms");
  EXPECT_FALSE(first_done);
  EXPECT_TRUE(loop_.run_until([&] { return first_done; }));
}

TEST_F(HttpClientTest, RefusedConnectionIsTransient) {
  uint16_t port;
  {
    port = RawPeer([](RawConnection, int) {}).port();
  } // nobody listens there now
  const auto client = client_to("http://u:secret@127.0.0.1:" + std::to_string(port) + "/secret");
  const HttpResult result = post(*client, "{}");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().transient);
  EXPECT_EQ(result.error().cause, "cannot connect: Connection refused");
}

TEST_F(HttpClientTest, EachWaitingRequestHasItsOwnAttempt) {
  uint16_t port;
  {
    port = RawPeer([](RawConnection, int) {}).port();
  }
  const auto client = client_to("http://127.0.0.1:" + std::to_string(port), {.connections = 2});
  int failed = 0;
  for (int i = 0; i < 10; ++i)
    client->post("{}", {}, long_enough, [&](HttpResult result) { failed += !result; });
  EXPECT_TRUE(loop_.run_until([&] { return failed == 10; }));
}

TEST_F(HttpClientTest, UnknownHostsAreNamed) {
  const HttpResult result = post(*client_to("http://no-such-host.invalid"), "{}");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().cause.starts_with("cannot resolve the host: "))
      << result.error().cause;
}

TEST_F(HttpClientTest, NotHttpIsPermanent) {
  RawPeer peer([](RawConnection connection, int) {
    connection.receive_until("}");
    connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });
  const HttpResult result = post(*client_to(peer.url()), "{}");
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().transient);
  EXPECT_NE(result.error().cause.find("not valid HTTP"), std::string::npos) << result.error().cause;
}

TEST_F(HttpClientTest, LongAnswersAreRefused) {
  RawPeer peer([](RawConnection connection, int n) {
    connection.receive_until("}");
    connection.send(n == 0 ? ok(std::string(1001, 'x'))
                           : "HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'));
    connection.close_sending();
    connection.receive_all();
  });
  const auto client = client_to(peer.url(), {.response_bytes = 1000});
  for (int i = 0; i < 2; ++i) {
    const HttpResult result = post(*client, "{}");
    ASSERT_FALSE(result) << i;
    EXPECT_FALSE(result.error().transient);
    EXPECT_EQ(result.error().cause, "the answer is longer than 1000 bytes");
  }
}

TEST_F(HttpClientTest, CutOffAnswersAreTransient) {
  RawPeer peer([](RawConnection connection, int n) {
    connection.receive_until("}");
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    if (n == 1) connection.reset();
  });
  const auto client = client_to(peer.url());
  for (int i = 0; i < 2; ++i) {
    const HttpResult result = post(*client, "{}");
    ASSERT_FALSE(result);
    EXPECT_TRUE(result.error().transient) << result.error().cause;
  }
}

TEST_F(HttpClientTest, StatusIsTheCallersBusiness) {
  RawPeer peer([](RawConnection connection, int) {
    connection.receive_until("}");
    connection.send("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow");
  });
  const HttpResult result = post(*client_to(peer.url()), "{}");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 429u);
  EXPECT_EQ(result->body, "slow");
}

TEST_F(HttpClientTest, TellsHowLongToWait) {
  const std::pair<const char*, std::optional<Duration>> cases[] = {
      {"", std::nullopt},
      {"Retry-After: 7\r\n", 7s},
      {"retry-after: 0\r\n", 0s},
      {"Retry-After: 99999999999999999999\r\n", 24h},
      {"Retry-After: -3\r\n", std::nullopt},
      {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", std::nullopt},
  };
  for (const auto& [header, wait] : cases) {
    RawPeer peer([&](RawConnection connection, int) {
      connection.receive_until("x");
      connection.send("HTTP/1.1 429 Slow Down\r\n" + std::string(header) +
                      "Content-Length: 0\r\n\r\n");
    });
    const auto client = client_to(peer.url());
    const HttpResult result = post(*client, "x");
    ASSERT_TRUE(result) << result.error().cause;
    EXPECT_EQ(result->status, 429u);
    EXPECT_EQ(result->retry_after, wait) << header;
  }
}

TEST_F(HttpClientTest, ADestroyedClientCallsNothing) {
  for (const bool under_way : {false, true}) {
    std::atomic<bool> received = false;
    RawPeer peer([&](RawConnection connection, int) {
      connection.receive_until("}");
      received = true;
      loop_.post([] {});
      connection.receive_all();
    });
    bool called = false;
    auto token = std::make_shared<int>();
    {
      const auto client = client_to(peer.url(), {.connections = 1});
      for (int i = 0; i < 3; ++i)
        client->post("{}", {}, long_enough, [&called, token](HttpResult) { called = true; });
      client->warm(1);
      if (under_way) ASSERT_TRUE(loop_.run_until([&] { return received.load(); }));
    }
    bool ticked = false;
    loop_.after(20ms, [&] { ticked = true; });
    EXPECT_TRUE(loop_.run_until([&] { return ticked; }));
    EXPECT_FALSE(called);
    EXPECT_EQ(token.use_count(), 1) << "callbacks must be dropped with the client";
  }
}

TEST_F(HttpClientTest, ACallbackMayDestroyItsClient) {
  const auto server = echo();
  auto client = client_to(url_of(*server));
  bool done = false;
  client->post("{}", {}, long_enough, [&](HttpResult) {
    client.reset();
    done = true;
  });
  EXPECT_TRUE(loop_.run_until([&] { return done; }));
}

TEST_F(HttpClientTest, BadUrlsAreRefused) { EXPECT_FALSE(HttpClient::create(loop_, "node:8545")); }

} // namespace
} // namespace runahead
