// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/certificate_memory.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/pki.h"

namespace countersign::x509 {
namespace {

using namespace test;

Result<Certificate> read(CertificateMemory& memory, const Certificate& certificate) {
  return memory.parse_der(certificate.der(), Reason::EnvelopeInvalid);
}

// One object: the signature that was checked once is not checked again for its copies.
TEST(CertificateMemory, ReadsEqualBytesOnce) {
  const Signer root = make_root();
  CertificateMemory memory(limits::kMiB);
  const auto first = read(memory, root.certificate());
  ASSERT_TRUE(first);
  EXPECT_EQ(memory.known(), 0U);
  const auto second = read(memory, root.certificate());
  ASSERT_TRUE(second);
  EXPECT_EQ(memory.known(), 1U);
  EXPECT_EQ(first->der().data(), second->der().data());
  EXPECT_TRUE(std::ranges::equal(second->der(), root.certificate().der()));
}

TEST(CertificateMemory, TellsCertificatesOfOneNameApart) {
  CertificateMemory memory(limits::kMiB);
  const Signer one = make_root();
  ByteVector changed(one.certificate().der().begin(), one.certificate().der().end());
  changed.back() ^= 1U;  // of its signature
  ASSERT_TRUE(read(memory, one.certificate()));
  const auto other = memory.parse_der(changed, Reason::EnvelopeInvalid);
  ASSERT_TRUE(other);
  EXPECT_EQ(memory.known(), 0U);
  EXPECT_FALSE(*other == one.certificate());
  EXPECT_FALSE(other->self_signed());
  EXPECT_TRUE(read(memory, one.certificate())->self_signed());
}

TEST(CertificateMemory, KeepsNothingThatIsRefused) {
  CertificateMemory memory(limits::kMiB);
  const ByteVector junk{0x30, 0x00};
  for (int round = 0; round < 2; ++round) {
    const auto refused = memory.parse_der(junk, Reason::EnvelopeInvalid);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::EnvelopeInvalid);
  }
  EXPECT_EQ(memory.known(), 0U);
}

TEST(CertificateMemory, HoldsNoMoreThanItsRoom) {
  const Signer root = make_root();
  CertificateMemory none(0);
  ASSERT_TRUE(read(none, root.certificate()));
  ASSERT_TRUE(read(none, root.certificate()));
  EXPECT_EQ(none.known(), 0U);

  const Signer leaf = root.issue(leaf_spec("CN=Signer"), key(KeyType::P256));
  CertificateMemory one(4 * limits::kKiB + 3 * std::max(root.certificate().der().size(),
                                                        leaf.certificate().der().size()));
  ASSERT_TRUE(read(one, root.certificate()));
  ASSERT_TRUE(read(one, leaf.certificate()));  // takes the root's place
  ASSERT_TRUE(read(one, root.certificate()));
  EXPECT_EQ(one.known(), 0U);
}

}  // namespace
}  // namespace countersign::x509
