// SPDX-License-Identifier: Apache-2.0
// What is asked for, and what the answer says it is.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "countersign/net/http_transport.h"

namespace countersign::registry {

// All four at once: with fewer, some registries answer 404, or silently with the manifest of one
// platform, which has another digest. Schema 1 is never asked for.
inline constexpr std::string_view kManifestTypes =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

// The Content-Type without parameters, in lower case; nullopt when there is none, or more than one.
std::optional<std::string> content_type(const net::Response&);

}  // namespace countersign::registry
