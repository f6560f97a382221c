// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/x509/ocsp.h"

#include "x509/der.h"
#include "x509/ocsp_data.h"
#include "x509/ocsp_id.h"
#include "x509/ocsp_responder.h"
#include "x509/signed_parts.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kBasic = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01";  // 1.3.6.1.5.5.7.48.1.1

struct BasicResponse {
  SignedParts parts;
  std::vector<Certificate> certificates;
};

Result<Bytes> read_successful(Bytes response);
Result<BasicResponse> read_basic(Bytes basic);
Result<OcspSingle> find_single(const OcspData& data, const OcspQuestion& question);
Result<Time> check_times(Time produced, const OcspSingle& single, Time now);
RevocationStatus status_of(const OcspSingle& single, Time fresh_until);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

Result<OcspAnswer> read_ocsp(Bytes response, const Certificate& certificate,
                             const Certificate& issuer, Time now) {
  const OcspQuestion question{certificate, issuer, now};
  TRY(const Bytes basic, read_successful(response));
  TRY(const BasicResponse opened, read_basic(basic));
  TRY(const OcspData data, read_ocsp_data(opened.parts.to_be_signed.content));
  TRY(auto delegate, find_responder(opened.parts, data.responder, opened.certificates, question));
  TRY(const OcspSingle single, find_single(data, question));
  TRY(const Time fresh_until, check_times(data.produced, single, now));
  if (delegate && is_beyond_check(*delegate)) {
    delegate.reset();
  }
  return OcspAnswer{status_of(single, fresh_until), std::move(delegate)};
}

namespace {

std::string_view name_of_status(Bytes enumerated) {
  switch (integer(enumerated).value_or(-1)) {
    case 1:
      return "malformedRequest";
    case 2:
      return "internalError";
    case 3:
      return "tryLater";
    case 5:
      return "sigRequired";
    case 6:
      return "unauthorized";
    default:
      return "a status without meaning";
  }
}

// OCSPResponse ::= SEQUENCE { responseStatus, [0] responseBytes { responseType, response } }
Result<Bytes> read_successful(Bytes response) {
  constexpr std::int64_t kSuccessful = 0;
  if (response.size() > limits::kOcspResponseBytes) {
    return refuse("is larger than the limit");
  }
  const auto content = is_der(response) ? content_of(response, der::kSequence) : std::nullopt;
  DerReader fields(content.value_or(Bytes{}));
  const auto status = fields.take(der::kEnumerated);
  if (!status) {
    return refuse("is not one in DER");
  }
  if (integer(status->content) != kSuccessful) {
    return refuse("is " + std::string(name_of_status(status->content)));
  }
  const auto body = fields.take(der::constructed(0));
  DerReader typed(content_of(body ? body->content : Bytes{}, der::kSequence).value_or(Bytes{}));
  const auto type = typed.take(der::kObjectIdentifier);
  const auto octets = typed.take(der::kOctetString);
  if (!type || as_text(type->content) != kBasic || !octets || !typed.empty() || !fields.empty()) {
    return refuse("is not a basic one");
  }
  return octets->content;
}

// BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, [0] certs }
Result<BasicResponse> read_basic(Bytes basic) {
  const auto content = is_der(basic) ? content_of(basic, der::kSequence) : std::nullopt;
  DerReader fields(content.value_or(Bytes{}));
  const auto parts = take_signed_parts(fields);
  const auto embedded = fields.take(der::constructed(0));
  const auto list = embedded ? content_of(embedded->content, der::kSequence) : Bytes{};
  if (!parts || !list || !fields.empty()) {
    return refuse("is not a basic one in DER");
  }
  BasicResponse opened{*parts, {}};
  DerReader certificates(*list);
  while (!certificates.empty()) {
    const auto element = certificates.take();
    if (!element) {
      return refuse("has malformed certificates");
    }
    TRY(auto certificate, Certificate::parse_der(element->whole, Reason::RevocationUnknown));
    opened.certificates.push_back(std::move(certificate));
  }
  return opened;
}

// Several about one certificate could contradict each other, so there has to be one.
Result<OcspSingle> find_single(const OcspData& data, const OcspQuestion& question) {
  std::optional<OcspSingle> found;
  for (const OcspSingle& single : data.singles) {
    switch (match_ocsp_id(single.id, question.certificate, question.issuer)) {
      case OcspIdMatch::Malformed:
        return refuse("has a malformed name of a certificate");
      case OcspIdMatch::Other:
        break;
      case OcspIdMatch::Same:
        if (found) {
          return refuse("answers twice");
        }
        found = single;
        break;
    }
  }
  if (!found) {
    return refuse("is about another certificate");
  }
  return *found;
}

// How long the answer is good for.
Result<Time> check_times(Time produced, const OcspSingle& single, Time now) {
  const Time latest = now + limits::kRevocationSkew;
  if (produced > latest || single.this_update > latest) {
    return refuse("is from the future");
  }
  if (!single.next_update) {
    return refuse("does not say how long it is good for");
  }
  if (*single.next_update < now) {
    return refuse("is out of date since " + codec::format_rfc3339(*single.next_update));
  }
  return *single.next_update;
}

RevocationStatus status_of(const OcspSingle& single, Time fresh_until) {
  using enum RevocationStatus::Kind;
  RevocationStatus status;
  status.kind = single.kind;
  status.fresh_until = fresh_until;
  switch (single.kind) {
    case Unknown:
      status.detail = "OCSP: the responder does not know the certificate";
      return status;
    case Revoked:
      status.detail = "OCSP: " + describe_revocation(single.revoked, single.reason);
      status.since = single.invalid_since;
      return status;
    case Good:
      status.detail = "OCSP: good";
      return status;
  }
  return RevocationStatus{};
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "OCSP response " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
