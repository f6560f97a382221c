// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/certificate.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/crypto/openssl_ptr.h"

#include "x509/asn1.h"
#include "x509/extensions.h"

namespace countersign::x509 {
namespace {

struct Validity {
  Time not_before;
  Time not_after;
};

Result<crypto::X509Ptr> decode(Bytes der, Reason reason);
Result<void> check_frame(const X509& certificate, Reason reason);
Result<Validity> read_validity(const X509& certificate, Reason reason);
Result<crypto::PublicKey> read_key(const X509& certificate, Reason reason);
Result<Bytes> raw_name(const X509_NAME& name, Reason reason);
std::string text(const X509_NAME& name);
std::string serial_text(const ASN1_INTEGER& serial);
SignatureStrength strength(X509& certificate);

}  // namespace

// Everything is read when the certificate is made. What OpenSSL caches in an X509 is in place by
// then, so that later uses only read.
struct Certificate::Impl {
  crypto::X509Ptr native;
  ByteVector der;
  std::string thumbprint;
  Bytes subject_der;  // in `native`
  Bytes issuer_der;   // in `native`
  std::string subject;
  std::string issuer;
  std::string serial;
  Validity validity;
  crypto::PublicKey key;
  SignatureStrength strength = SignatureStrength::Weak;
  Extensions extensions;
};

Result<Certificate> Certificate::parse_der(Bytes der, Reason reason) {
  const crypto::ErrorQueueGuard errors;
  TRY(auto native, decode(der, reason));
  TRY_VOID(check_frame(*native, reason));
  TRY(const Validity validity, read_validity(*native, reason));
  TRY(auto extensions, read_extensions(*native, reason));
  TRY(auto key, read_key(*native, reason));
  const X509_NAME& subject = *X509_get_subject_name(native.get());
  const X509_NAME& issuer = *X509_get_issuer_name(native.get());
  TRY(const Bytes subject_der, raw_name(subject, reason));
  TRY(const Bytes issuer_der, raw_name(issuer, reason));
  const SignatureStrength signature_strength = strength(*native);
  std::string serial = serial_text(*X509_get0_serialNumber(native.get()));
  return Certificate(std::make_shared<const Impl>(Impl{
      .native = std::move(native),
      .der = ByteVector(der.begin(), der.end()),
      .thumbprint = codec::encode_hex(crypto::sha256(der)),
      .subject_der = subject_der,
      .issuer_der = issuer_der,
      .subject = text(subject),
      .issuer = text(issuer),
      .serial = std::move(serial),
      .validity = validity,
      .key = std::move(key),
      .strength = signature_strength,
      .extensions = std::move(extensions),
  }));
}

Bytes Certificate::der() const { return impl_->der; }
const std::string& Certificate::thumbprint() const { return impl_->thumbprint; }
Bytes Certificate::subject_der() const { return impl_->subject_der; }
Bytes Certificate::issuer_der() const { return impl_->issuer_der; }
const std::string& Certificate::subject() const { return impl_->subject; }
const std::string& Certificate::issuer() const { return impl_->issuer; }
const std::string& Certificate::serial() const { return impl_->serial; }
Time Certificate::not_before() const { return impl_->validity.not_before; }
Time Certificate::not_after() const { return impl_->validity.not_after; }
const crypto::PublicKey& Certificate::public_key() const { return impl_->key; }
SignatureStrength Certificate::signature_strength() const { return impl_->strength; }
const std::optional<BasicConstraints>& Certificate::basic_constraints() const {
  return impl_->extensions.basic_constraints;
}
const std::optional<KeyUsage>& Certificate::key_usage() const {
  return impl_->extensions.key_usage;
}
const std::optional<ExtendedKeyUsage>& Certificate::extended_key_usage() const {
  return impl_->extensions.extended_key_usage;
}
const std::vector<std::string>& Certificate::ocsp_urls() const {
  return impl_->extensions.ocsp_urls;
}
const std::vector<std::string>& Certificate::crl_urls() const { return impl_->extensions.crl_urls; }
x509_st* Certificate::native() const { return impl_->native.get(); }

bool Certificate::issued_by(const Certificate& parent) const {
  const crypto::ErrorQueueGuard errors;
  return as_text(issuer_der()) == as_text(parent.subject_der()) &&
         X509_verify(native(), parent.public_key().native()) == 1;
}

bool Certificate::operator==(const Certificate& other) const {
  return impl_ == other.impl_ || impl_->der == other.impl_->der;
}

namespace {

Result<crypto::X509Ptr> decode(Bytes der, Reason reason) {
  if (der.size() > limits::kCertificateBytes) {
    return fail(reason, "certificate is larger than the limit");
  }
  if (!is_der(der)) {
    return fail(reason, "certificate is not exactly one DER element");
  }
  const unsigned char* next = der.data();
  crypto::X509Ptr native(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (native == nullptr || next != der.data() + der.size()) {
    return fail(reason, "certificate is malformed");
  }
  unsigned char* again = nullptr;
  const int size = i2d_X509(native.get(), &again);
  const crypto::OpensslBytes owner(again);
  if (size <= 0 || as_text({again, static_cast<std::size_t>(size)}) != as_text(der)) {
    return fail(reason, "certificate does not re-encode to the same bytes");
  }
  return native;
}

// RFC 5280, 4.1: versions 1 to 3; extensions are of version 3; "signatureAlgorithm ... MUST contain
// the same algorithm identifier as the signature field".
Result<void> check_frame(const X509& certificate, Reason reason) {
  const long version = X509_get_version(&certificate);
  if (version < X509_VERSION_1 || version > X509_VERSION_3) {
    return fail(reason, "certificate has an unknown version");
  }
  if (version != X509_VERSION_3 && X509_get_ext_count(&certificate) > 0) {
    return fail(reason, "certificate of an old version has extensions");
  }
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(&signature, &outer, &certificate);
  if (X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(&certificate)) != 0) {
    return fail(reason, "certificate names two signature algorithms");
  }
  return {};
}

Result<Validity> read_validity(const X509& certificate, Reason reason) {
  const auto not_before = read_time(*X509_get0_notBefore(&certificate));
  const auto not_after = read_time(*X509_get0_notAfter(&certificate));
  if (!not_before || !not_after) {
    return fail(reason, "certificate has a malformed validity time");
  }
  return Validity{*not_before, *not_after};
}

Result<crypto::PublicKey> read_key(const X509& certificate, Reason reason) {
  EVP_PKEY* const key = X509_get0_pubkey(&certificate);
  if (key == nullptr) {
    return fail(reason, "certificate has a malformed public key or one of an unknown type");
  }
  if (EVP_PKEY_get_bits(key) > limits::kPublicKeyBits) {
    return fail(reason, "certificate has a public key larger than the limit");
  }
  return crypto::PublicKey::share(key);
}

Result<Bytes> raw_name(const X509_NAME& name, Reason reason) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(&name, &data, &size) != 1 || size > limits::kNameBytes) {
    return fail(reason, "certificate has a name larger than the limit");
  }
  return Bytes(data, size);
}

