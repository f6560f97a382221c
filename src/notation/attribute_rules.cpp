// SPDX-License-Identifier: Apache-2.0
#include "notation/attribute_rules.h"

#include <string>
#include <string_view>

#include "countersign/notation/attribute_names.h"

#include "notation/critical.h"

namespace countersign::notation {
namespace {

Result<void> refuse_plugins(const Attributes& attributes);
Result<void> check_content_type(const Attributes& attributes);
Result<SigningScheme> read_scheme(const Attributes& attributes);
CriticalNames critical_names(const Attributes& attributes, SigningScheme scheme);
Result<Time> read_signing_time(const Attributes& attributes, SigningScheme scheme);
Result<std::optional<Time>> read_expiry(const Attributes& attributes, Time signing_time);

template <class T>
Result<T> demand(const Field<T>& field, std::string_view name) {
  if (!field) {
    return fail(Reason::EnvelopeInvalid, "header " + std::string(name) + " is missing");
  }
  return *field;
}

}  // namespace

Result<SigningClaims> check_attributes(const Attributes& attributes) {
  TRY_VOID(refuse_plugins(attributes));
  TRY_VOID(check_content_type(attributes));
  TRY(const auto scheme, read_scheme(attributes));
  TRY(const auto signing_time, read_signing_time(attributes, scheme));
  TRY(const auto critical, demand(attributes.critical, "crit"));
  TRY_VOID(check_critical(critical, critical_names(attributes, scheme)));
  TRY(const auto expiry, read_expiry(attributes, signing_time));
  return SigningClaims{.scheme = scheme, .signing_time = signing_time, .expiry = expiry};
}

namespace {

Result<void> refuse_plugins(const Attributes& attributes) {
  if (attributes.plugin) {
    TRY(const auto name, *attributes.plugin);
    return fail(Reason::EnvelopeInvalid, "the signature requires verification plugin \"" + name +
                                             "\", which is not supported");
  }
  if (attributes.plugin_min_version) {
    return fail(Reason::EnvelopeInvalid, "a version of a verification plugin without a plugin");
  }
  return {};
}

Result<void> check_content_type(const Attributes& attributes) {
  TRY(const auto type, demand(attributes.content_type, "content type"));
  if (type != kPayloadType) {
    return fail(Reason::EnvelopeInvalid, "the content type is not " + std::string(kPayloadType));
  }
  return {};
}

Result<SigningScheme> read_scheme(const Attributes& attributes) {
  TRY(const auto text, demand(attributes.scheme, attribute::kSigningScheme));
  for (const auto known : {SigningScheme::X509, SigningScheme::SigningAuthority}) {
    if (text == name(known)) {
      return known;
    }
  }
  return fail(Reason::EnvelopeInvalid, "unknown signing scheme \"" + text + "\"");
}

// Signature specification: the signing time of notary.x509 is the only one of ours that need not be
// critical.
CriticalNames critical_names(const Attributes& attributes, SigningScheme scheme) {
  CriticalNames names{.required = {attribute::kSigningScheme}, .allowed = {}};
  switch (scheme) {
    case SigningScheme::X509:
      names.allowed.push_back(attribute::kSigningTime);
      break;
    case SigningScheme::SigningAuthority:
      names.required.push_back(attribute::kAuthenticSigningTime);
      break;
  }
  if (attributes.expiry) {
    names.required.push_back(attribute::kExpiry);
  }
  return names;
}

// Each scheme has one time, which is valid for that scheme only.
Result<Time> read_signing_time(const Attributes& attributes, SigningScheme scheme) {
  const Field<Time>* other = nullptr;
  Result<Time> wanted = fail(Reason::Internal, "no signing scheme");
  switch (scheme) {
    case SigningScheme::X509:
      wanted = demand(attributes.signing_time, attribute::kSigningTime);
      other = &attributes.authentic_signing_time;
      break;
    case SigningScheme::SigningAuthority:
      wanted = demand(attributes.authentic_signing_time, attribute::kAuthenticSigningTime);
      other = &attributes.signing_time;
      break;
  }
  if (other != nullptr && other->has_value()) {
    return fail(Reason::EnvelopeInvalid,
                "a signing time that does not belong to scheme " + std::string(name(scheme)));
  }
  return wanted;
}

Result<std::optional<Time>> read_expiry(const Attributes& attributes, Time signing_time) {
  if (!attributes.expiry) {
    return std::nullopt;
  }
  TRY(const auto expiry, *attributes.expiry);
  if (expiry <= signing_time) {
    return fail(Reason::EnvelopeInvalid, "the expiry is not after the signing time");
  }
  return expiry;
}

}  // namespace
}  // namespace countersign::notation
