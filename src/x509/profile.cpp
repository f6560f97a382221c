// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/profile.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"

#include "x509/profile_rules.h"

namespace countersign::x509 {
namespace {

Result<void> check_single(const Certificate& certificate, Purpose purpose);
Result<void> check_links(const Chain& chain);
Result<void> check_rules(std::span<const ProfileRule> rules, const Judged& judged);
Fault link_fault(const Chain& chain, std::size_t place);
void add_faults(std::span<const ProfileRule> rules, const Judged& judged, std::size_t place,
                std::vector<ProfileFault>& faults);
std::unexpected<Error> refuse(const Certificate& certificate, std::string_view why);

}  // namespace

Result<void> check_profile(const Chain& chain, Purpose purpose) {
  if (chain.empty()) {
    return fail(Reason::CertificateProfile, "certificate chain is empty");
  }
  if (chain.size() > limits::kChainCertificates) {
    return fail(Reason::CertificateProfile, "certificate chain is longer than the limit");
  }
  if (chain.size() == 1) {
    return check_single(chain.front(), purpose);
  }
  // What the certificates say comes before the signatures that join them: no key is used that the
  // profile refuses.
  TRY_VOID(check_rules(leaf_rules(), {chain.front(), purpose, 0}));
  for (std::size_t i = 1; i < chain.size(); ++i) {
    TRY_VOID(check_rules(ca_rules(), {chain[i], purpose, i - 1}));
  }
  return check_links(chain);
}

std::vector<ProfileFault> profile_faults(const Chain& chain, Purpose purpose) {
  if (chain.empty()) {
    return {{0, "is not there: the certificate chain is empty"}};
  }
  std::vector<ProfileFault> faults;
  if (chain.size() > limits::kChainCertificates) {
    faults.push_back({limits::kChainCertificates, "is one more than a chain may have"});
  }
  for (std::size_t i = 0; i < std::min(chain.size(), limits::kChainCertificates); ++i) {
    add_faults(i == 0 ? leaf_rules() : ca_rules(), {chain[i], purpose, i == 0 ? 0 : i - 1}, i,
               faults);
    if (auto fault = link_fault(chain, i)) {
      faults.push_back({i, *std::move(fault)});
    }
  }
  return faults;
}

std::vector<ProfileFault> ca_faults(const Certificate& ca, Purpose purpose) {
  std::vector<ProfileFault> faults;
  add_faults(ca_rules(), {ca, purpose, 0}, 0, faults);
  return faults;
}

namespace {

// "If the certificate chain contains only a root certificate then the root certificate MUST meet
// Leaf Certificates requirements and ignore Root and Intermediate CA Certificates requirements."
Result<void> check_single(const Certificate& certificate, Purpose purpose) {
  TRY_VOID(check_rules(leaf_rules(), {certificate, purpose, 0}));
  return check_links({certificate});
}

Result<void> check_links(const Chain& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (const auto fault = link_fault(chain, i)) {
      return refuse(chain[i], *fault);
    }
  }
  return {};
}

// "Ordered list ... the certificate containing the public key used to digitally sign the payload
// must be the first certificate, followed by the intermediate and root certificates in the correct
// order. ... MUST NOT contain a certificate that is unrelated." Who is self-signed is decided by
// keys: leaf and root may share one name.
Fault link_fault(const Chain& chain, std::size_t place) {
  const auto& certificate = chain[place];
  if (place + 1 == chain.size()) {
    if (certificate.self_signed()) {
      return std::nullopt;
    }
    return place == 0 ? "is the only one of the chain and not self-signed"
                      : "ends the chain and is not a self-signed root";
  }
  if (certificate.self_signed()) {
    return "is self-signed and not the last of the chain";
  }
  if (!certificate.issued_by(chain[place + 1])) {
    return "is not issued by the next of the chain";
  }
  return std::nullopt;
}

Result<void> check_rules(std::span<const ProfileRule> rules, const Judged& judged) {
  for (const auto rule : rules) {
    if (const auto fault = rule(judged)) {
      return refuse(judged.certificate, *fault);
    }
  }
  return {};
}

void add_faults(std::span<const ProfileRule> rules, const Judged& judged, std::size_t place,
                std::vector<ProfileFault>& faults) {
  for (const auto rule : rules) {
    if (auto fault = rule(judged)) {
      faults.push_back({place, *std::move(fault)});
    }
  }
}

std::unexpected<Error> refuse(const Certificate& certificate, std::string_view why) {
  return fail(Reason::CertificateProfile,
              "certificate \"" + certificate.subject() + "\" " + std::string(why));
}

}  // namespace
}  // namespace countersign::x509
