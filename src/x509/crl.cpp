// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/crl.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"

#include "x509/crl_content.h"
#include "x509/der.h"
#include "x509/signed_parts.h"

namespace countersign::x509 {
namespace {

Result<SignedParts> split(Bytes der);
Result<Bytes> read_issuer(DerReader& fields, Bytes algorithm);
Result<void> check_issuer(const SignedParts& parts, Bytes name, const Certificate& issuer);
Result<void> read_list(DerReader& fields, CrlContent& into);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

Result<Crl> Crl::open(ByteVector der, const Certificate& issuer) {
  if (der.size() > limits::kCrlBytes) {
    return refuse("is larger than the limit");
  }
  auto content = std::make_shared<CrlContent>();
  content->der = std::move(der);
  TRY(const SignedParts parts, split(content->der));
  DerReader fields(parts.to_be_signed.content);
  TRY(content->issuer, read_issuer(fields, parts.algorithm));
  TRY_VOID(check_issuer(parts, content->issuer, issuer));
  TRY_VOID(read_list(fields, *content));
  return Crl(std::move(content));
}

Time Crl::this_update() const { return content_->this_update; }
Time Crl::next_update() const { return content_->next_update; }
bool Crl::is_delta() const { return content_->extensions.delta_base.has_value(); }
const std::vector<std::string>& Crl::delta_urls() const { return content_->extensions.delta_urls; }
std::size_t Crl::bytes() const {
  return content_->der.capacity() + content_->entries.index_bytes();
}

Result<void> check_time(const Crl& crl, Time now) {
  if (crl.this_update() > now + limits::kRevocationSkew) {
    return refuse("is from the future: " + codec::format_rfc3339(crl.this_update()));
  }
  if (crl.next_update() < now) {
    return refuse("is out of date since " + codec::format_rfc3339(crl.next_update()));
  }
  return {};
}

namespace {

Result<SignedParts> split(Bytes der) {
  const auto content = is_der(der) ? content_of(der, der::kSequence) : std::nullopt;
  DerReader fields(content.value_or(Bytes{}));
  const auto parts = take_signed_parts(fields);
  if (!parts || !fields.empty()) {
    return refuse("is not one in DER");
  }
  return *parts;
}

// "When extensions are used, as required by this profile, this field MUST be present and MUST
// specify version 2"; the inner algorithm "MUST contain the same algorithm identifier" as the outer
// (RFC 5280, 5.1.2.1 and 5.1.2.2).
Result<Bytes> read_issuer(DerReader& fields, Bytes algorithm) {
  constexpr std::int64_t kVersion2 = 1;
  const auto version = fields.take(der::kInteger);
  if (!version || integer(version->content) != kVersion2) {
    return refuse("is not of version 2");
  }
  const auto inner = fields.take(der::kSequence);
  if (!inner || as_text(inner->whole) != as_text(algorithm)) {
    return refuse("names two signature algorithms");
  }
  const auto issuer = fields.take(der::kSequence);
  if (!issuer) {
    return refuse("has no issuer");
  }
  return issuer->whole;
}

// Before anything else of the list is read: what nobody signed is not worth it.
Result<void> check_issuer(const SignedParts& parts, Bytes name, const Certificate& issuer) {
  if (as_text(name) != as_text(issuer.subject_der())) {
    return refuse("is of another issuer");
  }
  if (issuer.key_usage() && !issuer.key_usage()->has(KeyUsageBit::CrlSign)) {
    return refuse("is of an issuer without the key usage cRLSign");
  }
  if (!signed_by(parts, issuer.public_key())) {
    return refuse("has a signature that does not match, or a weak one");
  }
  return {};
}

std::optional<Time> take_time(DerReader& fields) {
  if (!fields.at(der::kUtcTime) && !fields.at(der::kGeneralizedTime)) {
    return std::nullopt;
  }
  const auto element = fields.take();
  return element ? read_time(*element) : std::nullopt;
}

// thisUpdate, nextUpdate, revokedCertificates OPTIONAL, [0] crlExtensions OPTIONAL
Result<void> read_list(DerReader& fields, CrlContent& into) {
  const auto this_update = take_time(fields);
  const auto next_update = take_time(fields);
  if (!this_update || !next_update) {
    return refuse("does not say when it begins and ends");
  }
  into.this_update = *this_update;
  into.next_update = *next_update;
  if (const auto entries = fields.take(der::kSequence)) {
    TRY(into.entries, CrlEntries::read(entries->content));
  }
  if (const auto extensions = fields.take(der::constructed(0))) {
    const auto list = content_of(extensions->content, der::kSequence);
    if (!list) {
      return refuse("has malformed extensions");
    }
    TRY(into.extensions, read_crl_extensions(*list));
  }
  return fields.empty() ? Result<void>{} : refuse("is malformed");
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "revocation list " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
