// SPDX-License-Identifier: Apache-2.0
#include "azure/client_assertion.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"
#include "countersign/codec/pem.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/crypto/random.h"

namespace countersign::azure {
namespace {

using crypto::SignatureScheme;

std::unexpected<Error> refuse(std::string why) {
  return fail(Reason::AzureIdentityRefused, "the client certificate file " + std::move(why));
}

Result<x509::Certificate> certificate_of(const crypto::PrivateKey& key, std::string_view text) {
  TRY(const auto blocks, codec::parse_pem(text, "CERTIFICATE", codec::OtherBlocks::Skip,
                                          Reason::AzureIdentityRefused));
  if (blocks.empty()) {
    return refuse("holds no certificate");
  }
  for (const auto& block : blocks) {
    TRY(auto certificate,
        x509::Certificate::parse_der(block.content, Reason::AzureIdentityRefused));
    if (key.belongs_to(certificate.public_key())) {
      return certificate;
    }
  }
  return refuse("holds a private key that belongs to no certificate in it");
}

std::string header_of(const x509::Certificate& certificate) {
  codec::JsonWriter json;
  json.begin_object()
      .member("alg", "PS256")
      .member("typ", "JWT")
      .member("x5t#S256", codec::encode_base64url(crypto::sha256(certificate.der())))
      .end_object();
  return json.take();
}

std::string claims_of(const AssertionParties& parties, Time now) {
  const auto seconds = [](Time time) { return time.time_since_epoch().count(); };
  codec::JsonWriter json;
  json.begin_object()
      .member("aud", parties.endpoint)
      .member("iss", parties.client)
      .member("sub", parties.client)
      .member("jti", crypto::random_uuid())
      .member("nbf", seconds(now - limits::kAssertionSkew))
      .member("iat", seconds(now))
      .member("exp", seconds(now + limits::kAssertionLife))
      .end_object();
  return json.take();
}

}  // namespace

Result<ClientCertificate> ClientCertificate::parse_pem(std::string_view text, Time now) {
  TRY(auto key, crypto::PrivateKey::parse_pem(text, Reason::AzureIdentityRefused));
  TRY(auto certificate, certificate_of(key, text));
  if (!key.can_sign(SignatureScheme::RsaPss)) {
    return refuse("holds a key that is not RSA: PS256 is what Azure takes");
  }
  if (now < certificate.not_before()) {
    return refuse("holds a certificate that is not valid before " +
                  codec::format_rfc3339(certificate.not_before()));
  }
  if (now > certificate.not_after()) {
    return refuse("holds a certificate that expired at " +
                  codec::format_rfc3339(certificate.not_after()));
  }
  return ClientCertificate{std::move(certificate), std::move(key)};
}

Result<Secret> make_client_assertion(const ClientCertificate& identity,
                                     const AssertionParties& parties, Time now) {
  const auto header = header_of(identity.certificate);
  const auto claims = claims_of(parties, now);
  std::string jwt =
      codec::encode_base64url(as_bytes(header)) + "." + codec::encode_base64url(as_bytes(claims));
  // RFC 7518, section 3.5: PS256 is RSASSA-PSS with SHA-256, MGF1 with it, a salt as long.
  TRY(const auto signature,
      identity.key.sign(SignatureScheme::RsaPss, crypto::HashAlgorithm::Sha256, as_bytes(jwt)));
  jwt += "." + codec::encode_base64url(signature);
  Secret assertion(jwt);
  wipe(jwt);
  return assertion;
}

}  // namespace countersign::azure
