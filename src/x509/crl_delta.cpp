// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "countersign/x509/crl.h"

#include "x509/crl_content.h"

namespace countersign::x509 {
namespace {

bool same_scope(const CrlContent& base, const CrlContent& delta);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

// RFC 5280, 5.2.4: a delta is of the same issuer and scope, its number is greater than the base's,
// and the base is not older than the list that the indicator names.
Result<void> check_delta(const Crl& base, const Crl& delta) {
  const CrlExtensions& of_base = base.content().extensions;
  const CrlExtensions& of_delta = delta.content().extensions;
  if (of_base.delta_base) {
    return refuse("that stands as the base is a delta");
  }
  if (!of_delta.delta_base) {
    return refuse("that stands as a delta has no delta indicator");
  }
  if (!same_scope(base.content(), delta.content())) {
    return refuse("that stands as a delta has another issuer or scope than its base");
  }
  if (!of_base.number || !of_delta.number) {
    return refuse("has no number, which a delta needs");
  }
  if (*of_delta.number <= *of_base.number) {
    return refuse("that stands as a delta is not newer than its base");
  }
  if (*of_delta.delta_base > *of_base.number) {
    return refuse("that stands as a delta needs a newer base");
  }
  return {};
}

namespace {

bool same_scope(const CrlContent& base, const CrlContent& delta) {
  const auto encoded = [](const CrlContent& crl) {
    return crl.extensions.scope ? as_text(crl.extensions.scope->encoded) : std::string_view();
  };
  return as_text(base.issuer) == as_text(delta.issuer) && encoded(base) == encoded(delta);
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "revocation list " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
