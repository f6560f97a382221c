// SPDX-License-Identifier: Apache-2.0
#include "azure/federated_token.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/azure/jwt.h"

namespace countersign::azure {
namespace {

using test::jwt;

const Time kNow = test::FixedClock().now();

std::string at(int ahead) {
  return std::to_string((kNow + std::chrono::seconds(ahead)).time_since_epoch().count());
}

std::string fault(const std::string& token) {
  const auto checked = check_federated_token(token, kNow);
  if (!checked) {
    EXPECT_EQ(checked.error().reason, Reason::AzureIdentityRefused);
  }
  return checked ? "" : checked.error().detail;
}

TEST(FederatedToken, HasTheFormOfAJwt) {
  EXPECT_EQ(fault(test::service_account_token(kNow)), "");
  EXPECT_EQ(fault(jwt("{}")), "");
  EXPECT_EQ(fault(jwt("no JSON: Azure may judge")), "");
  for (const std::string& token :
       {std::string("a"), std::string("YQ.YQ"), std::string("YQ.YQ."), std::string(".YQ.YQ"),
        std::string("YQ..YQ"), std::string("YQ.YQ.YQ.YQ"), std::string("YQ.YQ.Y Q"),
        std::string("YQ==.YQ==.YQ=="), std::string("Y+.YQ.YQ"), std::string("YQ.YQ.YQ\nYQ.YQ.YQ"),
        std::string("YR.YQ.YQ"), std::string("\xef\xbb\xbfYQ.YQ.YQ"), std::string(2'000, '\0')}) {
    EXPECT_NE(fault(token).find("no JWT"), std::string::npos) << token;
  }
  EXPECT_NE(fault("").find("empty"), std::string::npos);
  EXPECT_NE(fault(jwt("{}", std::string(limits::kFederatedTokenBytes, 's'))).find("larger"),
            std::string::npos);
}

TEST(FederatedToken, IsWithinItsTime) {
  const struct {
    std::string claims;
    const char* fault;  // "": none
  } rows[] = {{R"({"exp":)" + at(1) + "}", ""},
              {R"({"exp":)" + at(0) + "}", "expired"},
              {R"({"exp":)" + at(-1) + "}", "expired"},
              {R"({"exp":)" + at(-1) + ".5}", "expired"},
              {R"({"exp":0})", "expired"},
              {R"({"exp":"0"})", ""},
              {R"({"exp":-1})", ""},
              {R"({"exp":1e300})", ""},
              {R"({"exp":99999999999999999999})", ""},
              {R"({"nbf":)" + at(0) + "}", ""},
              {R"({"nbf":)" + at(60) + "}", ""},
              {R"({"nbf":)" + at(61) + "}", "clock skew"},
              {R"({"nbf":)" + at(86'400) + R"(,"exp":)" + at(90'000) + "}", "clock skew"},
              {R"({"nbf":)" + at(-86'400) + R"(,"exp":)" + at(-80'000) + "}", "expired"}};
  for (const auto& [claims, words] : rows) {
    const auto said = fault(jwt(claims));
    EXPECT_EQ(said.empty(), std::string_view(words).empty()) << claims << said;
    EXPECT_NE(said.find(words), std::string::npos) << claims << said;
  }
}

}  // namespace
}  // namespace countersign::azure
