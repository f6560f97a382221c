// SPDX-License-Identifier: Apache-2.0
// The referrers API: GET .../referrers/<digest>, page after page.
//
// Only a definite "this registry has no such API" is Absent: 404 (but for NAME_UNKNOWN), 400, 405,
// 406, 501, another origin's redirect. A registry that throttles, fails or refuses us is an error,
// or it would make a signed image look unsigned; so is a later page that is anything but a page.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/base/result.h"
#include "countersign/net/url.h"
#include "countersign/oci/descriptor.h"

#include "registry/referrer_collection.h"
#include "registry/session.h"

namespace countersign::registry {

enum class ApiAnswer : std::uint8_t {
  Garbled,  // 200, but not with an index
  Absent,
  List
};

class ReferrersApi {  // of one repository, for one question; all is borrowed
 public:
  ReferrersApi(const net::Url& repository, const oci::Digest& subject,
               std::string_view artifact_type)
      : repository_(repository), subject_(subject), artifact_type_(artifact_type) {}

  [[nodiscard]] Result<Get> first_page() const;
  // The list that begins with this answer; the session is asked for what follows.
  [[nodiscard]] Result<ApiAnswer> read(Result<Reply> first, Session&, Deadline,
                                       ReferrerCollection&) const;

 private:
  Result<net::Url> next_page(const Reply& reply, const std::string& target) const;

  const net::Url& repository_;
  const oci::Digest& subject_;
  std::string_view artifact_type_;
};

}  // namespace countersign::registry
