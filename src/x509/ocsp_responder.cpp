// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_responder.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "x509/certificate_fields.h"
#include "x509/extension_reader.h"
#include "x509/ocsp_id.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kOcspSigning = "1.3.6.1.5.5.7.3.9";
constexpr std::string_view kNoCheck =
    "\x2b\x06\x01\x05\x05\x07\x30\x01\x05";  // 1.3.6.1.5.5.7.48.1.5

bool names(const Der& id, const Certificate& certificate);
Result<void> check_delegate(const Certificate& delegate, const OcspQuestion& question);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

Result<std::optional<Certificate>> find_responder(const SignedParts& parts, const Der& id,
                                                  std::span<const Certificate> embedded,
                                                  const OcspQuestion& question) {
  if (names(id, question.issuer) && signed_by(parts, question.issuer.public_key())) {
    return std::nullopt;
  }
  for (const Certificate& delegate : embedded) {
    if (names(id, delegate) && signed_by(parts, delegate.public_key())) {
      TRY_VOID(check_delegate(delegate, question));
      return delegate;
    }
  }
  return refuse("is not signed, or only weakly, by the one that it names");
}

bool is_beyond_check(const Certificate& delegate) {
  DerReader list(fields_of(delegate).extensions);
  while (!list.empty()) {
    const auto extension = take_extension(list);
    if (!extension) {
      return false;
    }
    if (extension->type == kNoCheck) {
      return true;
    }
  }
  return false;
}

namespace {

// ResponderID ::= CHOICE { [1] byName Name, [2] byKey KeyHash }
bool names(const Der& id, const Certificate& certificate) {
  if (id.tag == der::constructed(1)) {
    return as_text(id.content) == as_text(certificate.subject_der());
  }
  const auto hash = content_of(id.content, der::kOctetString);
  return hash && is_key_hash(*hash, certificate);
}

bool has_purpose(const Certificate& certificate) {
  const auto& usage = certificate.extended_key_usage();
  return usage && std::ranges::find(usage->purposes, kOcspSigning) != usage->purposes.end();
}

// "This certificate MUST be issued directly by the CA that is identified in the request" and
// "include a value of id-kp-OCSPSigning in an extended key usage"; anyExtendedKeyUsage is not that.
Result<void> check_delegate(const Certificate& delegate, const OcspQuestion& question) {
  if (delegate == question.certificate ||
      std::ranges::equal(fields_of(delegate).public_key,
                         fields_of(question.certificate).public_key)) {
    return refuse("is signed by the certificate that it is about");
  }
  if (!has_purpose(delegate)) {
    return refuse("is signed by a delegate without the extended key usage OCSPSigning");
  }
  if (delegate.key_usage() && !delegate.key_usage()->has(KeyUsageBit::DigitalSignature)) {
    return refuse("is signed by a delegate without the key usage digitalSignature");
  }
  if (!delegate.valid_at(question.now)) {
    return refuse("is signed by a delegate that is not valid now");
  }
  if (delegate.signature_strength() != SignatureStrength::Strong ||
      !delegate.issued_by(question.issuer)) {
    return refuse("is signed by a delegate that the CA did not issue, or only weakly");
  }
  return {};
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "OCSP response " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
