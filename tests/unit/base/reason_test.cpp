// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/reason.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace countersign {
namespace {

struct Row {
  Reason reason;
  std::string_view wire;
  Blame blame;
  bool retry;
};

// The wire names are a contract with users: dashboards, alerts and scripts hold them.
TEST(Reason, KeepsItsWireNames) {
  constexpr std::array kRows{
      Row{Reason::Internal, "INTERNAL", Blame::Us, false},
      Row{Reason::BadRequest, "BAD_REQUEST", Blame::Author, false},
      Row{Reason::UnsupportedResource, "UNSUPPORTED_RESOURCE", Blame::Operator, false},
      Row{Reason::TooManyImages, "TOO_MANY_IMAGES", Blame::Author, false},
      Row{Reason::BadReference, "BAD_REFERENCE", Blame::Author, false},
      Row{Reason::LocalImageId, "LOCAL_IMAGE_ID", Blame::Author, false},
      Row{Reason::BadConfig, "BAD_CONFIG", Blame::Operator, false},
      Row{Reason::NoPolicy, "NO_POLICY", Blame::Operator, false},
      Row{Reason::ImageDenied, "IMAGE_DENIED", Blame::Operator, false},
      Row{Reason::RegistryNotAllowed, "REGISTRY_NOT_ALLOWED", Blame::Operator, false},
      Row{Reason::AddressNotAllowed, "ADDRESS_NOT_ALLOWED", Blame::Operator, false},
      Row{Reason::TagNotAllowed, "TAG_NOT_ALLOWED", Blame::Author, false},
      Row{Reason::ImageNotFound, "IMAGE_NOT_FOUND", Blame::Author, false},
      Row{Reason::DigestMismatch, "DIGEST_MISMATCH", Blame::Remote, false},
      Row{Reason::SignatureNotFound, "SIGNATURE_NOT_FOUND", Blame::Publisher, false},
      Row{Reason::SignatureLimit, "SIGNATURE_LIMIT", Blame::Publisher, false},
      Row{Reason::PlatformMissing, "PLATFORM_MISSING", Blame::Publisher, false},
      Row{Reason::CredentialsUnavailable, "CREDENTIALS_UNAVAILABLE", Blame::Remote, true},
      Row{Reason::TooFewSigners, "TOO_FEW_SIGNERS", Blame::Publisher, false},
      Row{Reason::EnvelopeInvalid, "ENVELOPE_INVALID", Blame::Publisher, false},
      Row{Reason::SignatureInvalid, "SIGNATURE_INVALID", Blame::Publisher, false},
      Row{Reason::PayloadMismatch, "PAYLOAD_MISMATCH", Blame::Publisher, false},
      Row{Reason::CertificateProfile, "CERTIFICATE_PROFILE", Blame::Publisher, false},
      Row{Reason::Untrusted, "UNTRUSTED", Blame::Publisher, false},
      Row{Reason::IdentityMismatch, "IDENTITY_MISMATCH", Blame::Publisher, false},
      Row{Reason::CertificateExpired, "CERTIFICATE_EXPIRED", Blame::Publisher, false},
      Row{Reason::SignatureExpired, "SIGNATURE_EXPIRED", Blame::Publisher, false},
      Row{Reason::TimestampInvalid, "TIMESTAMP_INVALID", Blame::Publisher, false},
      Row{Reason::Revoked, "REVOKED", Blame::Publisher, false},
      Row{Reason::RevocationUnknown, "REVOCATION_UNKNOWN", Blame::Remote, true},
      Row{Reason::RegistryAuth, "REGISTRY_AUTH", Blame::Operator, false},
      Row{Reason::RegistryUnavailable, "REGISTRY_UNAVAILABLE", Blame::Remote, true},
      Row{Reason::RegistryThrottled, "REGISTRY_THROTTLED", Blame::Remote, true},
      Row{Reason::RegistryResponse, "REGISTRY_RESPONSE", Blame::Remote, false},
      Row{Reason::TrustStoreEmpty, "TRUST_STORE_EMPTY", Blame::Operator, true},
      Row{Reason::TrustStoreStale, "TRUST_STORE_STALE", Blame::Operator, true},
      Row{Reason::KeyVaultUnavailable, "KEY_VAULT_UNAVAILABLE", Blame::Remote, true},
      Row{Reason::KeyVaultDenied, "KEY_VAULT_DENIED", Blame::Operator, false},
      Row{Reason::AzureIdentityUnavailable, "AZURE_IDENTITY_UNAVAILABLE", Blame::Remote, true},
      Row{Reason::AzureIdentityRefused, "AZURE_IDENTITY_REFUSED", Blame::Operator, false},
      Row{Reason::NamespaceUnavailable, "NAMESPACE_UNAVAILABLE", Blame::Remote, true},
      Row{Reason::DeadlineExceeded, "DEADLINE_EXCEEDED", Blame::Remote, true},
      Row{Reason::Overloaded, "OVERLOADED", Blame::Us, true},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.wire);
    EXPECT_EQ(wire_name(row.reason), row.wire);
    EXPECT_EQ(blame(row.reason), row.blame);
    EXPECT_EQ(may_retry(row.reason), row.retry);
  }
  EXPECT_EQ(all_reasons().size(), kRows.size());
}

TEST(Reason, IsInternalWhenNobodySetIt) {
  EXPECT_EQ(Reason(), Reason::Internal);
  EXPECT_FALSE(may_retry(Reason()));
}

TEST(Reason, ListsEveryReasonOnceInItsOrder) {
  std::set<std::string_view> names;
  std::size_t index = 0;
  for (const auto reason : all_reasons()) {
    EXPECT_EQ(static_cast<std::size_t>(reason), index++);
    EXPECT_TRUE(names.insert(wire_name(reason)).second) << wire_name(reason);
  }
}

TEST(Reason, HasNamesForMetricsAndMeaningsForPeople) {
  for (const auto reason : all_reasons()) {
    const auto wire = wire_name(reason);
    SCOPED_TRACE(wire);
    EXPECT_FALSE(wire.empty());
    EXPECT_EQ(wire.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos);
    EXPECT_FALSE(meaning(reason).empty());
    EXPECT_FALSE(meaning(reason).ends_with('.'));
    EXPECT_TRUE(std::ranges::all_of(meaning(reason), [](char c) { return c >= ' ' && c <= '~'; }));
  }
}

TEST(Reason, FallsBackToOurOwnFaultBeyondTheEnum) {
  const auto unknown = static_cast<Reason>(250);
  EXPECT_EQ(wire_name(unknown), "INTERNAL");
  EXPECT_EQ(meaning(unknown), meaning(Reason::Internal));
  EXPECT_EQ(blame(unknown), Blame::Us);
  EXPECT_FALSE(may_retry(unknown));
}

TEST(Reason, NamesWhoMustAct) {
  EXPECT_EQ(name(Blame::Author), "author");
  EXPECT_EQ(name(Blame::Publisher), "publisher");
  EXPECT_EQ(name(Blame::Remote), "remote");
  EXPECT_EQ(name(Blame::Operator), "operator");
  EXPECT_EQ(name(Blame::Us), "us");
}

}  // namespace
}  // namespace countersign
