// SPDX-License-Identifier: Apache-2.0
#include "countersign/server/self_check.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/fixed_clock.h"
#include "support/pki.h"

namespace countersign::server {
namespace {

using countersign::test::ca_spec;
using countersign::test::make_root;
using countersign::test::Signer;
using countersign::test::tls_spec;

const Time kNow = countersign::test::FixedClock().now();
constexpr const char* kName = "countersign.security.svc";

TEST(SelfCheck, JudgesAsAnApiServerWould) {
  const auto old_root = make_root();
  const auto new_root = make_root(ca_spec("CN=New"));
  const auto spec = tls_spec("DNS:countersign.security.svc");
  const auto served = new_root.issue(spec);
  const auto intermediate = new_root.issue(ca_spec("CN=Issuing"));
  const auto below = intermediate.issue(spec);
  auto short_lived = spec;
  short_lived.not_after = kNow - std::chrono::seconds(1);
  const auto expired = new_root.issue(short_lived);
  struct Row {
    std::string what, chain, bundle, name;
    std::string said;  // empty: accepted
  };
  for (const auto& row : std::vector<Row>{
           {"one authority", served.pem(), new_root.pem(), kName, ""},
           {"old and new authority", served.pem(), old_root.pem() + new_root.pem(), kName, ""},
           {"an intermediate that is sent", below.pem() + intermediate.pem(), new_root.pem(), kName,
            ""},
           {"an intermediate in the bundle", below.pem(), intermediate.pem(), kName, ""},
           {"the certificate before the bundle", served.pem(), old_root.pem(), kName,
            "caBundle does not match"},
           {"an intermediate that is missing", below.pem(), new_root.pem(), kName,
            "caBundle does not match"},
           {"its end", expired.pem(), new_root.pem(), kName, "expired"},
           {"another name", served.pem(), new_root.pem(), "other.security.svc",
            "not for the name other.security.svc"},
           {"an empty bundle", served.pem(), "", kName, "caBundle: "},
           {"a chain that is none", "nonsense", new_root.pem(), kName, "the serving certificate: "},
       }) {
    const auto accepted = would_be_accepted(row.chain, row.bundle, row.name, kNow);
    EXPECT_EQ(accepted.has_value(), row.said.empty()) << row.what;
    if (!accepted) {
      EXPECT_EQ(accepted.error().reason, Reason::BadConfig) << row.what;
      EXPECT_NE(accepted.error().detail.find(row.said), std::string::npos)
          << row.what << ": " << accepted.error().detail;
    }
  }
}

}  // namespace
}  // namespace countersign::server
