// A client that keeps a server busy: posts one body again and again over a fixed number of
// connections, each with one request under way, and measures how long the answers take. It does
// as little as a client can, for it shares the machine with the server that it measures.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "warm_load: %s\n", what.c_str());
  std::exit(1);
}

[[noreturn]] void die_of_errno(const std::string& what) { die(what + ": " + std::strerror(errno)); }

struct Plan {
  uint16_t port = 0;
  std::string request; ///< header and body
  size_t connections = 0;
  Clock::duration duration{};
};

uint64_t number_of(std::string_view name, std::string_view text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    die(std::string(name) + ": expected a number from " + std::to_string(least) + " to " +
        std::to_string(most) + ", got '" + std::string(text) + "'");
  return number;
}

Plan plan_of(int count, char** words) {
  if (count != 5) {
    std::fprintf(stderr, "usage: warm_load PORT BODY_FILE CONNECTIONS MILLISECONDS\n");
    std::exit(2);
  }
  Plan plan;
  plan.port = static_cast<uint16_t>(number_of("PORT", words[1], 1, 65535));
  std::ifstream file(words[2], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  if (!file || body.empty()) die(std::string("cannot read ") + words[2]);
  plan.connections = number_of("CONNECTIONS", words[3], 1, 1000);
  plan.duration = std::chrono::milliseconds(number_of("MILLISECONDS", words[4], 1, 600'000));
  plan.request =
      "POST / HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(plan.port) +
      "\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  return plan;
}

/// Takes the bytes of one answer as they come.
class AnswerReader {
public:
  /// Where to put further bytes, and how many fit.
  char* room() { return bytes_.data() + size_; }
  size_t room_size() const { return bytes_.size() - size_; }

  /// True once the answer is whole.
  bool take(size_t came) {
    size_ += came;
    if (body_at_ == 0) read_header();
    const size_t whole = body_at_ + body_size_;
    if (body_at_ != 0 && size_ > whole) die("the server sent more than its answer");
    if (body_at_ != 0 && bytes_.size() < whole) bytes_.resize(whole);
    return body_at_ != 0 && size_ == whole;
  }

  std::string_view body() const { return {bytes_.data() + body_at_, body_size_}; }
  void clear() { size_ = body_at_ = body_size_ = 0; }

private:
  void read_header() {
    const std::string_view text(bytes_.data(), size_);
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      if (room_size() == 0) die("the header of the answer is too long");
      return;
    }
    std::string header(text.substr(0, end + 2));
    if (!header.starts_with("HTTP/1.1 200"))
      die("not the status 200: " + header.substr(0, header.find('\r')));
    std::ranges::transform(header, header.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    constexpr std::string_view field = "\r\ncontent-length: ";
    const size_t at = header.find(field);
    if (at == std::string::npos) die("the answer has no content-length");
    const size_t from = at + field.size();
    body_size_ = number_of("content-length",
                           std::string_view(header).substr(from, header.find('\r', from) - from), 1,
                           1 << 30);
    body_at_ = end + 4;
  }

  std::vector<char> bytes_ = std::vector<char>(65536);
  size_t size_ = 0;
  size_t body_at_ = 0; ///< 0: the header is not whole yet
  size_t body_size_ = 0;
};

class Connection {
public:
  Connection(const Plan& plan, std::string& first_answer)
      : plan_(plan), first_answer_(first_answer),
        socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 ||
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      die_of_errno("cannot connect to port " + std::to_string(plan.port));
    const int on = 1;
    if (::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
      die_of_errno("TCP_NODELAY");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }

  void ask() {
    answer_.clear();
    asked_ = Clock::now();
    std::string_view rest = plan_.request;
    while (!rest.empty()) {
      const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent < 0) die_of_errno("cannot send");
      rest.remove_prefix(static_cast<size_t>(sent));
    }
  }

  /// Reads what is there. True once the answer is whole; `took` is then how long it took.
  bool read(Clock::duration& took) {
    const ssize_t came = ::recv(socket_, answer_.room(), answer_.room_size(), 0);
    if (came < 0) die_of_errno("cannot receive");
    if (came == 0) die("the server closed the connection");
    if (!answer_.take(static_cast<size_t>(came))) return false;
    took = Clock::now() - asked_;
    if (first_answer_.empty()) first_answer_ = answer_.body();
    if (answer_.body() != first_answer_)
      die("not the same answer as before: " + std::string(answer_.body().substr(0, 200)));
    return true;
  }

private:
  const Plan& plan_;
  std::string& first_answer_;
  int socket_;
  AnswerReader answer_;
  Clock::time_point asked_;
};

struct Measured {
  std::vector<uint64_t> took_ns; ///< one for each answer
  Clock::duration elapsed{};
  std::string answer; ///< the body that all of them had
};

Measured run(const Plan& plan) {
  Measured measured;
  measured.took_ns.reserve(1 << 20);
  std::vector<std::unique_ptr<Connection>> connections;
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die_of_errno("epoll_create1");
  for (size_t i = 0; i < plan.connections; ++i) {
    connections.push_back(std::make_unique<Connection>(plan, measured.answer));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connections.back().get();
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, connections.back()->socket(), &event) != 0)
      die_of_errno("epoll_ctl");
  }
  const auto began = Clock::now();
  for (const auto& connection : connections) connection->ask();
  for (size_t waiting = plan.connections; waiting > 0;) {
    std::array<epoll_event, 64> ready{};
    const int count = ::epoll_wait(epoll, ready.data(), ready.size(), 10'000);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) die("no answer within 10 s");
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      auto& connection = *static_cast<Connection*>(ready[i].data.ptr);
      Clock::duration took{};
      if (!connection.read(took)) continue;
      measured.took_ns.push_back(static_cast<uint64_t>(std::chrono::nanoseconds(took).count()));
      measured.elapsed = Clock::now() - began;
      if (measured.elapsed < plan.duration)
        connection.ask();
      else
        --waiting;
    }
  }
  ::close(epoll);
  return measured;
}

/// The value below which the share `percent` lies, in µs. REQUIRES: sorted, not empty.
double percentile_us(const std::vector<uint64_t>& sorted_ns, size_t percent) {
  return static_cast<double>(sorted_ns[(sorted_ns.size() - 1) * percent / 100]) / 1000;
}

} // namespace

int main(int count, char** words) {
  const Plan plan = plan_of(count, words);
  Measured measured = run(plan);
  std::ranges::sort(measured.took_ns);
  const double seconds = std::chrono::duration<double>(measured.elapsed).count();
  const auto requests = static_cast<double>(measured.took_ns.size());
  // The answer is JSON itself.
  std::printf("{\"connections\":%zu,\"requests\":%zu,\"seconds\":%.6f,\"per_second\":%.1f,"
              "\"p50_us\":%.1f,\"p99_us\":%.1f,\"answer\":%s}\n",
              plan.connections, measured.took_ns.size(), seconds, requests / seconds,
              percentile_us(measured.took_ns, 50), percentile_us(measured.took_ns, 99),
              measured.answer.c_str());
  return 0;
}
