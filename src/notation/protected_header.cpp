// SPDX-License-Identifier: Apache-2.0
#include "notation/protected_header.h"

#include <string>
#include <string_view>
#include <vector>

#include "notation/cose_time.h"
#include "notation/critical.h"
#include "notation/labels.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

constexpr std::string_view kPayloadType = "application/vnd.cncf.notary.payload.v1+json";

Result<void> refuse_plugins(const Cbor& header);
Result<void> check_content_type(const Cbor& header);
Result<SigningScheme> read_scheme(const Cbor& header);
std::vector<std::string_view> required_critical(const Cbor& header, SigningScheme scheme);
Result<Time> read_signing_time(const Cbor& header, SigningScheme scheme);
Result<std::optional<Time>> read_expiry(const Cbor& header, Time signing_time);

}  // namespace

Result<ProtectedHeader> read_protected_header(const SignedContent& content) {
  const Cbor& header = content.header();
  TRY_VOID(refuse_plugins(header));
  TRY_VOID(check_content_type(header));
  TRY(const auto scheme, read_scheme(header));
  TRY_VOID(check_critical(header, required_critical(header, scheme)));
  TRY(const auto signing_time, read_signing_time(header, scheme));
  TRY(const auto expiry, read_expiry(header, signing_time));
  return ProtectedHeader{.scheme = scheme, .signing_time = signing_time, .expiry = expiry};
}

namespace {

Result<void> refuse_plugins(const Cbor& header) {
  const Cbor* plugin = header.find(label::kVerificationPlugin);
  if (plugin != nullptr) {
    const auto name = plugin->text();
    return fail(Reason::EnvelopeInvalid, name && !name->empty()
                                             ? "the signature requires verification plugin \"" +
                                                   std::string(*name) + "\", which is not supported"
                                             : "the verification plugin is not named by text");
  }
  if (header.find(label::kPluginMinVersion) != nullptr) {
    return fail(Reason::EnvelopeInvalid, "a version of a verification plugin without a plugin");
  }
  return {};
}

Result<void> check_content_type(const Cbor& header) {
  const Cbor* type = header.find(label::kContentType);
  if (type == nullptr || type->text() != kPayloadType) {
    return fail(Reason::EnvelopeInvalid, "the content type is not " + std::string(kPayloadType));
  }
  return {};
}

Result<SigningScheme> read_scheme(const Cbor& header) {
  const Cbor* scheme = header.find(label::kSigningScheme);
  const auto text = scheme != nullptr ? scheme->text() : std::nullopt;
  for (const auto known : {SigningScheme::X509, SigningScheme::SigningAuthority}) {
    if (text == name(known)) {
      return known;
    }
  }
  return fail(Reason::EnvelopeInvalid, text
                                           ? "unknown signing scheme \"" + std::string(*text) + "\""
                                           : "the signing scheme is missing or not text");
}

std::vector<std::string_view> required_critical(const Cbor& header, SigningScheme scheme) {
  std::vector<std::string_view> required{label::kSigningScheme};
  switch (scheme) {
    case SigningScheme::X509:
      break;
    case SigningScheme::SigningAuthority:
      required.push_back(label::kAuthenticSigningTime);
      break;
  }
  if (header.find(label::kExpiry) != nullptr) {
    required.push_back(label::kExpiry);
  }
  return required;
}

// Each scheme has one time header, which is valid for that scheme only.
Result<Time> read_signing_time(const Cbor& header, SigningScheme scheme) {
  std::string_view wanted;
  std::string_view other;
  switch (scheme) {
    case SigningScheme::X509:
      wanted = label::kSigningTime;
      other = label::kAuthenticSigningTime;
      break;
    case SigningScheme::SigningAuthority:
      wanted = label::kAuthenticSigningTime;
      other = label::kSigningTime;
      break;
  }
  if (header.find(other) != nullptr) {
    return fail(
        Reason::EnvelopeInvalid,
        "header " + std::string(other) + " does not belong to scheme " + std::string(name(scheme)));
  }
  const Cbor* value = header.find(wanted);
  if (value == nullptr) {
    return fail(Reason::EnvelopeInvalid, "header " + std::string(wanted) + " is missing");
  }
  return read_time(*value, wanted);
}

Result<std::optional<Time>> read_expiry(const Cbor& header, Time signing_time) {
  const Cbor* value = header.find(label::kExpiry);
  if (value == nullptr) {
    return std::nullopt;
  }
  TRY(const auto expiry, read_time(*value, label::kExpiry));
  if (expiry <= signing_time) {
    return fail(Reason::EnvelopeInvalid, "the expiry is not after the signing time");
  }
  return expiry;
}

}  // namespace
}  // namespace countersign::notation
