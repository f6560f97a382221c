// SPDX-License-Identifier: Apache-2.0
#include "azure/certificate_answer.h"

#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/x509/thumbprint.h"

#include "azure/answer_document.h"

namespace countersign::azure {
namespace {

// "x5t" can't tell a forgery from the original, but a mistake.
Result<x509::Chain> certificate_in(const codec::Json& json) {
  const auto* text = json.find_string("cer");
  const auto* thumbprint = json.find_string("x5t");
  if (text == nullptr || thumbprint == nullptr) {
    return fail(Reason::BadConfig, "the certificate or its thumbprint is missing");
  }
  TRY(const auto der, codec::decode_base64(*text, Reason::BadConfig));
  TRY(auto certificate, x509::Certificate::parse_der(der, Reason::BadConfig));
  if (codec::encode_base64url(x509::sha1_thumbprint(certificate)) != *thumbprint) {
    return fail(Reason::BadConfig, "the thumbprint is that of another certificate");
  }
  return x509::Chain{std::move(certificate)};
}

}  // namespace

Result<ObjectVersion> read_certificate(std::string_view answer, const Resource& asked,
                                       const Vault& vault) {
  TRY(const auto document, read_document(answer, asked, vault));
  auto certificates = certificate_in(document.json);
  if (!certificates) {
    certificates.error().detail = unusable(asked, vault, certificates.error().detail);
  }
  return ObjectVersion{document.version, document.attributes, std::move(certificates),
                       key_id_in(document)};
}

}  // namespace countersign::azure
