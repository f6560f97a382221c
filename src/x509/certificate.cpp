// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/certificate.h"

#include <array>
#include <atomic>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/crypto/digest.h"
#include "countersign/crypto/openssl_ptr.h"

#include "x509/certificate_fields.h"
#include "x509/certificate_reader.h"
#include "x509/extensions.h"
#include "x509/name_reader.h"
#include "x509/public_key_info.h"
#include "x509/signature_method.h"

namespace countersign::x509 {
namespace {

using Thumbprint = std::array<std::uint8_t, 32>;

Result<crypto::PublicKey> read_key(Bytes info, Reason reason);
std::string serial_text(Bytes serial);
bool verifies_weakly(Bytes certificate, const crypto::PublicKey& key);

// Of the certificate that was found to have issued this one: the signature needs no second look.
// Only one is kept, the first; nothing is kept of failures, which may be a lack of memory.
class IssuerMemo {
 public:
  bool holds(const Thumbprint& issuer) const {
    return state_.load(std::memory_order_acquire) == State::Kept && issuer_ == issuer;
  }
  void keep(const Thumbprint& issuer) {
    State empty = State::Empty;
    if (state_.compare_exchange_strong(empty, State::Writing, std::memory_order_acquire)) {
      issuer_ = issuer;
      state_.store(State::Kept, std::memory_order_release);
    }
  }

 private:
  enum class State : std::uint8_t { Empty, Writing, Kept };
  std::atomic<State> state_ = State::Empty;
  Thumbprint issuer_{};
};

}  // namespace

// Everything is read when the certificate is made, but for the memo.
struct Certificate::Impl {
  Impl(ByteVector bytes, const CertificateFields& read, crypto::PublicKey public_key,
       Extensions known)
      : der(std::move(bytes)),
        fields(read),
        digest(crypto::sha256(der)),
        thumbprint(codec::encode_hex(digest)),
        subject(display_name(fields.subject)),
        issuer(display_name(fields.issuer)),
        serial(serial_text(fields.serial)),
        key(std::move(public_key)),
        method(signature_method(fields.algorithm)),
        extensions(std::move(known)) {}

  ByteVector der;
  CertificateFields fields;  // in `der`
  Thumbprint digest;
  std::string thumbprint;
  std::string subject;
  std::string issuer;
  std::string serial;
  crypto::PublicKey key;
  std::optional<SignatureMethod> method;
  Extensions extensions;
  mutable IssuerMemo issuer_memo;
};

Result<Certificate> Certificate::parse_der(Bytes der, Reason reason) {
  if (der.size() > limits::kCertificateBytes) {
    return fail(reason, "certificate is larger than the limit");
  }
  ByteVector bytes(der.begin(), der.end());
  TRY(const CertificateFields fields, read_certificate(bytes, reason));
  TRY(auto extensions, read_extensions(fields.extensions, reason));
  TRY(auto key, read_key(fields.public_key_info, reason));
  return Certificate(std::make_shared<const Impl>(std::move(bytes), fields, std::move(key),
                                                  std::move(extensions)));
}

Bytes Certificate::der() const { return impl_->der; }
const std::string& Certificate::thumbprint() const { return impl_->thumbprint; }
Bytes Certificate::subject_der() const { return impl_->fields.subject; }
Bytes Certificate::issuer_der() const { return impl_->fields.issuer; }
const std::string& Certificate::subject() const { return impl_->subject; }
const std::string& Certificate::issuer() const { return impl_->issuer; }
const std::string& Certificate::serial() const { return impl_->serial; }
Time Certificate::not_before() const { return impl_->fields.not_before; }
Time Certificate::not_after() const { return impl_->fields.not_after; }
const crypto::PublicKey& Certificate::public_key() const { return impl_->key; }
SignatureStrength Certificate::signature_strength() const {
  return impl_->method ? SignatureStrength::Strong : SignatureStrength::Weak;
}
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

const CertificateFields& Certificate::fields() const { return impl_->fields; }

bool Certificate::issued_by(const Certificate& parent) const {
  if (as_text(issuer_der()) != as_text(parent.subject_der())) {
    return false;
  }
  if (impl_->issuer_memo.holds(parent.impl_->digest)) {
    return true;
  }
  const CertificateFields& fields = impl_->fields;
  const bool issued = impl_->method ? verifies(parent.public_key(), *impl_->method,
                                               fields.signed_part, fields.signature)
                                    : verifies_weakly(impl_->der, parent.public_key());
  if (issued) {
    impl_->issuer_memo.keep(parent.impl_->digest);
  }
  return issued;
}

bool Certificate::operator==(const Certificate& other) const {
  return impl_ == other.impl_ || impl_->der == other.impl_->der;
}

namespace {

Result<crypto::PublicKey> read_key(Bytes info, Reason reason) {
  auto key = read_public_key(info, reason);
  if (!key) {
    return fail(reason, "certificate has a malformed public key or one of an unknown type");
  }
  if (key->bits() > limits::kPublicKeyBits) {
    return fail(reason, "certificate has a public key larger than the limit");
  }
  return key;
}

// The magnitude in whole octets, as OpenSSL and Go show it.
std::string serial_text(Bytes serial) {
  const bool negative = (serial.front() & 0x80U) != 0;
  ByteVector magnitude(serial.begin(), serial.end());
  if (negative) {  // two's complement
    unsigned carry = 1;
    for (auto byte = magnitude.rbegin(); byte != magnitude.rend(); ++byte) {
      carry += static_cast<std::uint8_t>(~*byte);
      *byte = static_cast<std::uint8_t>(carry);
      carry >>= 8U;
    }
  }
  const Bytes all(magnitude);
  const Bytes digits = all.size() > 1 && all.front() == 0 ? all.subspan(1) : all;
  return (negative ? "-" : "") + codec::encode_hex(digits);
}

// By SHA-1 and the like. The profile refuses such a certificate, but a trust store may hold a root
// that signs itself so.
bool verifies_weakly(Bytes certificate, const crypto::PublicKey& key) {
  const crypto::ErrorQueueGuard errors;
  const unsigned char* next = certificate.data();
  const crypto::X509Ptr decoded(d2i_X509(nullptr, &next, static_cast<long>(certificate.size())));
  return decoded != nullptr && X509_verify(decoded.get(), key.native()) == 1;
}

}  // namespace
}  // namespace countersign::x509
