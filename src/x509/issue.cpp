// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/issue.h"

#include <algorithm>

#include "countersign/base/limits.h"
#include "countersign/crypto/openssl_ptr.h"

#include "x509/certificate_builder.h"

namespace countersign::x509 {
namespace {

using crypto::OpensslPtr;
using crypto::X509Ptr;
using GeneralNamePtr = OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesPtr = OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

constexpr auto kAlgorithm = crypto::SignatureAlgorithm::EcdsaSha256;
constexpr std::size_t kCommonNameBytes = 64;  // RFC 5280: ub-common-name

X509Ptr entitled(EVP_PKEY* key, const std::string& common_name, Time from, Time until);
bool name(X509* certificate, const std::vector<std::string>& dns_names);
Result<KeyedCertificate> finish(X509* certificate, NewKey key, EVP_PKEY* issuer);

}  // namespace

Result<KeyedCertificate> issue_authority(const std::string& common_name, const Term& term) {
  const crypto::ErrorQueueGuard errors;
  TRY(auto key, new_key(kAlgorithm));
  const auto certificate = entitled(key.key.get(), common_name,
                                    term.now - limits::kCertificateBackdate, term.now + term.life);
  if (!certificate ||
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) != 1 ||
      !extend(certificate.get(), certificate.get(),
              {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
               {NID_key_usage, "critical,keyCertSign,cRLSign"},
               {NID_subject_key_identifier, "hash"}})) {
    return not_made();
  }
  auto* const own = key.key.get();
  return finish(certificate.get(), std::move(key), own);
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
  TRY(auto key, new_key(kAlgorithm));
  const auto certificate =
      entitled(key.key.get(), first.size() <= kCommonNameBytes ? first : "countersign",
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
    return not_made();
  }
  return finish(certificate.get(), std::move(key), issuer.key.get());
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

X509Ptr entitled(EVP_PKEY* key, const std::string& common_name, Time from, Time until) {
  auto certificate = blank(key, from, until);
  const bool made = certificate != nullptr && !common_name.empty() &&
                    X509_NAME_add_entry_by_NID(
                        X509_get_subject_name(certificate.get()), NID_commonName, MBSTRING_UTF8,
                        reinterpret_cast<const unsigned char*>(common_name.data()),
                        static_cast<int>(common_name.size()), -1, 0) == 1;
  return made ? std::move(certificate) : nullptr;
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

Result<KeyedCertificate> finish(X509* certificate, NewKey key, EVP_PKEY* issuer) {
  TRY(auto pem, sign(certificate, issuer));
  return KeyedCertificate{std::move(pem), std::move(key.pem)};
}

}  // namespace
}  // namespace countersign::x509
