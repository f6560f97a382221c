// SPDX-License-Identifier: Apache-2.0
// What Gatekeeper asks an external data provider: externaldata.gatekeeper.sh v1beta1 and v1alpha1,
// which are the same.
//
// Keys are Ratify's: "image", or "[namespace]image". The brackets of an IPv6 host are no namespace.
// Members that are not known are ignored; whether a key names an image that exists, or one at all,
// is not checked here.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/result.h"

namespace countersign::gatekeeper {

struct Key {
  std::string text;        // as it was sent: an answer repeats it
  std::string name_space;  // empty: none was given
  std::string image;       // as written
  // Why it can't be judged: longer than limits::kProviderKeyBytes, empty, a namespace that is none.
  std::optional<Error> fault = std::nullopt;
};

// In the order of the request, repeated ones, too. Reason::BadRequest.
[[nodiscard]] Result<std::vector<Key>> parse_request(std::string_view json);

}  // namespace countersign::gatekeeper
