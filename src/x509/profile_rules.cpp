// SPDX-License-Identifier: Apache-2.0
#include "x509/profile_rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::x509 {
namespace {

constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
constexpr const char* kUnknownPurpose = "is asked for an unknown purpose";

// --- of every certificate

// "Any certificate in the certificate chain MUST NOT use SHA1WithRSA and ECDSAWithSHA1 signatures."
Fault strong_signature(const Judged& judged) {
  switch (judged.certificate.signature_strength()) {
    case SignatureStrength::Strong:
      return std::nullopt;
    case SignatureStrength::Weak:
      break;
  }
  return "is signed with a weak or unknown algorithm";
}

Fault has_key_usage(const Judged& judged) {
  return judged.certificate.key_usage() ? Fault() : "has no key usage";
}

Fault key_usage_critical(const Judged& judged) {
  const auto& usage = judged.certificate.key_usage();
  switch (judged.purpose) {
    case Purpose::CodeSigning:  // "MUST be marked critical"
      return usage && usage->criticality != Criticality::Critical
                 ? Fault("has a key usage that is not critical")
                 : std::nullopt;
    case Purpose::Timestamping:  // "SHOULD be marked critical"
      return std::nullopt;
  }
  return kUnknownPurpose;
}

// --- of the leaf

Fault leaf_is_no_ca(const Judged& judged) {
  const auto& constraints = judged.certificate.basic_constraints();
  return constraints && constraints->ca ? Fault("is a CA and signs itself") : std::nullopt;
}

Fault leaf_may_sign(const Judged& judged) {
  const auto& usage = judged.certificate.key_usage();
  return usage && !usage->has(KeyUsageBit::DigitalSignature)
             ? Fault("lacks the key usage digitalSignature")
             : std::nullopt;
}

Fault leaf_may_nothing_else(const Judged& judged) {
  using enum KeyUsageBit;
  static constexpr std::array kForbidden{KeyEncipherment, DataEncipherment, KeyAgreement,
                                         KeyCertSign,     CrlSign,          EncipherOnly,
                                         DecipherOnly};
  const auto& usage = judged.certificate.key_usage();
  const auto has = [&usage](KeyUsageBit bit) { return usage->has(bit); };
  return usage && std::ranges::any_of(kForbidden, has)
             ? Fault("has a key usage beside digitalSignature")
             : std::nullopt;
}

// "MAY contain id-kp-codeSigning and MUST NOT contain anyExtendedKeyUsage, serverAuth, clientAuth,
// emailProtection and timeStamping"; OCSPSigning is notation-core-go's addition.
Fault code_signing_purposes(const Certificate& leaf) {
  static constexpr std::array<std::string_view, 6> kForbidden{
      "2.5.29.37.0",        // anyExtendedKeyUsage
      "1.3.6.1.5.5.7.3.1",  // serverAuth
      "1.3.6.1.5.5.7.3.2",  // clientAuth
      "1.3.6.1.5.5.7.3.4",  // emailProtection
      kTimeStamping,
      "1.3.6.1.5.5.7.3.9",  // OCSPSigning
  };
  if (!leaf.extended_key_usage()) {
    return std::nullopt;
  }
  for (const std::string& purpose : leaf.extended_key_usage()->purposes) {
    if (std::ranges::find(kForbidden, purpose) != kForbidden.end()) {
      return "has the extended key usage " + purpose;
    }
  }
  return std::nullopt;
}

// "MUST be present and MUST be marked critical. The value MUST contain id-kp-timeStamping only."
Fault timestamping_purposes(const Certificate& leaf) {
  const auto& usage = leaf.extended_key_usage();
  if (!usage || usage->purposes.size() != 1 || usage->purposes.front() != kTimeStamping) {
    return "does not have timeStamping as its only extended key usage";
  }
  if (usage->criticality != Criticality::Critical) {
    return "has an extended key usage that is not critical";
  }
  return std::nullopt;
}

Fault leaf_purposes(const Judged& judged) {
  switch (judged.purpose) {
    case Purpose::CodeSigning:
      return code_signing_purposes(judged.certificate);
    case Purpose::Timestamping:
      return timestamping_purposes(judged.certificate);
  }
  return kUnknownPurpose;
}

Fault leaf_key_supported(const Judged& judged) {
  const auto& key = judged.certificate.public_key();
  return key.algorithm() ? Fault()
                         : "has a key that is not supported: " + std::string(key.description());
}

// --- of a CA

bool is_ca(const Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

Fault ca_is_ca(const Judged& judged) { return is_ca(judged.certificate) ? Fault() : "is not a CA"; }

Fault ca_constraints_critical(const Judged& judged) {
  return is_ca(judged.certificate) &&
                 judged.certificate.basic_constraints()->criticality != Criticality::Critical
             ? Fault("has basic constraints that are not critical")
             : std::nullopt;
}

Fault ca_path_length(const Judged& judged) {
  const auto& ca = judged.certificate;
  return is_ca(ca) && ca.basic_constraints()->path_length &&
                 std::cmp_less(*ca.basic_constraints()->path_length, judged.cas_below)
             ? Fault("has more CAs below than its path length allows")
             : std::nullopt;
}

Fault ca_may_certify(const Judged& judged) {
  const auto& usage = judged.certificate.key_usage();
  return usage && !usage->has(KeyUsageBit::KeyCertSign) ? Fault("lacks the key usage keyCertSign")
                                                        : std::nullopt;
}

Fault ca_key_strong(const Judged& judged) {
  const auto& key = judged.certificate.public_key();
  return key.security_bits() < limits::kCaSecurityBits
             ? Fault("has a weak key: " + std::string(key.description()))
             : std::nullopt;
}

constexpr std::array<ProfileRule, 8> kLeafRules{
    leaf_is_no_ca,         has_key_usage, key_usage_critical, leaf_may_sign,
    leaf_may_nothing_else, leaf_purposes, leaf_key_supported, strong_signature};
constexpr std::array<ProfileRule, 8> kCaRules{
    ca_is_ca,           ca_constraints_critical, ca_path_length, has_key_usage,
    key_usage_critical, ca_may_certify,          ca_key_strong,  strong_signature};

}  // namespace

std::span<const ProfileRule> leaf_rules() { return kLeafRules; }
std::span<const ProfileRule> ca_rules() { return kCaRules; }

}  // namespace countersign::x509
