// SPDX-License-Identifier: Apache-2.0
// What refers to an image: the referrers API of the distribution specification 1.1, and the
// referrers tag schema for registries that do not have it.
//
// Only a definite "this registry has no such API" leads to the tag: 404 (but for NAME_UNKNOWN),
// 400, 405, 406, 501, another origin's redirect, or something that is no OCI index. A registry that
// throttles, fails or refuses us is an error, or it would make a signed image look unsigned.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/net/url.h"
#include "countersign/oci/descriptor.h"

#include "registry/session.h"

namespace countersign::registry {

struct ReferrersQuery {
  const oci::Descriptor& subject;
  std::string_view artifact_type;  // filtered by us, whether the registry did or not
};

// `repository` is ".../v2/<name>/". Each digest once, in the registry's order.
[[nodiscard]] Result<std::vector<oci::Descriptor>> list_referrers(Session&,
                                                                  const net::Url& repository,
                                                                  const ReferrersQuery&, Deadline);

// "<algorithm, 32 characters at most>-<encoded, 64 at most>". Clients in use do not cut it, so for
// longer digests their form comes first.
std::vector<std::string> referrers_tags(const oci::Digest&);

}  // namespace countersign::registry
