// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/issue.h"

#include <algorithm>
#include <limits>

#include <openssl/pem.h>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/crypto/random.h"

namespace countersign::x509 {
namespace {

using crypto::BignumPtr;
using crypto::BioPtr;
using crypto::KeyPtr;
using crypto::OpensslPtr;
using crypto::X509Ptr;
using ExtensionPtr = OpensslPtr<X509_EXTENSION, X509_EXTENSION_free>;
using GeneralNamePtr = OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesPtr = OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

struct Issuer {
  X509Ptr certificate;
  KeyPtr key;
};

struct Extension {
  int type;
  const char* value;  // as in an OpenSSL configuration file: never from outside
};

constexpr std::size_t kCommonNameBytes = 64;  // RFC 5280: ub-common-name

KeyPtr make_key();
X509Ptr blank(EVP_PKEY* key, const std::string& common_name, Time from, Time until);
bool extend(X509* certificate, X509* issuer, std::initializer_list<Extension> extensions);
bool name(X509* certificate, const std::vector<std::string>& dns_names);
Result<Issuer> read_issuer(const KeyedCertificate& authority);
Result<Time> end_of(const X509* certificate);
Result<KeyedCertificate> sign(X509* certificate, EVP_PKEY* subject, EVP_PKEY* issuer);

std::unexpected<Error> refused() {
  return fail(Reason::Internal, "OpenSSL does not make a certificate of this");
}

}  // namespace

Result<KeyedCertificate> issue_authority(const std::string& common_name, const Term& term) {
  const crypto::ErrorQueueGuard errors;
  const auto key = make_key();
  const auto certificate =
      blank(key.get(), common_name, term.now - limits::kCertificateBackdate, term.now + term.life);
  if (!certificate ||
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) != 1 ||
      !extend(certificate.get(), certificate.get(),
              {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
               {NID_key_usage, "critical,keyCertSign,cRLSign"},
               {NID_subject_key_identifier, "hash"}})) {
    return refused();
  }
  return sign(certificate.get(), key.get(), key.get());
}

Result<KeyedCertificate> issue_serving(const std::vector<std::string>& dns_names, const Term& term,
                                       const KeyedCertificate& authority) {
  const crypto::ErrorQueueGuard errors;
  if (dns_names.empty() || !std::ranges::all_of(dns_names, is_dns_name)) {
    return fail(Reason::BadConfig, "a serving certificate needs DNS names, and nothing else");
  }
  TRY(const auto issuer, read_issuer(authority));
  TRY(const auto last, end_of(issuer.certificate.get()));
  const auto& first = dns_names.front();
  const auto key = make_key();
  const auto certificate =
      blank(key.get(), first.size() <= kCommonNameBytes ? first : "countersign",
            term.now - limits::kCertificateBackdate, std::min(term.now + term.life, last));
  if (!certificate ||
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.certificate.get())) !=
          1 ||
      !extend(certificate.get(), issuer.certificate.get(),
              {{NID_basic_constraints, "critical,CA:FALSE"},
               {NID_key_usage, "critical,digitalSignature"},
               {NID_ext_key_usage, "serverAuth"},
               {NID_subject_key_identifier, "hash"},
               {NID_authority_key_identifier, "keyid:always"}}) ||
      !name(certificate.get(), dns_names)) {
    return refused();
  }
  return sign(certificate.get(), key.get(), issuer.key.get());
}

bool is_dns_name(std::string_view text) {
  const auto plain = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
  };
  const auto is_label = [&plain](std::string_view label) {
    return !label.empty() && label.size() <= limits::kHostLabel && plain(label.front()) &&
           plain(label.back()) &&
           std::ranges::all_of(label, [&plain](char each) { return each == '-' || plain(each); });
  };
  if (text.empty() || text.size() > limits::kHostBytes) {
    return false;
  }
  for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_label(text.substr(0, dot))) {
      return false;
    }
    text.remove_prefix(dot + 1);
  }
  return is_label(text);
}

