// SPDX-License-Identifier: Apache-2.0
// Chains that differ from a good one in one thing, and what the profile must say of them.
#pragma once
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/x509/profile.h"

#include "support/pki.h"

namespace countersign::x509 {

using test::CertificateSpec;
using test::Key;

inline void expect_refused(const Chain& chain, std::string_view name,
                           Purpose purpose = Purpose::CodeSigning) {
  const auto checked = check_profile(chain, purpose);
  ASSERT_FALSE(checked) << name;
  EXPECT_EQ(checked.error().reason, Reason::CertificateProfile) << name;
  EXPECT_FALSE(profile_faults(chain, purpose).empty()) << name;
}

inline void expect_accepted(const Chain& chain, std::string_view name,
                            Purpose purpose = Purpose::CodeSigning) {
  const auto checked = check_profile(chain, purpose);
  EXPECT_TRUE(checked) << name << ": " << checked.error().detail;
  EXPECT_TRUE(profile_faults(chain, purpose).empty()) << name;
}

using Change = std::function<void(CertificateSpec&)>;

struct Changed {
  std::string_view name;
  Change change;
};

inline void nothing(CertificateSpec&) {}

inline Chain chain_of(const Change& root, const Change& ca, const Change& leaf,
                      const CertificateSpec& leaf_template = test::leaf_spec(),
                      const Key& leaf_key = test::new_key()) {
  CertificateSpec root_spec = test::ca_spec();
  CertificateSpec issuing = test::ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA");
  CertificateSpec signing = leaf_template;
  root(root_spec);
  ca(issuing);
  leaf(signing);
  return test::make_root(root_spec).issue(issuing).issue(signing, leaf_key).chain();
}

inline Change usage(std::initializer_list<KeyUsageBit> bits) {
  return [usage = test::critical_usage(bits)](CertificateSpec& spec) { spec.key_usage = usage; };
}

inline Change purposes(std::vector<std::string> list,
                       Criticality criticality = Criticality::NotCritical) {
  return [usage = ExtendedKeyUsage{criticality, std::move(list)}](CertificateSpec& spec) {
    spec.extended_key_usage = usage;
  };
}

inline Change constraints(std::optional<BasicConstraints> value) {
  return [value](CertificateSpec& spec) { spec.basic_constraints = value; };
}

inline void usage_not_critical(CertificateSpec& spec) {
  spec.key_usage->criticality = Criticality::NotCritical;
}
inline void no_usage(CertificateSpec& spec) { spec.key_usage.reset(); }
inline void signed_sha1(CertificateSpec& spec) { spec.hash = test::SignatureHash::Sha1; }

}  // namespace countersign::x509
