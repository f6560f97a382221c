// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/profile.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "profile_chains.h"
#include "support/der_writer.h"
#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;
using enum KeyUsageBit;

TEST(Profile, AcceptsHarmlessLeaves) {
  const Changed rows[] = {
      {"as it is", nothing},
      {"no basic constraints", constraints({})},
      {"basic constraints not critical", constraints(BasicConstraints{})},
      {"contentCommitment", usage({DigitalSignature, ContentCommitment})},             // NV-K19
      {"no extended key usage", [](auto& spec) { spec.extended_key_usage.reset(); }},  // NV-K21
      {"unknown extended key usage", purposes({"1.2.3.4"})},                           // NV-K21
      {"critical extended key usage", purposes({std::string(kCodeSigning)}, Criticality::Critical)},
      {"unknown critical extension",  // NV-K27
       [](auto& spec) { spec.more_extensions = {{"1.2.3", Criticality::Critical, {0x05, 0x00}}}; }},
      {"validity not nested",  // NV-K32
       [](auto& spec) { spec.not_after += std::chrono::hours(24 * 365); }},
      {"expired", [](auto& spec) { spec.not_after = spec.not_before; }},
  };
  for (const Changed& row : rows) {
    expect_accepted(chain_of(nothing, nothing, row.change), row.name);
  }
}

TEST(Profile, RefusesLeavesAgainstTheRequirements) {
  const Changed rows[] = {
      {"CA", constraints(BasicConstraints{Criticality::Critical, true, {}})},  // NV-K17, CRT-01
      {"no key usage", no_usage},                                              // NV-K18, CRT-02
      {"key usage not critical", usage_not_critical},
      {"no digitalSignature", usage({ContentCommitment})},
      {"keyEncipherment", usage({DigitalSignature, KeyEncipherment})},  // NV-K19
      {"dataEncipherment", usage({DigitalSignature, DataEncipherment})},
      {"keyAgreement", usage({DigitalSignature, KeyAgreement})},
      {"keyCertSign", usage({DigitalSignature, KeyCertSign})},
      {"cRLSign", usage({DigitalSignature, CrlSign})},
      {"encipherOnly", usage({DigitalSignature, EncipherOnly})},
      {"decipherOnly", usage({DigitalSignature, DecipherOnly})},
      {"signed with SHA-1", signed_sha1},  // NV-K25, CRT-05
      {"version 1",                        // NV-K29
       [](auto& spec) { spec = CertificateSpec{.subject = spec.subject, .version = 1}; }},
  };
  for (const Changed& row : rows) {
    expect_refused(chain_of(nothing, nothing, row.change), row.name);
  }
}

