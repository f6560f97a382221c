// SPDX-License-Identifier: Apache-2.0
#include "support/pki.h"

#include <utility>

#include <openssl/pem.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/certificate_maker.h"
#include "support/demand.h"

namespace countersign::test {
namespace {

ByteVector to_vector(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

x509::KeyUsage critical_usage(std::initializer_list<x509::KeyUsageBit> bits) {
  x509::KeyUsage usage{x509::Criticality::Critical, 0};
  for (const x509::KeyUsageBit bit : bits) {
    usage.bits = static_cast<std::uint16_t>(usage.bits | static_cast<std::uint16_t>(bit));
  }
  return usage;
}

CertificateSpec ca_spec(std::string_view subject) {
  return {
      .subject = std::string(subject),
      .basic_constraints = x509::BasicConstraints{x509::Criticality::Critical, true, {}},
      .key_usage = critical_usage({x509::KeyUsageBit::KeyCertSign, x509::KeyUsageBit::CrlSign}),
  };
}

CertificateSpec leaf_spec(std::string_view subject) {
  return {
      .subject = std::string(subject),
      .basic_constraints = x509::BasicConstraints{x509::Criticality::Critical, false, {}},
      .key_usage = critical_usage({x509::KeyUsageBit::DigitalSignature}),
      .extended_key_usage =
          x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {std::string(kCodeSigning)}},
  };
}

CertificateSpec key_vault_spec(std::string_view subject) {
  CertificateSpec spec = leaf_spec(subject);
  spec.basic_constraints.reset();
  return spec;
}

CertificateSpec tsa_spec(std::string_view subject) {
  CertificateSpec spec = leaf_spec(subject);
  spec.extended_key_usage =
      x509::ExtendedKeyUsage{x509::Criticality::Critical, {std::string(kTimeStamping)}};
  return spec;
}

CertificateSpec tls_spec(std::string_view subject_alt_name) {
  CertificateSpec spec = leaf_spec("CN=localhost");
  spec.extended_key_usage =
      x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {std::string(kServerAuth)}};
  spec.subject_alt_name = subject_alt_name;
  return spec;
}

Signer Signer::self_signed(const CertificateSpec& spec, const Key& key) {
  return {key, {parse(self_signed_der(spec, key))}};
}

Signer Signer::issue(const CertificateSpec& spec, const Key& subject_key) const {
  x509::Chain chain{parse(issue_der(spec, subject_key))};
  chain.insert(chain.end(), chain_.begin(), chain_.end());
  return {subject_key, std::move(chain)};
}

ByteVector Signer::issue_der(const CertificateSpec& spec, const Key& subject_key) const {
  return make_certificate(spec, subject_key, to_vector(certificate().subject_der()), key_);
}

std::string Signer::pem() const { return test::pem(certificate()); }

std::string Signer::chain_pem() const { return test::pem(chain_); }

ByteVector self_signed_der(const CertificateSpec& spec, const Key& key) {
  return make_certificate(spec, key, subject_of(spec), key);
}

Signer make_root(const CertificateSpec& spec) { return Signer::self_signed(spec); }

Signer make_leaf(const Key& leaf_key, const CertificateSpec& spec) {
  return make_root()
      .issue(ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA"))
      .issue(spec, leaf_key);
}

Signer make_key_vault_signer(const Key& own_key) {
  return Signer::self_signed(key_vault_spec(), own_key);
}

x509::Certificate parse(Bytes der) {
  auto certificate = x509::Certificate::parse_der(der, Reason::Internal);
  if (!certificate) {
    give_up(certificate.error().detail.c_str());
  }
  return *std::move(certificate);
}

std::string pem(const x509::Certificate& certificate) {
  return pem("CERTIFICATE", certificate.der());
}

std::string pem(const x509::Chain& chain) {
  std::string text;
  for (const x509::Certificate& certificate : chain) {
    text += pem(certificate);
  }
  return text;
}

std::string pem(std::string_view label, Bytes der) {
  const crypto::BioPtr out(BIO_new(BIO_s_mem()));
  demand(PEM_write_bio(out.get(), std::string(label).c_str(), "", der.data(),
                       static_cast<long>(der.size())) > 0,
         "PEM");
  return drain(out.get());
}

}  // namespace countersign::test
