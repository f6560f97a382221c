// SPDX-License-Identifier: Apache-2.0
#include "x509/pkcs12_mac.h"

#include <string>

#include <gtest/gtest.h>

#include "support/der_writer.h"

namespace countersign::x509 {
namespace {

using namespace test;

constexpr std::string_view kSha1 = "1.3.14.3.2.26";
const ByteVector kContent{1, 2, 3};
const ByteVector kSalt{'s', 'a', 'l', 't', 's', 'a', 'l', 't'};

// Of the content above with SHA-1 and two rounds, worked out by the formula of RFC 7292, appendix
// B.2.
const ByteVector kWithEndMark = {0x3c, 0x89, 0x9d, 0xcd, 0xcd, 0x1f, 0x1a, 0x7b, 0x23, 0xe1,
                                 0x5b, 0xd5, 0x33, 0x67, 0x76, 0xe8, 0xa8, 0x46, 0x59, 0x80};
const ByteVector kWithNoBytes = {0x2f, 0x2c, 0xe2, 0x34, 0x0c, 0x61, 0xfa, 0x48, 0x1b, 0x12,
                                 0xed, 0xdb, 0x56, 0xa4, 0xa1, 0x2a, 0xa2, 0x4a, 0xa3, 0x5f};

ByteVector mac_data(std::string_view hash, const ByteVector& value, const ByteVector& rounds) {
  const auto algorithm = der_sequence({der_oid(hash), der_element(0x05, {})});
  return der_concat({der_sequence({algorithm, der_octets(value)}), der_octets(kSalt), rounds});
}

std::string outcome(const ByteVector& data) {
  const auto password = check_mac(data, kContent, Reason::BadConfig);
  if (!password) {
    return std::string(wire_name(password.error().reason));
  }
  return *password == EmptyPassword::EndMark ? "end mark" : "no bytes";
}

TEST(Pkcs12Mac, TellsWhichEmptyPasswordItWas) {
  EXPECT_EQ(outcome(mac_data(kSha1, kWithEndMark, der_integer(2))), "end mark");
  EXPECT_EQ(outcome(mac_data(kSha1, kWithNoBytes, der_integer(2))), "no bytes");
  EXPECT_EQ(outcome(mac_data(kSha1, kWithEndMark, der_integer(3))), "BAD_CONFIG");
  EXPECT_EQ(outcome(mac_data(kSha1, kWithEndMark, {})), "BAD_CONFIG") << "one round";
  EXPECT_EQ(outcome(mac_data(kSha1, {}, der_integer(2))), "BAD_CONFIG");
}

TEST(Pkcs12Mac, RefusesWhatItDoesNotKnow) {
  for (const auto hash : {"1.2.840.113549.2.5", "1.2.840.113549.1.5.14"}) {  // MD5, PBMAC1
    EXPECT_EQ(outcome(mac_data(hash, kWithEndMark, der_integer(2))), "BAD_CONFIG");
  }
  for (const std::int64_t rounds : {std::int64_t{0}, std::int64_t{-1}, limits::kPkcs12Rounds + 1}) {
    EXPECT_EQ(outcome(mac_data(kSha1, kWithEndMark, der_integer(rounds))), "BAD_CONFIG");
  }
  EXPECT_EQ(outcome({}), "BAD_CONFIG");
  EXPECT_EQ(outcome(mac_data(kSha1, kWithEndMark, der_octets({2}))), "BAD_CONFIG");
}

}  // namespace
}  // namespace countersign::x509
