// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/curl_transport.h"

#include <utility>

#include <curl/curl.h>

#include "net/curl_handle.h"
#include "net/curl_loop.h"
#include "net/handle_pool.h"
#include "net/settings.h"

namespace countersign::net {
namespace {

class CurlTransport final : public HttpTransport {
 public:
  CurlTransport(Settings settings, const Clock& clock, std::unique_ptr<CurlLoop> loop)
      : settings_(std::move(settings)), clock_(clock), loop_(std::move(loop)) {}

  std::vector<Result<Response>> send_all(std::span<const Request> requests,
                                         Deadline deadline) override {
    auto batch = std::make_shared<Batch>(requests.size());
    if (requests.empty() || deadline.passed(clock_)) {
      return batch->take();
    }
    loop_->submit(orders(requests, batch));
    if (!batch->wait(deadline.remaining(clock_))) {
      loop_->cancel(batch);
    }
    return batch->take();
  }

  void close() override { loop_->close(); }

 private:
  std::vector<Order> orders(std::span<const Request> requests,
                            const std::shared_ptr<Batch>& batch) {
    std::vector<Order> orders;
    orders.reserve(requests.size());
    for (std::size_t index = 0; index < requests.size(); ++index) {
      auto transfer = Transfer::prepare(requests[index], settings_, handles_);
      if (transfer) {
        orders.push_back({batch, index, std::move(*transfer)});
      } else {
        batch->settle(index, std::unexpected(std::move(transfer).error()));
      }
    }
    return orders;
  }

  Settings settings_;
  HandlePool handles_;
  const Clock& clock_;
  std::unique_ptr<CurlLoop> loop_;  // last: its transfers use what stands above
};

}  // namespace

Result<std::unique_ptr<HttpTransport>> make_curl_transport(TransportOptions options,
                                                           const Clock& clock) {
  TRY(auto settings, Settings::parse(std::move(options)));
  TRY(auto loop, CurlLoop::start(settings.connections));
  return std::make_unique<CurlTransport>(std::move(settings), clock, std::move(loop));
}

std::string libcurl_version() { return curl_version_info(CURLVERSION_NOW)->version; }

}  // namespace countersign::net