TEST(Profile, RefusesPurposesBesideCodeSigning) {  // NV-K20, CRT-03
  for (const std::string purpose : {"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4",
                                    "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "2.5.29.37.0"}) {
    expect_refused(chain_of(nothing, nothing, purposes({purpose})), purpose);
    expect_refused(chain_of(nothing, nothing, purposes({std::string(kCodeSigning), purpose})),
                   purpose);
  }
}

TEST(Profile, AcceptsTheSixKindsOfLeafKeys) {
  for (const KeyType type : {KeyType::Rsa2048, KeyType::Rsa3072, KeyType::Rsa4096, KeyType::P256,
                             KeyType::P384, KeyType::P521}) {
    const Key& leaf_key = key(type);
    expect_accepted(chain_of(nothing, nothing, nothing, leaf_spec(), leaf_key),
                    leaf_key.public_key().description());
  }
}

TEST(Profile, RefusesOtherLeafKeys) {  // NV-K22, NV-K23, NV-K24, CRT-04
  std::vector<Key> keys;
  for (const KeyType type : {KeyType::Rsa1024, KeyType::RsaPss2048, KeyType::P224,
                             KeyType::P256Explicit, KeyType::Secp256k1, KeyType::Ed25519}) {
    keys.push_back(key(type));
  }
  for (const unsigned bits : {2047U, 2049U, 3071U, 5120U, 8192U}) {
    keys.push_back(rsa_public_key(bits));
  }
  for (const Key& leaf_key : keys) {
    expect_refused(chain_of(nothing, nothing, nothing, leaf_spec(), leaf_key),
                   leaf_key.public_key().description());
  }
}

TEST(Profile, RefusesCasAgainstTheRequirements) {  // NV-K15, NV-K16, NV-K25, CRT-05, CRT-07
  const Changed rows[] = {
      {"no basic constraints", constraints({})},
      {"cA FALSE", constraints(BasicConstraints{Criticality::Critical, false, {}})},
      {"basic constraints not critical",
       constraints(BasicConstraints{Criticality::NotCritical, true, {}})},
      {"no key usage", no_usage},
      {"key usage not critical", usage_not_critical},
      {"no keyCertSign", usage({CrlSign, DigitalSignature})},
      {"signed with SHA-1", signed_sha1},
  };
  for (const Changed& row : rows) {
    expect_refused(chain_of(nothing, row.change, nothing), row.name);
    expect_refused(chain_of(row.change, nothing, nothing), row.name);
  }
}

TEST(Profile, RefusesWeakCaKeys) {
  const Signer weak = Signer::self_signed(ca_spec(), key(KeyType::Rsa1024));
  expect_refused(weak.issue(leaf_spec()).chain(), "RSA 1024");
  const Signer large = Signer::self_signed(ca_spec(), key(KeyType::Ed25519));
  expect_accepted(large.issue(leaf_spec()).chain(), "Ed25519");
}

TEST(Profile, CountsCasBelowForThePathLength) {  // NV-K14, CRT-06
  const auto limited = [](std::optional<std::int64_t> length) {
    return constraints(BasicConstraints{Criticality::Critical, true, length});
  };
  expect_accepted(chain_of(nothing, limited(0), nothing), "issuing CA 0");
  expect_accepted(chain_of(limited(1), limited(0), nothing), "root 1");
  expect_accepted(chain_of(limited(9), limited(9), nothing), "larger than needed");
  expect_refused(chain_of(limited(0), nothing, nothing), "root 0");

  const auto four = [](const CertificateSpec& middle) {
    return make_root()
        .issue(middle)
        .issue(ca_spec("CN=Acme Issuing CA"))
        .issue(leaf_spec())
        .chain();
  };
  CertificateSpec middle = ca_spec("CN=Acme Policy CA");
  middle.basic_constraints->path_length = 1;
  expect_accepted(four(middle), "middle 1");
  middle.basic_constraints->path_length = 0;
  expect_refused(four(middle), "middle 0");
}

// --- timestamping

TEST(Profile, AcceptsTimestampingChains) {
  const Changed rows[] = {
      {"as it is", nothing},
      {"key usage not critical", usage_not_critical},
      {"no basic constraints", constraints({})},
  };
  for (const Changed& row : rows) {
    expect_accepted(chain_of(nothing, nothing, row.change, tsa_spec()), row.name,
                    Purpose::Timestamping);
  }
  expect_accepted(chain_of(usage_not_critical, usage_not_critical, nothing, tsa_spec()),
                  "key usage of CAs not critical", Purpose::Timestamping);
}

TEST(Profile, RefusesTimestampingLeavesAgainstTheRequirements) {
  const std::string time_stamping(kTimeStamping);
  const Changed rows[] = {
      {"no extended key usage", [](auto& spec) { spec.extended_key_usage.reset(); }},
      {"not critical", purposes({time_stamping})},
      {"empty", purposes({}, Criticality::Critical)},
      {"code signing", purposes({std::string(kCodeSigning)}, Criticality::Critical)},
      {"two", purposes({time_stamping, std::string(kCodeSigning)}, Criticality::Critical)},
      {"any", purposes({"2.5.29.37.0"}, Criticality::Critical)},
      {"twice", purposes({time_stamping, time_stamping}, Criticality::Critical)},
      {"no key usage", no_usage},
      {"no digitalSignature", usage({ContentCommitment})},
      {"keyCertSign", usage({DigitalSignature, KeyCertSign})},
      {"CA", constraints(BasicConstraints{Criticality::Critical, true, {}})},
      {"signed with SHA-1", signed_sha1},
  };
  for (const Changed& row : rows) {
    expect_refused(chain_of(nothing, nothing, row.change, tsa_spec()), row.name,
                   Purpose::Timestamping);
  }
  expect_refused(chain_of(nothing, constraints({}), nothing, tsa_spec()), "CA",
                 Purpose::Timestamping);
  expect_refused(chain_of(nothing, nothing, nothing, tsa_spec(), key(KeyType::Ed25519)), "key",
                 Purpose::Timestamping);
}

TEST(Profile, KeepsThePurposesApart) {
  expect_refused(chain_of(nothing, nothing, nothing, tsa_spec()), "timestamps as code");
  expect_refused(chain_of(nothing, nothing, nothing, leaf_spec()), "code as timestamps",
                 Purpose::Timestamping);
}

// An extension of 60 KiB: a list of `element` over and over, below `wrapper` when that is a tag.
RawExtension bomb(std::string type, const ByteVector& element, int wrapper = 0) {
  ByteVector list;
  while (list.size() + element.size() < std::size_t{60} * 1024) {
    list.insert(list.end(), element.begin(), element.end());
  }
  return {std::move(type), Criticality::Critical,
          der_element(0x30, wrapper == 0 ? list : der_element(wrapper, list))};
}

// Thousands of names times thousands of constraints, and policies that double at each CA: what is
// never evaluated costs nothing. Evaluated, these constraints would exclude every name.
TEST(Profile, NeverEvaluatesConstraintsOrPolicies) {  // CRT-24
  const ByteVector name = der_text(0x82, "a.example");
  const auto excluded = bomb("2.5.29.30", der_element(0x30, der_text(0x82, "example")), 0xa1);
  const auto names = bomb("2.5.29.17", name);
  const auto mapped = bomb("2.5.29.33", der_sequence({der_oid("1.2.3.4"), der_oid("1.2.3.5")}));
  const auto policies = bomb("2.5.29.32", der_element(0x30, der_oid("1.2.3.4")));
  const auto with = [](const RawExtension& extension) -> Change {
    return [extension](CertificateSpec& spec) { spec.more_extensions = {extension}; };
  };
  expect_accepted(chain_of(with(excluded), with(excluded), with(names)), "name constraints");
  expect_accepted(chain_of(with(mapped), with(mapped), with(policies)), "policy mappings");
}

}  // namespace
}  // namespace countersign::x509
