// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/subject.h"

#include <gtest/gtest.h>

namespace countersign::x509 {
namespace {

TEST(Subject, ReadsWhatAPersonWrites) {
  for (const auto* text : {"CN=signer, O=Acme, C=US", "C=US,CN=signer", "CN=a\\, b,OU=x,OU=y",
                           "CN=Gr\u00fc\u00dfe, S=Hamburg, DC=example, UID=7, L=x, STREET=y",
                           "O=Acme", "SERIALNUMBER=1,POSTALCODE=2"}) {
    const auto subject = Subject::parse(text, Reason::BadConfig);
    EXPECT_TRUE(subject) << text << ": " << subject.error().detail;
  }
  EXPECT_EQ(Subject::parse("O=Acme, CN=a\\, b", Reason::BadConfig)->common_name(), "a, b");
  EXPECT_EQ(Subject::parse("O=Acme", Reason::BadConfig)->common_name(), "");
}

TEST(Subject, RefusesTheRest) {
  for (const std::string text :
       {"", "signer", "CN=", "cn=a", "X=a", "1.2.3=a", "CN=a, CN=b", "CN=a+O=b", "CN=#0c0161",
        "C=USA", "C=U", "CN=a,", "CN=a\nb=c\\"}) {
    const auto subject = Subject::parse(text, Reason::BadConfig);
    ASSERT_FALSE(subject) << text;
    EXPECT_EQ(subject.error().reason, Reason::BadConfig) << text;
  }
  EXPECT_FALSE(Subject::parse("CN=" + std::string(65, 'a'), Reason::BadConfig));
}

TEST(Subject, ACommonNameIsTakenAsItIs) {
  const auto subject = Subject::of_common_name("a, O=b", Reason::BadConfig);
  ASSERT_TRUE(subject);
  EXPECT_EQ(subject->common_name(), "a, O=b");
  EXPECT_EQ(subject->attributes().size(), 1U);
  EXPECT_FALSE(Subject::of_common_name("", Reason::BadConfig));
  EXPECT_FALSE(Subject::of_common_name(std::string(65, 'a'), Reason::BadConfig));
}

TEST(Subject, ChangesItsCommonName) {
  const auto subject = Subject::parse("O=Acme, CN=a, C=US", Reason::BadConfig).value();
  const auto other = subject.with_common_name("b");
  EXPECT_EQ(other.common_name(), "b");
  EXPECT_EQ(other.attributes().size(), 3U);
  EXPECT_EQ(subject.common_name(), "a");
}

}  // namespace
}  // namespace countersign::x509
