// SPDX-License-Identifier: Apache-2.0
#include "support/certificate_maker.h"

#include <algorithm>
#include <atomic>

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/structure_signer.h"

namespace countersign::test {
namespace {

using crypto::BignumPtr;
using crypto::X509NamePtr;
using crypto::X509Ptr;

void set_time(ASN1_TIME* field, Time time) {
  demand(ASN1_TIME_set(field, time.time_since_epoch().count()) != nullptr, "time");
}

void set_serial(X509* certificate, const std::string& hex) {
  static std::atomic<unsigned long> last{0x1000};
  BIGNUM* read = nullptr;
  if (hex.empty()) {
    demand(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), ++last) == 1, "serial");
    return;
  }
  demand(BN_hex2bn(&read, hex.c_str()) > 0, "serial");
  const BignumPtr number(read);
  demand(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "serial");
}

X509NamePtr decode_name(const ByteVector& der) {
  const unsigned char* next = der.data();
  X509NamePtr name(d2i_X509_NAME(nullptr, &next, static_cast<long>(der.size())));
  demand(name != nullptr, "name");
  return name;
}

void add_extension(X509* certificate, const char* type, x509::Criticality criticality,
                   const ByteVector& value) {
  const crypto::ObjectPtr object(OBJ_txt2obj(type, 0));
  const crypto::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> octets(
      ASN1_OCTET_STRING_new());
  demand(object != nullptr && octets != nullptr &&
             ASN1_OCTET_STRING_set(octets.get(), value.data(), static_cast<int>(value.size())) == 1,
         "extension");
  const crypto::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509_EXTENSION_create_by_OBJ(
          nullptr, object.get(), criticality == x509::Criticality::Critical ? 1 : 0, octets.get()));
  demand(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

// `value` as in an OpenSSL configuration file.
void add_extension(X509* certificate, int type, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const crypto::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, type, value.c_str()));
  demand(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

void add_basic_constraints(X509* certificate, const x509::BasicConstraints& constraints) {
  const crypto::BasicConstraintsPtr value(BASIC_CONSTRAINTS_new());
  demand(value != nullptr, "basic constraints");
  value->ca = constraints.ca ? 0xff : 0;
  if (constraints.path_length) {
    value->pathlen = ASN1_INTEGER_new();
    demand(ASN1_INTEGER_set_int64(value->pathlen, *constraints.path_length) == 1, "path length");
  }
  add_extension(certificate, "2.5.29.19", constraints.criticality,
                encode<BASIC_CONSTRAINTS, i2d_BASIC_CONSTRAINTS>(value.get()));
}

void add_key_usage(X509* certificate, const x509::KeyUsage& usage) {
  const crypto::BitStringPtr value(ASN1_BIT_STRING_new());
  demand(value != nullptr, "key usage");
  for (int bit = 0; bit < 9; ++bit) {
    if ((usage.bits >> static_cast<unsigned>(bit) & 1U) != 0) {
      demand(ASN1_BIT_STRING_set_bit(value.get(), bit, 1) == 1, "key usage");
    }
  }
  add_extension(certificate, "2.5.29.15", usage.criticality,
                encode<ASN1_BIT_STRING, i2d_ASN1_BIT_STRING>(value.get()));
}

void add_extended_key_usage(X509* certificate, const x509::ExtendedKeyUsage& usage) {
  const crypto::ExtendedKeyUsagePtr value(sk_ASN1_OBJECT_new_null());
  for (const std::string& purpose : usage.purposes) {
    demand(sk_ASN1_OBJECT_push(value.get(), OBJ_txt2obj(purpose.c_str(), 1)) > 0,
           "extended key usage");
  }
  add_extension(certificate, "2.5.29.37", usage.criticality,
                encode<EXTENDED_KEY_USAGE, i2d_EXTENDED_KEY_USAGE>(value.get()));
}

void add_extensions(X509* certificate, const CertificateSpec& spec) {
  if (spec.basic_constraints) {
    add_basic_constraints(certificate, *spec.basic_constraints);
  }
  if (spec.key_usage) {
    add_key_usage(certificate, *spec.key_usage);
  }
  if (spec.extended_key_usage) {
    add_extended_key_usage(certificate, *spec.extended_key_usage);
  }
  if (!spec.subject_alt_name.empty()) {
    add_extension(certificate, NID_subject_alt_name, spec.subject_alt_name);
  }
  std::string ocsp;
  for (const std::string& url : spec.ocsp_urls) {
    ocsp += (ocsp.empty() ? "OCSP;URI:" : ",OCSP;URI:") + url;
  }
  if (!ocsp.empty()) {
    add_extension(certificate, NID_info_access, ocsp);
  }
  std::string crl;
  for (const std::string& url : spec.crl_urls) {
    crl += (crl.empty() ? "URI:" : ",URI:") + url;
  }
  if (!crl.empty()) {
    add_extension(certificate, NID_crl_distribution_points, crl);
  }
  for (const RawExtension& more : spec.more_extensions) {
    add_extension(certificate, more.type.c_str(), more.criticality, more.value);
  }
}

void append(ByteVector& to, const ByteVector& more) {
  to.insert(to.end(), more.begin(), more.end());
}

ByteVector joined(ByteVector first, const ByteVector& second) {
  append(first, second);
  return first;
}

// Tag, length, content.
ByteVector element(int tag, const ByteVector& content) {
  ByteVector der{static_cast<std::uint8_t>(tag)};
  const std::size_t size = content.size();
  if (size >= 0x100) {
    append(der, {0x82, static_cast<std::uint8_t>(size >> 8U)});
  } else if (size >= 0x80) {
    der.push_back(0x81);
  }
  der.push_back(static_cast<std::uint8_t>(size));
  append(der, content);
  return der;
}

void sign(X509* certificate, const CertificateSpec& spec, EVP_PKEY* key) {
  const bool hashes_itself = EVP_PKEY_is_a(key, "ED25519") == 1;
  const crypto::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  demand(EVP_DigestSignInit(context.get(), &parameters,
                            hashes_itself ? nullptr : digest_of(spec.hash), nullptr, key) == 1,
         "signature of a certificate");
  if (spec.pss) {
    demand(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, spec.pss->salt_length) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, digest_of(spec.pss->mgf1)) == 1,
           "RSASSA-PSS of a certificate");
  }
  demand(X509_sign_ctx(certificate, context.get()) > 0, "signature of a certificate");
}

}  // namespace

