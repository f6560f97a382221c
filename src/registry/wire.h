// SPDX-License-Identifier: Apache-2.0
// What all repositories of one registry share, and what is put between them and the network.
#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "countersign/courier/courier.h"
#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/http_repository.h"

#include "registry/authenticator.h"
#include "registry/pace.h"
#include "registry/referrers.h"

namespace countersign::registry {

struct Entrance {  // to a registry
  net::Url root;   // "https://registry-1.docker.io/v2/"
  TrustedIssuers issuers;
};
[[nodiscard]] Result<Entrance> entrance_of(const std::string& registry, const RegistrySettings&);

struct Wire {
  // The transport and the clock are borrowed; `patience` is for who publishes.
  Wire(std::string registry, RegistrySettings settings, net::HttpTransport& http,
       const Clock& its_clock,
       std::unique_ptr<courier::Patience> publishers = courier::make_patience())
      : name(std::move(registry)),
        entrance(entrance_of(name, settings)),
        redirect_hosts(std::move(settings.redirect_hosts)),
        referrers(settings.referrers),
        transport(http),
        clock(its_clock),
        patience(std::move(publishers)),
        authenticator(name, entrance ? entrance->issuers : TrustedIssuers(), clock),
        tag_first(clock),
        pace(settings.referrers_per_minute, courier::make_patience(), clock) {}

  const std::string name;
  const Result<Entrance> entrance;  // an error: nothing is ever sent
  const std::vector<HostPattern> redirect_hosts;
  const ReferrersBy referrers;
  net::HttpTransport& transport;
  const Clock& clock;
  const std::unique_ptr<courier::Patience> patience;
  Authenticator authenticator;
  TagFirst tag_first;
  Pace pace;
};

// ".../v2/<path>/". Internal for another registry's reference: its host would be shown this one's
// credentials.
[[nodiscard]] Result<net::Url> repository_url(const Wire&, const oci::ImageRef&);

class CountingTransport final : public net::HttpTransport {
 public:
  explicit CountingTransport(net::HttpTransport& transport) : transport_(transport) {}

  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline deadline) override {
    sent_ += requests.size();
    return transport_.send_all(requests, deadline);
  }
  std::size_t sent() const { return sent_; }

 private:
  net::HttpTransport& transport_;
  std::atomic<std::size_t> sent_ = 0;
};

}  // namespace countersign::registry
