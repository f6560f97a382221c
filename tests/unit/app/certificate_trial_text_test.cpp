// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "countersign/codec/json.h"

#include "app/certificate_trial.h"
#include "support/pki.h"

namespace countersign::app {
namespace {

const Time kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

CertificateTrial refused() {
  auto spec = test::leaf_spec();
  spec.key_usage.reset();
  return try_certificates(test::make_root().issue(spec).chain(), As::Signer, std::nullopt, kNow);
}

TEST(CertificateTrialText, BeginsWithTheVerdict) {
  const auto text = trial_text(refused(), "chain.crt", Colour::Never);
  EXPECT_TRUE(text.starts_with("refused chain.crt\n")) << text;
  EXPECT_NE(text.find("  fault                 CERTIFICATE_PROFILE: has no key usage\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(trial_text(refused(), "x", Colour::Always).starts_with("\x1b[31mrefused\x1b[0m x\n"));
}

TEST(CertificateTrialText, HasEverythingInJson) {
  const auto json =
      codec::Json::parse(trial_json(refused(), "chain.crt"), {.bytes = 10'000}, Reason::Internal);
  ASSERT_TRUE(json);
  EXPECT_EQ(*json->find_string("file"), "chain.crt");
  EXPECT_EQ(*json->find_string("verdict"), "refused");
  EXPECT_TRUE(json->find("keyBelongs")->is_null());
  ASSERT_EQ(json->find("certificates")->elements().size(), 2U);
  const auto& leaf = json->find("certificates")->elements().front();
  EXPECT_EQ(*leaf.find_string("role"), "leaf");
  EXPECT_EQ(*leaf.find("faults")->elements().front().find_string("reason"), "CERTIFICATE_PROFILE");
}

}  // namespace
}  // namespace countersign::app