ByteVector subject_of(const CertificateSpec& spec) {
  if (spec.subject_der) {
    return *spec.subject_der;
  }
  std::vector<RawAttribute> attributes;
  for (std::size_t at = 0; at < spec.subject.size();) {
    const std::size_t end = std::min(spec.subject.find(", ", at), spec.subject.size());
    const std::string part = spec.subject.substr(at, end - at);
    const std::size_t equals = part.find('=');
    demand(equals != std::string::npos, "subject without `=`");
    attributes.push_back({part.substr(0, equals), part.substr(equals + 1)});
    at = end + 2;
  }
  return name_der(attributes);
}

ByteVector make_certificate(const CertificateSpec& spec, const Key& subject_key,
                            const ByteVector& issuer, const Key& issuer_key) {
  const X509Ptr certificate(X509_new());
  const X509NamePtr subject_name = decode_name(subject_of(spec));
  const X509NamePtr issuer_name = decode_name(spec.issuer_der.value_or(issuer));
  demand(X509_set_version(certificate.get(), spec.version - 1) == 1 &&
             X509_set_subject_name(certificate.get(), subject_name.get()) == 1 &&
             X509_set_issuer_name(certificate.get(), issuer_name.get()) == 1 &&
             X509_set_pubkey(certificate.get(), subject_key.native()) == 1,
         "certificate");
  set_serial(certificate.get(), spec.serial);
  set_time(X509_getm_notBefore(certificate.get()), spec.not_before);
  set_time(X509_getm_notAfter(certificate.get()), spec.not_after);
  add_extensions(certificate.get(), spec);
  sign(certificate.get(), spec, issuer_key.native());
  return encode<X509, i2d_X509>(certificate.get());
}

// By hand: OpenSSL refuses to encode the names that tests of refusals need.
ByteVector name_der(const std::vector<RawAttribute>& attributes) {
  ByteVector rdns;
  for (const RawAttribute& attribute : attributes) {
    const crypto::ObjectPtr object(OBJ_txt2obj(attribute.type.c_str(), 0));
    demand(object != nullptr, "unknown attribute type");
    const ByteVector type = encode<ASN1_OBJECT, i2d_ASN1_OBJECT>(object.get());
    const ByteVector value =
        element(attribute.tag, {attribute.value.begin(), attribute.value.end()});
    append(rdns, element(0x31, element(0x30, joined(type, value))));
  }
  return element(0x30, rdns);
}

}  // namespace countersign::test
