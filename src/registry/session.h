// SPDX-License-Identifier: Apache-2.0
// Requests to one repository: with one of its credentials, one second attempt after a 401,
// redirects by our own rules. Several GETs at once take as many round trips as the slowest of them.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/credential_provider.h"
#include "countersign/registry/host_pattern.h"

#include "registry/authenticator.h"

namespace countersign::registry {

enum class Redirects : std::uint8_t {
  None,        // all are handed back as they are
  SameOrigin,  // another origin's is handed back as it is
  AnyOrigin    // safe where the digest of the bytes is known
};

struct Get {
  net::Url url;  // of the registry's own origin
  std::string_view kind;
  std::string_view accept;
  std::size_t most = 0;  // bytes of the body
  Redirects redirects = Redirects::SameOrigin;
};

struct Write {  // no redirect of it is followed: its body goes where it is sent, and nowhere else
  net::Method method = net::Method::Put;
  net::Url url;
  // Elsewhere: where the registry wants an upload to go. No credentials, and a 401 is final.
  enum class Place : std::uint8_t { Home, Elsewhere };
  Place place = Place::Home;
  std::string_view kind;
  std::string_view content_type;
  std::string_view body = {};  // borrowed; sent again after a 401
  std::chrono::milliseconds wait{};
};

struct Reply {
  net::Response response;
  net::Url url;  // where it came from in the end
};

class Errand;

class Session {  // thread-safe; all that is borrowed outlives it
 public:
  // `image` is any of the repository: credentials are asked for it, for each call below.
  // `redirect_hosts`: where other origins may be; none: anywhere.
  Session(Authenticator& authenticator, std::shared_ptr<CredentialProvider> credentials,
          net::HttpTransport& transport, std::span<const HostPattern> redirect_hosts,
          oci::ImageRef image, Access access = Access::Pull)
      : authenticator_(authenticator),
        credentials_(std::move(credentials)),
        transport_(transport),
        redirect_hosts_(redirect_hosts),
        image_(std::move(image)),
        access_(access) {}

  // In order. The credentials are tried one after the other while the registry answers 401 or 403,
  // or the token's issuer refuses; RegistryAuth when all of several are refused. When they are, and
  // the provider has others instead (CredentialProvider::refused), those are tried, once. Apart
  // from that a status is not judged, and the kinds of redirect that were asked for are followed:
  // RegistryResponse for one that leads nowhere, to http from https, to a host that is not listed,
  // or on and on. A provider's Error is the answer, and nothing is sent; the second time, too, but
  // for DeadlineExceeded, which says less than the refusal.
  std::vector<Result<Reply>> send_all(std::span<const Get>, Deadline);
  Result<Reply> send(const Get& get, Deadline deadline) {
    return std::move(send_all({&get, 1}, deadline).front());
  }
  // With the same attempts. Every status but 401 and 403 is the caller's to judge.
  Result<Reply> write(const Write&, Deadline);

  // Whether the registry may send us to this host.
  bool may_leave_for(const std::string& host) const;

 private:
  void try_all(std::vector<Errand>&, Deadline);
  void try_each(const Credentials&, std::vector<Errand>&, Deadline);
  void attempt(const Credential*, std::vector<Errand>&, Deadline);

  Authenticator& authenticator_;
  std::shared_ptr<CredentialProvider> credentials_;
  net::HttpTransport& transport_;
  std::span<const HostPattern> redirect_hosts_;
  oci::ImageRef image_;
  Access access_;
};

}  // namespace countersign::registry
