// SPDX-License-Identifier: Apache-2.0
// What one warm HTTP exchange of the transport costs in CPU, beside what libcurl's simplest use
// costs: one handle, one connection, in the caller's own thread. The transport's loop adds two
// changes of threads, and each request sets its handle up anew. A cold image costs four exchanges
// and is to stay below half a millisecond of CPU in all, so an exchange has 100 microseconds.
//
// The server answers on loopback in a thread of its own, whose time is taken off.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "countersign/net/curl_transport.h"

namespace countersign::bench {
namespace {

constexpr std::size_t kRounds = 101;
constexpr std::size_t kExchanges = 64;  // of a round
constexpr std::size_t kBatch = 16;
constexpr double kBudget = 100.0;  // microseconds
// Of libcurl alone; what was measured, and a seventh.
constexpr double kOneRatio = 3.2;
constexpr double kManyRatio = 2.4;  // a batch shares the changes of threads

void demand(bool fact, const char* what) {
  if (!fact) {
    std::fprintf(stderr, "unusable benchmark: %s\n", what);
    std::exit(1);
  }
}

double seconds(clockid_t clock) {
  timespec now{};
  demand(clock_gettime(clock, &now) == 0, "no clock");
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// --- the other side

class Server {  // one thread for all connections; answers as a registry does, in size
 public:
  Server() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    demand(listener_ >= 0 && bind(listener_, generic, size) == 0 && listen(listener_, 64) == 0 &&
               getsockname(listener_, generic, &size) == 0,
           "no listener");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
    demand(pthread_getcpuclockid(thread_.native_handle(), &clock_) == 0, "no clock of a thread");
  }
  ~Server() {
    stop_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) +
           "/v2/shop/web/manifests/sha256:" + std::string(64, 'a');
  }
  double cpu() const { return seconds(clock_); }

 private:
  void run() {
    std::vector<pollfd> watched{{listener_, POLLIN, 0}};
    const auto answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\n"
        "Docker-Content-Digest: sha256:" +
        std::string(64, 'a') + "\r\nContent-Length: 1024\r\n\r\n" + std::string(1'024, 'x');
    std::array<char, 4'096> piece{};
    while (!stop_ && poll(watched.data(), watched.size(), -1) > 0) {
      if ((watched[0].revents & POLLIN) != 0) {
        watched.push_back({accept(listener_, nullptr, nullptr), POLLIN, 0});
      }
      for (std::size_t index = 1; index < watched.size(); ++index) {
        auto& one = watched[index];
        if (one.revents == 0) {
          continue;
        }
        const auto got = recv(one.fd, piece.data(), piece.size(), 0);  // a request is one packet
        if (got <= 0 || send(one.fd, answer.data(), answer.size(), MSG_NOSIGNAL) <= 0) {
          close(std::exchange(one.fd, -1));
        }
      }
    }
    for (std::size_t index = 1; index < watched.size(); ++index) {
      close(watched[index].fd);
    }
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
  clockid_t clock_ = 0;
};

// --- the clients

class PlainCurl {
 public:
  explicit PlainCurl(const std::string& url) : handle_(curl_easy_init()) {
    demand(handle_ != nullptr && curl_easy_setopt(handle_, CURLOPT_URL, url.c_str()) == CURLE_OK &&
               curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
               curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &drop) == CURLE_OK,
           "libcurl refuses an option");
  }
  ~PlainCurl() { curl_easy_cleanup(handle_); }
  PlainCurl(const PlainCurl&) = delete;
  PlainCurl& operator=(const PlainCurl&) = delete;

  void run() const {
    for (std::size_t count = 0; count < kExchanges; ++count) {
      demand(curl_easy_perform(handle_) == CURLE_OK, "no answer to libcurl");
    }
  }

 private:
  static std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }
  CURL* handle_;
};

class Transport {
 public:
  explicit Transport(const std::string& url)
      : request_{net::Method::Get,
                 url,
                 {{"Accept", "application/vnd.oci.image.manifest.v1+json"},
                  {"Authorization", "Bearer " + std::string(1'000, 't')}},
                 "",
                 4'096} {
    net::TransportOptions options;
    options.allowed = {net::AddressRange::parse("127.0.0.0/8").value()};
    options.plain_http = net::PlainHttp::Allow;
    options.user_agent = "countersign-bench";
    http_ = net::make_curl_transport(std::move(options), clock_).value();
  }

  void run(std::size_t batch) const {
    const std::vector<net::Request> requests(batch, request_);
    for (std::size_t count = 0; count < kExchanges; count += batch) {
      const auto deadline = Deadline::after(clock_, std::chrono::seconds(30));
      for (const auto& result : http_->send_all(requests, deadline)) {
        demand(result && result->status == 200, "no answer to the transport");
      }
    }
  }

 private:
  SystemClock clock_;
  net::Request request_;
  std::unique_ptr<net::HttpTransport> http_;
};

// --- the measurement

template <class Work>
double cost(const Server& server, const Work& work) {  // microseconds an exchange
  const double before = seconds(CLOCK_PROCESS_CPUTIME_ID) - server.cpu();
  work();
  const double after = seconds(CLOCK_PROCESS_CPUTIME_ID) - server.cpu();
  return (after - before) * 1e6 / static_cast<double>(kExchanges);
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

bool report(const char* name, double value, double plain, double ratio) {
  const bool good = value <= ratio * plain && value <= kBudget;
  std::printf("%-18s %6.1f us  %4.2f of libcurl alone  %s\n", name, value, value / plain,
              good ? "ok" : "OVER BUDGET");
  return good;
}

int run() {
  const Server server;
  const PlainCurl plain(server.url());
  const Transport transport(server.url());
  std::vector<double> alone, one, many;
  for (std::size_t round = 0; round < kRounds; ++round) {
    alone.push_back(cost(server, [&] { plain.run(); }));
    one.push_back(cost(server, [&] { transport.run(1); }));
    many.push_back(cost(server, [&] { transport.run(kBatch); }));
  }
  const double base = median(alone);
  std::printf("%-18s %6.1f us\n", "libcurl alone", base);
  const bool good = report("one at a time", median(one), base, kOneRatio);
  return report("sixteen at a time", median(many), base, kManyRatio) && good ? 0 : 1;
}

}  // namespace
}  // namespace countersign::bench

int main() { return countersign::bench::run(); }
