// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/credential_provider.h"

namespace countersign::registry {

std::string Origin::text() const {
  const bool https = scheme == Scheme::Https;
  std::string text = (https ? "https://" : "http://") + host;
  if (port != (https ? 443 : 80)) {
    text += ":" + std::to_string(port);
  }
  return text;
}

}  // namespace countersign::registry