std::string text(const X509_NAME& name) {
  const crypto::BioPtr out(BIO_new(BIO_s_mem()));
  constexpr unsigned long kRfc4514 = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;  // UTF-8 as it is
  if (out == nullptr || X509_NAME_print_ex(out.get(), &name, 0, kRfc4514) < 0) {
    return "?";
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return size <= 0 ? "" : std::string(data, static_cast<std::size_t>(size));
}

std::string serial_text(const ASN1_INTEGER& serial) {
  const bool negative = ASN1_STRING_type(&serial) == V_ASN1_NEG_INTEGER;
  return (negative ? "-" : "") +
         codec::encode_hex({ASN1_STRING_get0_data(&serial),
                            static_cast<std::size_t>(ASN1_STRING_length(&serial))});
}

bool is_sha2(int digest) {
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

SignatureStrength strength(X509& certificate) {
  int digest = NID_undef;
  int key = NID_undef;
  std::uint32_t flags = 0;
  if (X509_get_signature_info(&certificate, &digest, &key, nullptr, &flags) != 1) {
    return SignatureStrength::Weak;
  }
  // For RSASSA-PSS the flag says that MGF1 uses the same hash and that the salt has its length.
  const bool pss_is_sound = (flags & X509_SIG_INFO_TLS) != 0;
  const bool strong = (key == NID_rsaEncryption && is_sha2(digest)) ||
                      (key == NID_rsassaPss && is_sha2(digest) && pss_is_sound) ||
                      (key == NID_X9_62_id_ecPublicKey && is_sha2(digest)) || key == NID_ED25519;
  return strong ? SignatureStrength::Strong : SignatureStrength::Weak;
}

}  // namespace
}  // namespace countersign::x509
