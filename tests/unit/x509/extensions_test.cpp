// SPDX-License-Identifier: Apache-2.0
#include "x509/extensions.h"

#include <string_view>

#include <gtest/gtest.h>

#include "countersign/codec/base64.h"

#include "support/pki.h"
#include "x509/certificate_reader.h"

namespace countersign::x509 {
namespace {

using namespace test;

constexpr const char* kBasicConstraints = "2.5.29.19";
constexpr const char* kKeyUsage = "2.5.29.15";
constexpr const char* kExtendedKeyUsage = "2.5.29.37";
constexpr const char* kAuthorityInformation = "1.3.6.1.5.5.7.1.1";
constexpr const char* kDistributionPoints = "2.5.29.31";

Result<Extensions> read(const std::vector<RawExtension>& extensions) {
  const ByteVector der = self_signed_der(
      {.subject = "CN=extensions", .more_extensions = extensions}, key(KeyType::P256));
  const auto fields = read_certificate(der, Reason::Internal);
  EXPECT_TRUE(fields);
  return read_extensions(fields->extensions, Reason::EnvelopeInvalid);
}

Result<Extensions> read(const char* type, std::string_view hex,
                        Criticality criticality = Criticality::NotCritical) {
  return read({{type, criticality, codec::decode_hex(hex, Reason::Internal).value()}});
}

TEST(Extensions, AreAbsentWithoutBeingWrong) {
  const auto none = read(std::vector<RawExtension>{});
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->basic_constraints || none->key_usage || none->extended_key_usage);
  EXPECT_TRUE(none->ocsp_urls.empty() && none->crl_urls.empty());
}

struct ConstraintsRow {
  std::string_view name;
  std::string_view hex;
  bool ca;
  std::optional<std::int64_t> path_length;
};

constexpr ConstraintsRow kConstraints[] = {
    {"empty", "3000", false, {}},
    {"FALSE written out", "3003010100", false, {}},
    {"CA", "30030101ff", true, {}},
    {"CA with path length 0", "30060101ff020100", true, 0},
    {"CA with path length 300", "30070101ff0202012c", true, 300},
};

TEST(Extensions, ReadBasicConstraints) {
  for (const ConstraintsRow& row : kConstraints) {
    for (const Criticality criticality : {Criticality::NotCritical, Criticality::Critical}) {
      const auto extensions = read(kBasicConstraints, row.hex, criticality);
      ASSERT_TRUE(extensions) << row.name;
      ASSERT_TRUE(extensions->basic_constraints) << row.name;
      EXPECT_EQ(extensions->basic_constraints->ca, row.ca) << row.name;
      EXPECT_EQ(extensions->basic_constraints->path_length, row.path_length) << row.name;
      EXPECT_EQ(extensions->basic_constraints->criticality, criticality) << row.name;
    }
  }
}

TEST(Extensions, ReadEveryBitOfKeyUsage) {
  const std::pair<std::string_view, KeyUsageBit> rows[] = {
      {"03020780", KeyUsageBit::DigitalSignature}, {"03020640", KeyUsageBit::ContentCommitment},
      {"03020520", KeyUsageBit::KeyEncipherment},  {"03020410", KeyUsageBit::DataEncipherment},
      {"03020308", KeyUsageBit::KeyAgreement},     {"03020204", KeyUsageBit::KeyCertSign},
      {"03020102", KeyUsageBit::CrlSign},          {"03020001", KeyUsageBit::EncipherOnly},
      {"0303070080", KeyUsageBit::DecipherOnly},
  };
  for (const auto& [hex, bit] : rows) {
    const auto extensions = read(kKeyUsage, hex, Criticality::Critical);
    ASSERT_TRUE(extensions && extensions->key_usage) << hex;
    EXPECT_EQ(extensions->key_usage->bits, static_cast<std::uint16_t>(bit)) << hex;
    EXPECT_EQ(extensions->key_usage->criticality, Criticality::Critical) << hex;
  }
  EXPECT_EQ(read(kKeyUsage, "030100").value().key_usage->bits, 0);
}

TEST(Extensions, ReadPurposesInTheirOrder) {
  const auto extensions = read(kExtendedKeyUsage, "301006082b060105050703030604551d2500");
  ASSERT_TRUE(extensions && extensions->extended_key_usage);
  EXPECT_EQ(extensions->extended_key_usage->purposes,
            (std::vector<std::string>{"1.3.6.1.5.5.7.3.3", "2.5.29.37.0"}));
}

TEST(Extensions, ReadOnlyAddressesOfOcspAndFullNames) {
  // caIssuers "http://i", OCSP "http://o", OCSP with a DNS name.
  const auto access = read(kAuthorityInformation,
                           "303f"
                           "301406082b060105050730028608687474703a2f2f69"
                           "301406082b060105050730018608687474703a2f2f6f"
                           "301106082b060105050730018205612e622e63");
  ASSERT_TRUE(access);
  EXPECT_EQ(access->ocsp_urls, std::vector<std::string>{"http://o"});
  // Full name "http://c"; a name relative to the issuer; reasons alone.
  const auto points = read(kDistributionPoints,
                           "3028"
                           "300ea00ca00a8608687474703a2f2f63"
                           "3010a00ea10c300a06035504030c03637269"
                           "300481020780");
  ASSERT_TRUE(points);
  EXPECT_EQ(points->crl_urls, std::vector<std::string>{"http://c"});
}

struct BadRow {
  std::string_view name;
  const char* type;
  std::string_view hex;
};

constexpr BadRow kBad[] = {
    {"empty basic constraints", kBasicConstraints, ""},
    {"basic constraints with TRUE as 01", kBasicConstraints, "3003010101"},
    {"basic constraints with trailing byte", kBasicConstraints, "300000"},
    {"negative path length", kBasicConstraints, "30060101ff0201ff"},
    {"path length of 9 bytes", kBasicConstraints, "300e0101ff0209010000000000000000"},
    {"path length with zero in front", kBasicConstraints, "30070101ff02020001"},
    {"basic constraints of indefinite length", kBasicConstraints, "30800101ff0000"},
    {"key usage as octets", kKeyUsage, "040180"},
    {"key usage with bits behind its end", kKeyUsage, "030207ff"},
    {"key usage in pieces", kKeyUsage, "230403020780"},
    {"extended key usage that is no list", kExtendedKeyUsage, "06082b06010505070303"},
    {"extended key usage with a broken identifier", kExtendedKeyUsage, "3003060180"},
    {"access description without location", kAuthorityInformation, "300c300a06082b06010505073001"},
    {"OCSP address with a line break", kAuthorityInformation,
     "3016301406082b060105050730018608687474700a2f2f6f"},
    {"CRL address with NUL", kDistributionPoints, "3010300ea00ca00a8608687474703a2f2f00"},
    {"CRL address outside of ASCII", kDistributionPoints, "3010300ea00ca00a8608687474703a2f2fe9"},
};

TEST(Extensions, RefuseMalformedOnes) {
  for (const BadRow& row : kBad) {
    const auto extensions = read(row.type, row.hex);
    ASSERT_FALSE(extensions) << row.name;
    EXPECT_EQ(extensions.error().reason, Reason::EnvelopeInvalid) << row.name;
  }
}

TEST(Extensions, RefuseOneGivenTwice) {
  for (const char* type : {kBasicConstraints, kKeyUsage, kExtendedKeyUsage, "1.2.3.4"}) {
    const ByteVector value = std::string_view(type) == kKeyUsage
                                 ? ByteVector{0x03, 0x02, 0x07, 0x80}
                                 : ByteVector{0x30, 0x00};
    ByteVector purposes{0x30, 0x06, 0x06, 0x04, 0x55, 0x1d, 0x25, 0x00};
    const ByteVector& used = std::string_view(type) == kExtendedKeyUsage ? purposes : value;
    EXPECT_TRUE(read({{type, Criticality::NotCritical, used}})) << type;
    EXPECT_FALSE(
        read({{type, Criticality::NotCritical, used}, {type, Criticality::Critical, used}}))
        << type;
  }
}

}  // namespace
}  // namespace countersign::x509