namespace {

KeyPtr make_key() { return KeyPtr(EVP_EC_gen("P-256")); }

// CA/Browser Forum: at least 64 unpredictable bits; RFC 5280, 4.1.2.2: positive, 20 octets at most.
bool number(X509* certificate) {
  constexpr std::size_t kOctets = 20;
  auto bytes = crypto::random_bytes(kOctets);
  bytes.front() &= 0x7FU;  // 159 bits
  const BignumPtr value(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return value && BN_is_zero(value.get()) == 0 &&
         BN_to_ASN1_INTEGER(value.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_time(ASN1_TIME* field, Time time) {
  return ASN1_TIME_set(field, time.time_since_epoch().count()) != nullptr;
}

bool entitle(X509* certificate, const std::string& common_name) {
  return !common_name.empty() &&
         X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

// Null when OpenSSL refuses.
X509Ptr blank(EVP_PKEY* key, const std::string& common_name, Time from, Time until) {
  X509Ptr certificate(X509_new());
  const bool made = key != nullptr && certificate != nullptr &&
                    X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    number(certificate.get()) && entitle(certificate.get(), common_name) &&
                    set_time(X509_getm_notBefore(certificate.get()), from) &&
                    set_time(X509_getm_notAfter(certificate.get()), until) &&
                    X509_set_pubkey(certificate.get(), key) == 1;
  return made ? std::move(certificate) : nullptr;
}

bool extend(X509* certificate, X509* issuer, std::initializer_list<Extension> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  return std::ranges::all_of(extensions, [&](const Extension& each) {
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, each.type, each.value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
  });
}

GeneralNamePtr general_name(const std::string& dns_name) {
  OpensslPtr<ASN1_IA5STRING, ASN1_IA5STRING_free> text(ASN1_IA5STRING_new());
  GeneralNamePtr general(GENERAL_NAME_new());
  if (!text || !general ||
      ASN1_STRING_set(text.get(), dns_name.data(), static_cast<int>(dns_name.size())) != 1) {
    return nullptr;
  }
  GENERAL_NAME_set0_value(general.get(), GEN_DNS, text.release());
  return general;
}

// Not as a text of a configuration file, in which a comma would begin another kind of name.
bool name(X509* certificate, const std::vector<std::string>& dns_names) {
  const GeneralNamesPtr names(sk_GENERAL_NAME_new_null());
  if (!names) {
    return false;
  }
  for (const auto& each : dns_names) {
    auto general = general_name(each);
    if (!general || sk_GENERAL_NAME_push(names.get(), general.get()) <= 0) {
      return false;
    }
    static_cast<void>(general.release());
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) ==
         1;
}

int no_passphrase(char*, int, int, void*) { return -1; }

BioPtr reader(const std::string& text) {
  const bool fits = text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  return BioPtr(fits ? BIO_new_mem_buf(text.data(), static_cast<int>(text.size())) : nullptr);
}

Result<Issuer> read_issuer(const KeyedCertificate& authority) {
  const auto certificates = reader(authority.certificate);
  const auto keys = reader(authority.key.reveal());
  Issuer issuer{
      X509Ptr(certificates ? PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr)
                           : nullptr),
      KeyPtr(keys ? PEM_read_bio_PrivateKey(keys.get(), nullptr, no_passphrase, nullptr)
                  : nullptr)};
  if (!issuer.certificate || !issuer.key ||
      X509_check_private_key(issuer.certificate.get(), issuer.key.get()) != 1 ||
      X509_check_ca(issuer.certificate.get()) != 1) {
    return fail(Reason::BadConfig, "the authority is no certificate with its key");
  }
  return issuer;
}

Result<Time> end_of(const X509* certificate) {
  int days = 0;
  int seconds = 0;
  const OpensslPtr<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  if (!epoch ||
      ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(certificate)) != 1) {
    return refused();
  }
  return Time(std::chrono::days(days) + std::chrono::seconds(seconds));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Result<KeyedCertificate> sign(X509* certificate, EVP_PKEY* subject, EVP_PKEY* issuer) {
  if (X509_sign(certificate, issuer, EVP_sha256()) <= 0) {
    return refused();
  }
  const BioPtr certificates(BIO_new(BIO_s_mem()));
  const BioPtr keys(BIO_new(BIO_s_secmem()));  // overwritten when it is freed
  if (!certificates || PEM_write_bio_X509(certificates.get(), certificate) != 1 || !keys ||
      PEM_write_bio_PKCS8PrivateKey(keys.get(), subject, nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return refused();
  }
  return KeyedCertificate{text_of(certificates.get()), Secret(text_of(keys.get()))};
}

}  // namespace
}  // namespace countersign::x509
