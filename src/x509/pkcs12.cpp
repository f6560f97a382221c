// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/pkcs12.h"

#include <optional>
#include <string_view>
#include <utility>

#include <openssl/crypto.h>

#include "countersign/base/limits.h"

#include "x509/der.h"
#include "x509/pkcs12_encryption.h"
#include "x509/pkcs12_mac.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kData = "1.2.840.113549.1.7.1";
constexpr std::string_view kEncryptedData = "1.2.840.113549.1.7.6";
constexpr std::string_view kCertificateBag = "1.2.840.113549.1.12.10.1.3";
constexpr std::string_view kNestedBags = "1.2.840.113549.1.12.10.1.6";
constexpr std::string_view kX509Certificate = "1.2.840.113549.1.9.22.1";
constexpr std::int64_t kVersion = 3;

struct Typed {  // SEQUENCE { type OBJECT IDENTIFIER, [0] EXPLICIT content, more }
  std::string type;
  Bytes content;
};

struct Wiped {  // at the end of its scope
  ByteVector bytes;
  ~Wiped() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

class Pkcs12Reader {
 public:
  explicit Pkcs12Reader(Reason reason) : reason_(reason) {}

  Result<std::vector<Certificate>> read(Bytes file);

 private:
  Result<void> read_safes(Bytes authenticated_safe, EmptyPassword password);
  Result<void> read_safe(const Typed& safe, EmptyPassword password);
  Result<void> read_encrypted(Bytes encrypted_data, EmptyPassword password);
  Result<void> read_bags(Bytes safe_contents);
  Result<void> read_certificate(Bytes bag);
  Result<DerReader> elements_of(Bytes sequence) const;
  Result<Typed> read_typed(const std::optional<Der>& sequence) const;
  std::unexpected<Error> malformed() const { return fail(reason_, "PKCS#12: malformed"); }

  Reason reason_;
  std::vector<Certificate> certificates_;
};

}  // namespace

Result<std::vector<Certificate>> read_pkcs12(ByteVector file, Reason reason) {
  const Wiped wiped{std::move(file)};
  return Pkcs12Reader(reason).read(wiped.bytes);
}

namespace {

// PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData MacData OPTIONAL }
Result<std::vector<Certificate>> Pkcs12Reader::read(Bytes file) {
  if (file.size() > limits::kVaultSecretBytes) {
    return fail(reason_, "PKCS#12: larger than the limit");
  }
  TRY(auto fields, elements_of(file));
  const auto version = fields.take(der::kInteger);
  if (!version || integer(version->content) != kVersion) {
    return fail(reason_, "PKCS#12: not a file of version 3");
  }
  TRY(const auto safe, read_typed(fields.take(der::kSequence)));
  const auto mac = fields.take(der::kSequence);
  const auto content = content_of(safe.content, der::kOctetString);
  if (safe.type != kData || !content || !mac || !fields.empty()) {
    return fail(reason_, "PKCS#12: not protected by a password, not even the empty one");
  }
  TRY(const auto password, check_mac(mac->content, *content, reason_));
  TRY_VOID(read_safes(*content, password));
  return std::move(certificates_);
}

// AuthenticatedSafe ::= SEQUENCE OF ContentInfo
Result<void> Pkcs12Reader::read_safes(Bytes authenticated_safe, EmptyPassword password) {
  TRY(auto safes, elements_of(authenticated_safe));
  for (std::size_t count = 0; !safes.empty(); ++count) {
    if (count == limits::kPkcs12Safes) {
      return fail(reason_, "PKCS#12: more parts than the limit");
    }
    TRY(const auto safe, read_typed(safes.take(der::kSequence)));
    TRY_VOID(read_safe(safe, password));
  }
  return {};
}

Result<void> Pkcs12Reader::read_safe(const Typed& safe, EmptyPassword password) {
  if (safe.type == kEncryptedData) {
    return read_encrypted(safe.content, password);
  }
  const auto content = content_of(safe.content, der::kOctetString);
  if (safe.type != kData || !content) {
    return fail(reason_, "PKCS#12: a part is neither plain nor encrypted with a password");
  }
  return read_bags(*content);
}

// EncryptedData ::= SEQUENCE { version INTEGER, SEQUENCE { contentType OBJECT IDENTIFIER,
// AlgorithmIdentifier, [0] IMPLICIT OCTET STRING } } (RFC 2315, section 13)
Result<void> Pkcs12Reader::read_encrypted(Bytes encrypted_data, EmptyPassword password) {
  DerReader fields(content_of(encrypted_data, der::kSequence).value_or(Bytes{}));
  const auto version = fields.take(der::kInteger);
  const auto info = fields.take(der::kSequence);
  DerReader parts(info ? info->content : Bytes{});
  const auto type = parts.take(der::kObjectIdentifier);
  const auto algorithm = parts.take(der::kSequence);
  const auto encrypted = parts.take(der::context(0));
  if (!version || !fields.empty() || !type || dotted(type->content) != kData || !algorithm ||
      !encrypted || !parts.empty()) {
    return malformed();
  }
  TRY(const auto plain, decrypt(algorithm->whole, encrypted->content, password, reason_));
  return read_bags(plain.get());
}

// SafeContents ::= SEQUENCE OF SafeBag
Result<void> Pkcs12Reader::read_bags(Bytes safe_contents) {
  TRY(auto bags, elements_of(safe_contents));
  while (!bags.empty()) {
    TRY(const auto bag, read_typed(bags.take(der::kSequence)));
    if (bag.type == kNestedBags) {
      return fail(reason_, "PKCS#12: bags inside of bags");
    }
    if (bag.type == kCertificateBag) {
      TRY_VOID(read_certificate(bag.content));
    }
  }
  return {};
}

// CertBag ::= SEQUENCE { certId OBJECT IDENTIFIER, certValue [0] EXPLICIT OCTET STRING }
Result<void> Pkcs12Reader::read_certificate(Bytes bag) {
  DerReader only(bag);
  TRY(const auto value, read_typed(only.take(der::kSequence)));
  const auto content = content_of(value.content, der::kOctetString);
  if (value.type != kX509Certificate || !content) {
    return fail(reason_, "PKCS#12: a certificate that is not of X.509");
  }
  if (certificates_.size() == limits::kVaultChain) {
    return fail(reason_, "PKCS#12: more certificates than the limit");
  }
  TRY(auto certificate, Certificate::parse_der(*content, reason_));
  certificates_.push_back(std::move(certificate));
  return {};
}

Result<DerReader> Pkcs12Reader::elements_of(Bytes sequence) const {
  const auto content = is_der(sequence) ? content_of(sequence, der::kSequence) : std::nullopt;
  if (!content) {
    return fail(reason_, "PKCS#12: not exactly one SEQUENCE in DER");
  }
  return DerReader(*content);
}

Result<Typed> Pkcs12Reader::read_typed(const std::optional<Der>& sequence) const {
  DerReader fields(sequence ? sequence->content : Bytes{});
  const auto type = fields.take(der::kObjectIdentifier);
  const auto content = fields.take(der::constructed(0));
  auto name = type ? dotted(type->content) : std::nullopt;
  if (!name || !content) {
    return malformed();
  }
  return Typed{*std::move(name), content->content};
}

}  // namespace
}  // namespace countersign::x509
