#include "io/http_client.hpp"
#include "io/http_server.hpp"
#include "io/raw_peer_for_test.hpp"

#include <gtest/gtest.h>

#include <array>

namespace runahead {
namespace {

using namespace std::chrono_literals;

std::string post(std::string_view body, std::string_view extra = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra) + "\r\n" + std::string(body);
}

/// Runs the server's loop on this thread while `client` runs on another.
class HttpServerTest : public testing::Test {
protected:
  void listen(HttpServer::Handler handler, HttpServerOptions options = {}) {
    auto server = HttpServer::listen(loop_, std::move(options), std::move(handler));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  void echo(HttpServerOptions options = {}) {
    listen([](std::string body, Responder responder) { responder.answer(200, "echo " + body); },
           std::move(options));
  }
  void with_client(const std::function<void(RawConnection)>& client) {
    std::atomic<bool> done = false;
    std::thread thread([&] {
      client(RawConnection::to(server_->port()));
      done = true;
      loop_.post([] {});
    });
    EXPECT_TRUE(loop_.run_until([&] { return done.load(); }));
    thread.join();
  }
  /// What the server answers to these bytes until it closes.
  std::string exchange(std::string bytes) {
    std::string got;
    with_client([&](RawConnection connection) {
      connection.send(bytes);
      got = connection.receive_all();
    });
    return got;
  }

  EventLoop loop_;
  std::unique_ptr<HttpServer> server_;
};

constexpr std::string_view closing = "Connection: close\r\n";

TEST_F(HttpServerTest, AnswersPosts) {
  echo();
  const std::string got = exchange(post("hello", closing));
  EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\n")) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\necho hello")) << got;
  EXPECT_NE(got.find("Content-Type: application/json\r\n"), std::string::npos) << got;
  EXPECT_NE(got.find("Content-Length: 10\r\n"), std::string::npos) << got;
}

TEST_F(HttpServerTest, KeepsConnectionsAndTakesPipelinedRequests) {
  echo();
  with_client([&](RawConnection connection) {
    for (int i = 0; i < 3; ++i) {
      connection.send(post("a" + std::to_string(i)));
      EXPECT_NE(connection.receive_until("echo a" + std::to_string(i)).find("200"),
                std::string::npos);
    }
    connection.send(post("b1") + post("b2"));
    const std::string both = connection.receive_until("echo b2");
    EXPECT_LT(both.find("echo b1"), both.find("echo b2"));
  });
}

TEST_F(HttpServerTest, AnswersLaterFromTheLoop) {
  listen([&](std::string, Responder responder) {
    loop_.after(20ms, [responder = std::move(responder)]() mutable {
      responder.answer(201, "later", "text/plain");
      responder.answer(500, "only the first counts");
    });
  });
  const std::string got = exchange(post("", closing));
  EXPECT_TRUE(got.starts_with("HTTP/1.1 201 Created\r\n")) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\nlater")) << got;
}

TEST_F(HttpServerTest, OtherMethods) {
  echo({.greeting = "hi there\n"});
  EXPECT_TRUE(
      exchange("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\nhi there\n"));
  const std::string head = exchange("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 9"), std::string::npos) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  EXPECT_TRUE(exchange("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404"));
  const std::string put =
      exchange("PUT / HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
  EXPECT_TRUE(put.starts_with("HTTP/1.1 405")) << put;
  EXPECT_NE(put.find("Allow: GET, HEAD, POST\r\n"), std::string::npos) << put;
}

TEST_F(HttpServerTest, AGetKeepsTheConnection) {
  echo();
  with_client([&](RawConnection connection) {
    connection.send("GET / HTTP/1.1\r\n\r\n");
    connection.receive_until("POST requests here.\n");
    connection.send(post("x"));
    EXPECT_TRUE(connection.receive_until("echo x").ends_with("echo x"));
  });
}

TEST_F(HttpServerTest, LimitsBodies) {
  int asked = 0;
  listen(
      [&](std::string, Responder responder) {
        ++asked;
        responder.answer(200, "");
      },
      {.body_bytes = 1000});
  EXPECT_TRUE(exchange(post(std::string(1000, 'x'), closing)).starts_with("HTTP/1.1 200"));
  // Sent in full though nobody wants it: many clients read no answer before they have sent all.
  with_client([&](RawConnection connection) {
    EXPECT_TRUE(connection.send(post(std::string(30'000'000, 'x'), closing)));
    EXPECT_TRUE(connection.receive_all().starts_with("HTTP/1.1 413"));
  });
  EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                       std::string(1001, 'x') + "\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_EQ(asked, 1);
}

