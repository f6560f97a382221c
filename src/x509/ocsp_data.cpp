// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_data.h"

#include <string>
#include <string_view>
#include <utility>

#include "x509/extension_reader.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kInvalidityDate = "\x55\x1d\x18";  // 2.5.29.24

struct OcspExtensions {
  std::optional<Time> invalid_since;
};

std::optional<Time> take_time(DerReader& fields);
std::optional<OcspSingle> read_single(Bytes content);
bool take_status(DerReader& fields, OcspSingle& into);
std::optional<OcspExtensions> take_extensions(DerReader& fields);
std::unexpected<Error> refuse(std::string_view why);

}  // namespace

// ResponseData ::= SEQUENCE { [0] version DEFAULT v1, responderID, producedAt, responses,
// [1] responseExtensions OPTIONAL }; v1 is the only version.
Result<OcspData> read_ocsp_data(Bytes content) {
  constexpr std::int64_t kVersion1 = 0;
  DerReader fields(content);
  const auto version = fields.take(der::constructed(0));
  if (version &&
      integer(content_of(version->content, der::kInteger).value_or(Bytes{})) != kVersion1) {
    return refuse("is of an unknown version");
  }
  const auto responder = fields.at(der::constructed(1)) || fields.at(der::constructed(2))
                             ? fields.take()
                             : std::nullopt;
  const auto produced = take_time(fields);
  const auto responses = fields.take(der::kSequence);
  if (!responder || !produced || !responses) {
    return refuse("is malformed");
  }
  OcspData data{*responder, *produced, {}};
  DerReader list(responses->content);
  while (!list.empty()) {
    const auto element = list.take(der::kSequence);
    const auto single = element ? read_single(element->content) : std::nullopt;
    if (!single) {
      return refuse("has a malformed answer, or one with a critical extension");
    }
    data.singles.push_back(*single);
  }
  if (!take_extensions(fields) || !fields.empty()) {
    return refuse("has malformed or critical extensions");
  }
  return data;
}

namespace {

// "GeneralizedTime ... The format is as specified in Section 4.1.2.5.2 of RFC 5280."
std::optional<Time> take_time(DerReader& fields) {
  const auto element = fields.take(der::kGeneralizedTime);
  return element ? read_time(*element) : std::nullopt;
}

// SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, [0] nextUpdate OPTIONAL,
// [1] singleExtensions OPTIONAL }
std::optional<OcspSingle> read_single(Bytes content) {
  DerReader fields(content);
  OcspSingle single;
  const auto id = fields.take(der::kSequence);
  if (!id || !take_status(fields, single)) {
    return std::nullopt;
  }
  single.id = id->content;
  const auto this_update = take_time(fields);
  if (const auto next = fields.take(der::constructed(0))) {
    DerReader inside(next->content);
    single.next_update = take_time(inside);
    if (!single.next_update || !inside.empty()) {
      return std::nullopt;
    }
  }
  const auto extensions = take_extensions(fields);
  if (!this_update || !extensions || !fields.empty()) {
    return std::nullopt;
  }
  single.this_update = *this_update;
  single.invalid_since = extensions->invalid_since;
  return single;
}

// RevokedInfo ::= SEQUENCE { revocationTime, [0] revocationReason OPTIONAL }
bool read_revoked(Bytes content, OcspSingle& into) {
  DerReader fields(content);
  const auto revoked = take_time(fields);
  if (!revoked) {
    return false;
  }
  into.kind = RevocationStatus::Kind::Revoked;
  into.revoked = *revoked;
  if (const auto reason = fields.take(der::constructed(0))) {
    const auto number = content_of(reason->content, der::kEnumerated);
    if (!number) {
      return false;
    }
    into.reason = revocation_reason(*number);
  }
  return fields.empty();
}

// CertStatus ::= CHOICE { [0] good NULL, [1] revoked RevokedInfo, [2] unknown NULL }
bool take_status(DerReader& fields, OcspSingle& into) {
  if (const auto good = fields.take(der::context(0))) {
    into.kind = RevocationStatus::Kind::Good;
    return good->content.empty();
  }
  if (const auto revoked = fields.take(der::constructed(1))) {
    return read_revoked(revoked->content, into);
  }
  const auto unknown = fields.take(der::context(2));
  return unknown && unknown->content.empty();
}

// An optional [1] Extensions.
std::optional<OcspExtensions> take_extensions(DerReader& fields) {
  OcspExtensions found;
  const auto element = fields.take(der::constructed(1));
  if (!element) {
    return found;
  }
  const auto content = content_of(element->content, der::kSequence);
  DerReader list(content.value_or(Bytes{}));
  while (!list.empty()) {
    const auto extension = take_extension(list);
    if (!extension || extension->criticality == Criticality::Critical) {
      return std::nullopt;
    }
    if (extension->type == kInvalidityDate) {
      const bool again = found.invalid_since.has_value();
      found.invalid_since = invalidity_date(extension->value);
      if (again || !found.invalid_since) {
        return std::nullopt;
      }
    }
  }
  return content ? std::optional(found) : std::nullopt;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Reason::RevocationUnknown, "OCSP response " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
