// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/issue_signer.h"

#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/pem.h"
#include "countersign/crypto/openssl_ptr.h"

#include "x509/certificate_builder.h"
#include "x509/subject_writer.h"

namespace countersign::x509 {
namespace {

constexpr std::size_t kCommonNameBytes = 64;  // RFC 5280: ub-common-name

struct Made {  // a certificate with its key, and how it is written
  Secret pem_of_key;
  Issuer issuer;
  std::string pem;
};

// Null: it signs itself.
Result<Made> make(const Subject& subject, const SignerWish& wish, const Made* issuer,
                  std::initializer_list<Extension> extensions) {
  TRY(auto key, new_key(wish.algorithm));
  auto certificate = blank(key.key.get(), wish.term.now - limits::kCertificateBackdate,
                           wish.term.now + wish.term.life);
  const auto name = write_subject(subject);
  X509* const above = issuer == nullptr ? certificate.get() : issuer->issuer.certificate.get();
  EVP_PKEY* const signing = issuer == nullptr ? key.key.get() : issuer->issuer.key.get();
  if (!certificate || !name || X509_set_subject_name(certificate.get(), name.get()) != 1 ||
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(above)) != 1 ||
      !extend(certificate.get(), above, {{NID_subject_key_identifier, "hash"}}) ||
      !extend(certificate.get(), above, extensions) ||
      (issuer != nullptr &&
       !extend(certificate.get(), above, {{NID_authority_key_identifier, "keyid:always"}}))) {
    return not_made();
  }
  TRY(auto pem, sign(certificate.get(), signing));
  return Made{std::move(key.pem), {std::move(certificate), std::move(key.key)}, std::move(pem)};
}

Result<Made> make_leaf(const SignerWish& wish, const Made* issuer) {
  const Extension no_ca{NID_basic_constraints, "critical,CA:FALSE"};
  const Extension usage{NID_key_usage, "critical,digitalSignature"};
  switch (wish.purpose) {
    case Purpose::CodeSigning:
      return make(wish.subject, wish, issuer, {no_ca, usage, {NID_ext_key_usage, "codeSigning"}});
    case Purpose::Timestamping:
      return make(wish.subject, wish, issuer,
                  {no_ca, usage, {NID_ext_key_usage, "critical,timeStamping"}});
  }
  return not_made();
}

Result<Made> make_ca(const std::string& kind, const SignerWish& wish, const Made* issuer,
                     const char* constraints) {
  const auto name = wish.subject.common_name() + " " + kind;
  const bool fits = !wish.subject.common_name().empty() && name.size() <= kCommonNameBytes;
  return make(
      wish.subject.with_common_name(fits ? name : kind), wish, issuer,
      {{NID_basic_constraints, constraints}, {NID_key_usage, "critical,keyCertSign,cRLSign"}});
}

Result<IssuedSigner> finish(Made leaf, std::vector<std::string> chain, Purpose purpose) {
  Chain certificates;
  for (const auto& pem : chain) {
    TRY(const auto blocks,
        codec::parse_pem(pem, "CERTIFICATE", codec::OtherBlocks::Refuse, Reason::Internal));
    TRY(auto certificate, Certificate::parse_der(blocks.front().content, Reason::Internal));
    certificates.push_back(std::move(certificate));
  }
  if (auto fits = check_profile(certificates, purpose); !fits) {
    return fail(Reason::Internal, std::move(fits).error().detail);
  }
  return IssuedSigner{std::move(leaf.pem_of_key), std::move(chain), std::move(certificates)};
}

}  // namespace

Result<IssuedSigner> issue_signer(const SignerWish& wish) {
  const crypto::ErrorQueueGuard errors;
  switch (wish.lineage) {
    case Lineage::SelfSigned: {
      TRY(auto leaf, make_leaf(wish, nullptr));
      auto pem = leaf.pem;
      return finish(std::move(leaf), {std::move(pem)}, wish.purpose);
    }
    case Lineage::UnderRoot: {
      TRY(const auto root, make_ca("root CA", wish, nullptr, "critical,CA:TRUE,pathlen:1"));
      TRY(const auto middle, make_ca("issuing CA", wish, &root, "critical,CA:TRUE,pathlen:0"));
      TRY(auto leaf, make_leaf(wish, &middle));
      auto pem = leaf.pem;
      return finish(std::move(leaf), {std::move(pem), middle.pem, root.pem}, wish.purpose);
    }
  }
  return not_made();
}

}  // namespace countersign::x509