TEST_F(HttpServerTest, LimitsHeaders) {
  echo();
  EXPECT_TRUE(exchange("POST / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")
                  .starts_with("HTTP/1.1 431"));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  echo();
  EXPECT_TRUE(exchange("hello\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(
      exchange("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, ContinuesWhereAskedTo) {
  echo();
  with_client([&](RawConnection connection) {
    connection.send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    EXPECT_TRUE(connection.receive_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
    connection.send("body");
    EXPECT_TRUE(connection.receive_until("echo body").ends_with("echo body"));
  });
}

TEST_F(HttpServerTest, DroppedRespondersAnswer500) {
  listen([](std::string, Responder) {});
  EXPECT_TRUE(exchange(post("", closing)).starts_with("HTTP/1.1 500"));
  listen([](std::string, Responder first) {
    Responder other = std::move(first);
    other = Responder(nullptr); // assigning over it drops it too
    EXPECT_TRUE(other.disconnected());
  });
  EXPECT_TRUE(exchange(post("", closing)).starts_with("HTTP/1.1 500"));
}

TEST_F(HttpServerTest, NoticesClientsThatLeave) {
  std::optional<Responder> held;
  bool told = false;
  listen([&](std::string, Responder responder) {
    responder.on_disconnect([&] { told = true; });
    EXPECT_FALSE(responder.disconnected());
    held = std::move(responder);
    loop_.post([] {});
  });
  std::optional<RawConnection> client = RawConnection::to(server_->port());
  client->send(post("x"));
  ASSERT_TRUE(loop_.run_until([&] { return held.has_value(); }));
  client.reset();
  ASSERT_TRUE(loop_.run_until([&] { return told; }));
  EXPECT_TRUE(held->disconnected());
  held->answer(200, "too late");
  EXPECT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, ClosesIdleAndSlowConnections) {
  echo({.idle_timeout = 50ms, .transfer_timeout = 50ms});
  EXPECT_EQ(exchange(""), "");
  EXPECT_EQ(exchange("POST / HTTP/1.1\r\n"), "");
  EXPECT_EQ(exchange("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"), "");
  EXPECT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, LimitsConnections) {
  echo({.connections = 1});
  with_client([&](RawConnection first) {
    first.send(post("x"));
    first.receive_until("echo x");
    RawConnection second = RawConnection::to(server_->port());
    second.send(post("y"));
    EXPECT_TRUE(second.receive_all().starts_with("HTTP/1.1 503"));
    first.send(post("z"));
    EXPECT_TRUE(first.receive_until("echo z").ends_with("echo z"));
  });
}

TEST_F(HttpServerTest, StopsGracefully) {
  std::optional<Responder> held;
  listen([&](std::string, Responder responder) { held = std::move(responder); });
  RawConnection idle = RawConnection::to(server_->port()),
                busy = RawConnection::to(server_->port());
  busy.send(post("x"));
  ASSERT_TRUE(loop_.run_until([&] { return held && server_->connections() == 2; }));
  server_->stop();
  ASSERT_TRUE(loop_.run_until([&] { return server_->connections() == 1; }));
  EXPECT_EQ(idle.receive_all(), "");
  held->answer(200, "the last one");
  ASSERT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }));
  const std::string got = busy.receive_all();
  EXPECT_TRUE(got.ends_with("the last one")) << got;
  EXPECT_NE(got.find("Connection: close"), std::string::npos) << got;
}

TEST_F(HttpServerTest, DestructionMakesRespondersInert) {
  std::optional<Responder> held;
  bool told = false;
  listen([&](std::string, Responder responder) {
    responder.on_disconnect([&] { told = true; });
    held = std::move(responder);
  });
  RawConnection client = RawConnection::to(server_->port());
  client.send(post("x"));
  ASSERT_TRUE(loop_.run_until([&] { return held.has_value(); }));
  server_.reset();
  EXPECT_TRUE(told);
  EXPECT_TRUE(held->disconnected());
  held->answer(200, "nobody listens");
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(HttpServerTest, SpreadsClientsOverItsLoops) {
  EventLoop other;
  std::array<std::atomic<int>, 2> served{};
  std::vector<HttpServer::Part> parts;
  for (size_t i = 0; i < 2; ++i)
    parts.push_back({i == 0 ? &loop_ : &other, [&served, i](std::string, Responder responder) {
                       ++served[i];
                       responder.answer(200, std::to_string(i));
                     }});
  auto server = HttpServer::listen(std::move(parts), {});
  ASSERT_TRUE(server);
  server_ = std::move(*server);
  std::thread thread([&] { other.run(); });
  std::vector<RawConnection> clients;
  with_client([&](RawConnection first) {
    clients.push_back(std::move(first));
    while (clients.size() < 6) clients.push_back(RawConnection::to(server_->port()));
    for (RawConnection& client : clients) { // all are connected when the first is served
      client.send(post("x"));
      client.receive_until("\r\n\r\n");
    }
  });
  EXPECT_EQ(served[0], 3);
  EXPECT_EQ(served[1], 3);
  EXPECT_EQ(server_->connections(), 6u);
  server_->stop(); // on both
  EXPECT_TRUE(loop_.run_until([&] {
    loop_.after(1ms, [] {});
    return server_->connections() == 0;
  }));
  for (RawConnection& client : clients) client.receive_all();
  other.stop();
  thread.join();
  server_.reset(); // before its loop
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  echo();
  const auto taken = HttpServer::listen(loop_, {.port = server_->port()}, nullptr);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().message.find("Address already in use"), std::string::npos)
      << taken.error().message;
  EXPECT_FALSE(HttpServer::listen(loop_, {.address = "nowhere"}, nullptr));
}

} // namespace
} // namespace runahead
