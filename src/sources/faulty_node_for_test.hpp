// A node for tests that fails in every way nodes and networks do, as a seed decides: byte by byte,
// on a thread of its own.
#pragma once

#include "base/random.hpp"
#include "sources/fake_node_for_test.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <thread>

namespace runahead {

enum class NodeFault : uint8_t {
  none,
  drop,           ///< closes without an answer
  stall,          ///< never answers
  limit_and_wait, ///< HTTP status 429 with Retry-After
  limit,          ///< HTTP status 429 without
  limit_items,    ///< an error of some items in an answer of status 200
  broken_gateway, ///< HTTP status 502
  truncate,       ///< closes in the middle of the answer
  cut_json,       ///< a whole answer of half the JSON
  mistype,        ///< results of another type
  wrong_ids,
  lose_items,
  wrong_block, ///< blocks of other numbers
  stale,       ///< does not know the pinned block
  oversize,    ///< more bytes than are taken
  count,
};

/// Which share of the requests ends how.
struct FaultShares {
  std::array<double, static_cast<size_t>(NodeFault::count)> of{};
  double& operator[](NodeFault fault) { return of[static_cast<size_t>(fault)]; }
};

class FaultyNode {
public:
  using Json = nlohmann::json;

  /// `answers` is used by the node's thread only, from now on.
  FaultyNode(FakeAnswers& answers, const FaultShares& shares, uint64_t seed, size_t oversize_bytes)
      : answers_(answers), shares_(shares), random_(seed), oversize_bytes_(oversize_bytes) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 128) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~FaultyNode() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }
  FaultyNode(const FaultyNode&) = delete;
  FaultyNode& operator=(const FaultyNode&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// Requests that ended so. Once no more come.
  uint64_t count(NodeFault fault) const { return counts_[static_cast<size_t>(fault)]; }

  /// Until it is set, nothing fails.
  std::atomic<bool> fails = false;

private:
  struct Client {
    int fd;
    std::string input;
  };

  void run() {
    while (!stop_) {
      std::vector<pollfd> fds = {{listener_, POLLIN, 0}};
      for (const Client& client : clients_) fds.push_back({client.fd, POLLIN, 0});
      if (poll(fds.data(), fds.size(), 20) <= 0) continue;
      size_t i = 1;
      for (auto client = clients_.begin(); client != clients_.end(); ++i) {
        const bool goes_on = fds[i].revents == 0 || serve(*client);
        if (!goes_on) close(client->fd);
        client = goes_on ? std::next(client) : clients_.erase(client);
      }
      if (fds[0].revents != 0) clients_.push_back({accept(listener_, nullptr, nullptr), {}});
    }
    for (const Client& client : clients_) close(client.fd);
  }

  /// False once the connection is to be closed.
  bool serve(Client& client) {
    char buffer[65536];
    const ssize_t size = recv(client.fd, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    client.input.append(buffer, static_cast<size_t>(size));
    const size_t header_end = client.input.find("\r\n\r\n");
    if (header_end == std::string::npos) return true;
    constexpr std::string_view length_field = "Content-Length: ";
    const size_t length_at = client.input.find(length_field);
    const size_t body_size = std::stoul(client.input.substr(length_at + length_field.size(), 10));
    if (client.input.size() < header_end + 4 + body_size) return true;
    const Json request = Json::parse(client.input.substr(header_end + 4, body_size));
    client.input.clear();
    return answer(client, request);
  }

  NodeFault draw() {
    NodeFault drawn = NodeFault::none;
    double chance = random_.fraction();
    for (size_t i = 1; i < shares_.of.size() && fails; ++i) {
      chance -= shares_.of[i];
      if (chance < 0) {
        drawn = static_cast<NodeFault>(i);
        break;
      }
    }
    ++counts_[static_cast<size_t>(drawn)];
    return drawn;
  }

  bool answer(Client& client, const Json& request) {
    const NodeFault fault = draw();
    if (fault == NodeFault::drop) return false;
    if (fault == NodeFault::stall) return true;
    if (fault == NodeFault::limit_and_wait) return send(client, 429, "", "Retry-After: 0\r\n");
    if (fault == NodeFault::limit) return send(client, 429, "");
    if (fault == NodeFault::broken_gateway) return send(client, 502, "<html>");
    Json out = answers_.answer(request);
    if (out.is_array())
      for (Json& item : out) spoil(item, fault);
    else
      spoil(out, fault);
    if (fault == NodeFault::lose_items && out.is_array()) out.erase(random_.below(out.size()));
    std::string body = out.dump();
    if (fault == NodeFault::cut_json) body.resize(body.size() / 2);
    if (fault == NodeFault::oversize) body.insert(0, oversize_bytes_, ' ');
    return send(client, 200, body, "", fault == NodeFault::truncate ? body.size() / 2 : SIZE_MAX);
  }

  void spoil(Json& item, NodeFault fault) {
    const auto error = [&](int code, const char* message) {
      item.erase("result");
      item["error"] = {{"code", code}, {"message", message}};
    };
    if (fault == NodeFault::limit_items && random_.chance(0.5)) error(-32005, "limit exceeded");
    if (fault == NodeFault::stale) error(-32000, "header not found");
    if (fault == NodeFault::wrong_ids) item["id"] = item["id"].get<uint64_t>() + 1'000'000;
    if (fault == NodeFault::mistype && random_.chance(0.5)) {
      const std::array<Json, 5> others = {Json(nullptr), Json(7), Json("0xzz"), Json::object(),
                                          Json::array({"0x1"})};
      item["result"] = others[random_.below(others.size())];
    }
    if (fault == NodeFault::wrong_block && item["result"].is_object() &&
        item["result"].contains("parentHash"))
      item["result"] = FakeAnswers::block(3);
  }

  /// Sends so many bytes of the body; then the connection ends.
  bool send(Client& client, int status, const std::string& body, const std::string& headers = "",
            size_t most = SIZE_MAX) {
    const std::string text = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\n" + headers +
                             "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                             body.substr(0, most);
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t size = ::send(client.fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (size <= 0) return false;
      sent += static_cast<size_t>(size);
    }
    return most == SIZE_MAX;
  }

  FakeAnswers& answers_;
  FaultShares shares_;
  Random random_;
  const size_t oversize_bytes_;
  std::array<uint64_t, static_cast<size_t>(NodeFault::count)> counts_{};
  int listener_ = -1;
  uint16_t port_ = 0;
  std::list<Client> clients_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

} // namespace runahead
