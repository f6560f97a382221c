// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_trial.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/rfc3339.h"
#include "countersign/trust/snapshot.h"
#include "countersign/x509/name.h"
#include "countersign/x509/profile.h"

#include "app/certificate_order.h"

namespace countersign::app {
namespace {

using x509::Certificate;
using x509::Purpose;

bool is_ca(const Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

// Both the validity at the time and what comes soon.
void look_at_time(TriedCertificate& tried, Time now) {
  const auto& certificate = tried.certificate;
  if (now < certificate.not_before()) {
    tried.faults.push_back(
        {Reason::CertificateExpired,
         "is not valid before " + codec::format_rfc3339(certificate.not_before())});
  } else if (now > certificate.not_after()) {
    tried.faults.push_back(
        {Reason::CertificateExpired, "ended at " + codec::format_rfc3339(certificate.not_after())});
  } else if (const auto left = certificate.not_after() - now; left < limits::kExpiryNotice) {
    const auto days = std::chrono::duration_cast<std::chrono::days>(left).count();
    tried.remarks.push_back("ends in " + std::to_string(days) + " days");
  }
}

// NIST SP 800-57 part 1, table 4: 112 bits are acceptable until the end of 2030.
void look_at_strength(TriedCertificate& tried) {
  constexpr int kAcceptableLater = 128;
  constexpr Time kEndOf2030{std::chrono::sys_days(std::chrono::year(2031) / 1 / 1)};
  const auto& certificate = tried.certificate;
  if (is_ca(certificate) && certificate.public_key().security_bits() < kAcceptableLater &&
      certificate.not_after() >= kEndOf2030) {
    tried.remarks.push_back("has a key (" + std::string(certificate.public_key().description()) +
                            ") that is too weak after 2030, and ends later");
  }
}

void look_at_identity(TriedCertificate& tried) {
  const auto name = x509::Name::parse_der(tried.certificate.subject_der(), Reason::Internal);
  if (!name || !name->matches(*name)) {
    tried.remarks.emplace_back(
        "has no C, ST and O in its subject, or one twice: only the trusted identity \"*\" is his");
  }
}

void add_faults(TriedCertificate& tried, const std::vector<x509::ProfileFault>& faults,
                std::size_t place) {
  for (const auto& fault : faults) {
    if (fault.certificate == place) {
      tried.faults.push_back({Reason::CertificateProfile, fault.detail});
    }
  }
}

// --- a chain

Role role_in(const x509::Chain& chain, std::size_t place) {
  if (place == 0) {
    return Role::Leaf;
  }
  return place + 1 == chain.size() && chain[place].self_signed() ? Role::Root : Role::Intermediate;
}

void add_chain(CertificateTrial& trial, const x509::Chain& certificates,
               const std::vector<std::size_t>& places, Purpose purpose) {
  x509::Chain chain;
  for (const auto place : places) {
    chain.push_back(certificates[place]);
  }
  const auto faults = x509::profile_faults(chain, purpose);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    TriedCertificate tried{chain[i], places[i] + 1, role_in(chain, i)};
    add_faults(tried, faults, i);
    trial.certificates.push_back(std::move(tried));
  }
}

// `sign` refuses a certificate too many: the profile forbids it in an envelope, and who put it
// there meant something by it.
void add_left_over(CertificateTrial& trial, const x509::Chain& certificates,
                   const std::vector<std::size_t>& places) {
  for (const auto place : places) {
    TriedCertificate tried{certificates[place], place + 1, Role::LeftOver};
    const bool repeated = std::ranges::any_of(trial.certificates, [&tried](const auto& each) {
      return each.certificate == tried.certificate;
    });
    if (repeated) {
      tried.remarks.emplace_back("stands in the file twice");
    } else {
      tried.faults.push_back({Reason::CertificateProfile, "is no part of the signer's chain"});
    }
    trial.certificates.push_back(std::move(tried));
  }
}

CertificateTrial try_chain(const x509::Chain& certificates, Purpose purpose,
                           const std::optional<crypto::PrivateKey>& key) {
  CertificateTrial trial;
  const auto order = order_certificates(certificates, key);
  add_chain(trial, certificates, order.chain, purpose);
  add_left_over(trial, certificates, order.left_over);
  look_at_identity(trial.certificates.front());
  if (!std::ranges::is_sorted(order.chain)) {
    trial.remarks.emplace_back("the file has them in another order; here the leaf is the first");
  }
  return trial;
}

// --- anchors

trust::StoreType store_of(As as) {
  return as == As::TsaAnchor ? trust::StoreType::Tsa : trust::StoreType::Ca;
}

Purpose purpose_of(As as) {
  return as == As::Timestamper || as == As::TsaAnchor ? Purpose::Timestamping
                                                      : Purpose::CodeSigning;
}

// What a store refuses, and what no chain under this certificate could do right.
void look_at_anchor(TriedCertificate& tried, As as) {
  const auto& certificate = tried.certificate;
  if (const auto fits = trust::check_certificates(store_of(as), {&certificate, 1}); !fits) {
    tried.faults.push_back(fits.error());
    return;
  }
  if (is_ca(certificate)) {
    add_faults(tried, x509::ca_faults(certificate, purpose_of(as)), 0);
    return;
  }
  add_faults(tried, x509::profile_faults({certificate}, purpose_of(as)), 0);
  tried.remarks.emplace_back(
      "is a signer, not a CA: nobody else is trusted through it, and its successor has to be "
      "added");
}

CertificateTrial try_anchors(const x509::Chain& certificates, As as) {
  CertificateTrial trial;
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    TriedCertificate tried{certificates[i], i + 1, Role::Anchor};
    look_at_anchor(tried, as);
    trial.certificates.push_back(std::move(tried));
  }
  return trial;
}

void look_at_key(CertificateTrial& trial, const crypto::PrivateKey& key) {
  const auto belongs = key.belongs_to(trial.certificates.front().certificate.public_key());
  trial.key = belongs ? KeyFit::Belongs : KeyFit::DoesNotBelong;
  if (!belongs) {
    trial.faults.push_back({Reason::BadConfig, "no certificate of the file is the key's"});
  }
}

}  // namespace

std::string_view name(As as) {
  switch (as) {
    case As::Signer:
      return "signer";
    case As::Timestamper:
      return "timestamper";
    case As::CaAnchor:
      return "ca";
    case As::TsaAnchor:
      return "tsa";
  }
  return "";
}

std::string_view name(Role role) {
  switch (role) {
    case Role::Leaf:
      return "leaf";
    case Role::Intermediate:
      return "intermediate";
    case Role::Root:
      return "root";
    case Role::Anchor:
      return "anchor";
    case Role::LeftOver:
      return "left over";
  }
  return "";
}

bool CertificateTrial::accepted() const {
  return faults.empty() && std::ranges::all_of(certificates, [](const TriedCertificate& each) {
           return each.faults.empty();
         });
}

CertificateTrial try_certificates(const x509::Chain& certificates, As as,
                                  const std::optional<crypto::PrivateKey>& key, Time now) {
  const bool anchors = as == As::CaAnchor || as == As::TsaAnchor;
  auto trial =
      anchors ? try_anchors(certificates, as) : try_chain(certificates, purpose_of(as), key);
  trial.as = as;
  for (auto& each : trial.certificates) {
    look_at_time(each, now);
    look_at_strength(each);
  }
  if (key) {
    look_at_key(trial, *key);
  }
  return trial;
}

}  // namespace countersign::app
