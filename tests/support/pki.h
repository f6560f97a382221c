// SPDX-License-Identifier: Apache-2.0
// Keys and certificates in memory for tests.
//
//   const Signer root = make_root();
//   const Signer ca = root.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Issuing CA"));
//   const Signer leaf = ca.issue(leaf_spec(), key(KeyType::Rsa2048));
//   leaf.chain();        // leaf, issuing CA, root
//   leaf.sign(bytes);    // as an envelope carries it
//
// Whatever OpenSSL refuses ends the test program: equipment that limps proves nothing.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/base/clock.h"
#include "countersign/x509/certificate.h"

#include "support/key.h"

namespace countersign::test {

enum class SignatureHash : std::uint8_t { Sha256, Sha384, Sha512, Sha1, Md5 };

struct Pss {  // for an RSA key: RSASSA-PSS in place of PKCS #1 v1.5
  int salt_length = 32;
  SignatureHash mgf1 = SignatureHash::Sha256;
};

struct RawExtension {
  std::string type;  // dotted object identifier
  x509::Criticality criticality = x509::Criticality::NotCritical;
  ByteVector value;
};

struct CertificateSpec {
  std::string subject = {};                    // "C=US, ST=WA, O=Acme"; no escapes
  std::optional<ByteVector> subject_der = {};  // instead of `subject`: any Name
  std::optional<ByteVector> issuer_der = {};   // instead of the issuer's subject
  Time not_before = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};
  Time not_after = std::chrono::sys_days{std::chrono::year{2090} / 1 / 1};
  std::string serial = {};  // hex, may begin with "-"; empty: one more than the last
  std::optional<x509::BasicConstraints> basic_constraints = {};
  std::optional<x509::KeyUsage> key_usage = {};
  std::optional<x509::ExtendedKeyUsage> extended_key_usage = {};
  std::string subject_alt_name =
      {};  // "DNS:localhost,IP:127.0.0.1", as in an OpenSSL configuration
  std::vector<std::string> ocsp_urls = {};
  std::vector<std::string> crl_urls = {};
  std::vector<RawExtension> more_extensions = {};
  SignatureHash hash = SignatureHash::Sha256;
  std::optional<Pss> pss = {};
  int version = 3;
};

inline constexpr std::string_view kCodeSigning = "1.3.6.1.5.5.7.3.3";
inline constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
inline constexpr std::string_view kServerAuth = "1.3.6.1.5.5.7.3.1";

x509::KeyUsage critical_usage(std::initializer_list<x509::KeyUsageBit> bits);

// Specifications that satisfy the profile; tests change one thing.
CertificateSpec ca_spec(std::string_view subject = "C=US, ST=WA, O=Acme, CN=Acme Root");
CertificateSpec leaf_spec(std::string_view subject = "C=US, ST=WA, O=Acme, CN=Acme Signer");
// As Azure Key Vault makes a self-signed code signing certificate: not a CA.
CertificateSpec key_vault_spec(std::string_view subject = "C=US, ST=WA, O=Acme, CN=acme.example");
CertificateSpec tsa_spec(std::string_view subject = "C=US, ST=WA, O=Acme, CN=Acme Timestamps");
CertificateSpec tls_spec(std::string_view subject_alt_name = "DNS:localhost,IP:127.0.0.1");

class Signer {  // a private key and the certificates above it; cheap enough to copy
 public:
  // Signed by its own key.
  static Signer self_signed(const CertificateSpec&, const Key& = new_key());

  Signer issue(const CertificateSpec&, const Key& = new_key()) const;
  // The DER of such a certificate, also when Certificate::parse_der would refuse it.
  ByteVector issue_der(const CertificateSpec&, const Key& subject_key) const;

  ByteVector sign(Bytes message) const { return key_.sign(message); }
  const Key& key() const { return key_; }
  const x509::Certificate& certificate() const { return chain_.front(); }
  const x509::Chain& chain() const { return chain_; }  // itself first, the root last
  std::string pem() const;                             // its certificate
  std::string chain_pem() const;

 private:
  Signer(Key key, x509::Chain chain) : key_(std::move(key)), chain_(std::move(chain)) {}
  Key key_;
  x509::Chain chain_;
};

// The DER of a certificate signed by its own key, also when it can't be parsed.
ByteVector self_signed_der(const CertificateSpec&, const Key&);

Signer make_root(const CertificateSpec& = ca_spec());
// Root, issuing CA, and a leaf with this key.
Signer make_leaf(const Key& = new_key(), const CertificateSpec& = leaf_spec());
// The one certificate that Key Vault's "Self" issuer makes.
Signer make_key_vault_signer(const Key& = key(KeyType::Rsa2048));

x509::Certificate parse(Bytes der);  // ends the test program when it is refused
std::string pem(const x509::Certificate&);
std::string pem(const x509::Chain&);
std::string pem(std::string_view label, Bytes der);

// A Name, one RDN for each attribute; the string type is the one of the DER tag (0x0c UTF8String).
struct RawAttribute {
  std::string type;  // dotted object identifier, or a short name that OpenSSL knows
  std::string value;
  int tag = 0x0c;
};
ByteVector name_der(const std::vector<RawAttribute>& attributes);

}  // namespace countersign::test
