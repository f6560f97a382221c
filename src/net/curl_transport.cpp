// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/curl_transport.h"

#include <fstream>
#include <string>
#include <utility>

#include "net/ascii.h"
#include "net/curl_handle.h"
#include "net/curl_loop.h"

namespace countersign::net {
namespace {

class CurlTransport final : public HttpTransport {
 public:
  CurlTransport(TransportOptions options, const Clock& clock, std::unique_ptr<CurlLoop> loop)
      : options_(std::move(options)),
        guard_(options_.allowed),
        clock_(clock),
        loop_(std::move(loop)) {}

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

 private:
  std::vector<Order> orders(std::span<const Request> requests,
                            const std::shared_ptr<Batch>& batch) const {
    std::vector<Order> orders;
    for (std::size_t index = 0; index < requests.size(); ++index) {
      auto transfer = Transfer::prepare(requests[index], options_, guard_);
      if (transfer) {
        orders.push_back({batch, index, std::move(*transfer)});
      } else {
        batch->settle(index, std::unexpected(std::move(transfer).error()));
      }
    }
    return orders;
  }

  TransportOptions options_;
  AddressGuard guard_;
  const Clock& clock_;
  std::unique_ptr<CurlLoop> loop_;  // last: its transfers use what stands above
};

Result<void> check_ca_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("-----BEGIN ") && line.find("CERTIFICATE-----") != std::string::npos) {
      return {};
    }
  }
  return fail(Reason::BadConfig, "no CA certificates can be read from " + path);
}

Result<void> check_override(ResolveOverride& one) {
  one.host = lower(std::move(one.host));
  TRY([[maybe_unused]] const auto address, Address::parse(one.address));
  if (one.host.empty() || one.port == 0 || one.target_port == 0) {
    return fail(Reason::BadConfig, "a resolve override without host or port");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<HttpTransport>> make_curl_transport(TransportOptions options,
                                                           const Clock& clock) {
  if (!options.ca_file.empty()) {
    TRY_VOID(check_ca_file(options.ca_file));
  }
  for (auto& one : options.overrides) {
    TRY_VOID(check_override(one));
  }
  TRY(auto loop, CurlLoop::start());
  return std::make_unique<CurlTransport>(std::move(options), clock, std::move(loop));
}

}  // namespace countersign::net
