// SPDX-License-Identifier: Apache-2.0
// The platform that an entry of an index is for (OCI image specification 1.1, image-index.md).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::oci {

struct Platform {
  std::string os;            // "linux"; names are Go's GOOS and GOARCH
  std::string architecture;  // "amd64"
  std::string variant = {};  // "v7"; empty when absent
  std::string os_version = {};
  std::vector<std::string> os_features = {};

  // "os/architecture" or "os/architecture/variant", as configuration writes them. Reason::BadConfig
  // for any other form, and for names that indexes never have ("x86_64").
  [[nodiscard]] static Result<Platform> parse(std::string_view text);

  // Whether an entry for this platform runs where `wanted` is demanded: os and architecture are
  // equal, and the variant, when the usual one of an architecture is the same as none (containerd,
  // platforms.Normalize: amd64/v1, arm64/v8, arm/v7). Versions and features are not compared: no
  // text that parse() accepts demands one.
  bool matches(const Platform& wanted) const;

  std::string text() const;  // "linux/arm/v7"
};

}  // namespace countersign::oci
