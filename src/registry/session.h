// SPDX-License-Identifier: Apache-2.0
// GETs to one repository: with its credentials, one second attempt after a 401, redirects by our
// own rules. Several at once take as many round trips as the slowest of them.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/oci/image_ref.h"
#include "countersign/registry/credential_provider.h"

#include "registry/authenticator.h"

namespace countersign::registry {

enum class Redirects : std::uint8_t {
  SameOrigin,  // another origin's is handed back as it is
  AnyOrigin    // safe where the digest of the bytes is known
};

struct Get {
  net::Url url;  // of the registry's own origin
  std::string_view accept;
  std::size_t most = 0;  // bytes of the body
  Redirects redirects = Redirects::SameOrigin;
};

struct Reply {
  net::Response response;
  net::Url url;  // where it came from in the end
};

class Session {  // used by one caller at a time; all that is borrowed outlives it
 public:
  // `image` is any of the repository: credentials are asked for it.
  Session(Authenticator& authenticator, std::shared_ptr<CredentialProvider> credentials,
          net::HttpTransport& transport, oci::ImageRef image)
      : authenticator_(authenticator),
        credentials_(std::move(credentials)),
        transport_(transport),
        image_(std::move(image)) {}

  // In order. A status is not judged, except that a 401 is answered once, and the kinds of redirect
  // that were asked for are followed: RegistryResponse for one that leads nowhere, to http from
  // https, or on and on.
  std::vector<Result<Reply>> send_all(std::span<const Get>, Deadline);
  Result<Reply> send(const Get& get, Deadline deadline) {
    return std::move(send_all({&get, 1}, deadline).front());
  }

 private:
  Authenticator& authenticator_;
  std::shared_ptr<CredentialProvider> credentials_;
  net::HttpTransport& transport_;
  oci::ImageRef image_;
};

}  // namespace countersign::registry
