// SPDX-License-Identifier: Apache-2.0
#include "countersign/policy/signers.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace countersign::policy {
namespace {

struct Signed {
  std::string subject, key;
  Verdict verdict = Verdict::Trusted;
};

SignatureReport made(const Signed& by) {
  return {.digest = oci::Digest::of(as_bytes(by.subject + by.key)),
          .media_type = {},
          .verdict = by.verdict,
          .reason = Reason::Internal,
          .detail = {},
          .signing_scheme = {},
          .signing_time = {},
          .expiry = {},
          .signer = SignerReport{.subject = by.subject,
                                 .issuer = {},
                                 .thumbprint = by.subject + by.key,
                                 .not_after = {},
                                 .key = by.key},
          .checks = {}};
}

struct Row {
  const char* name;
  std::vector<Signed> given;
  std::size_t signers;
};

TEST(Signers, CountsPartiesAndNotCertificates) {  // POL-13
  const std::vector<Row> rows{
      {"nobody", {}, 0},
      {"one", {{"a", "1"}}, 1},
      {"one, who signed twice", {{"a", "1"}, {"a", "1"}}, 1},
      {"two certificates of one subject", {{"a", "1"}, {"a", "2"}}, 1},
      {"one key under two names", {{"a", "1"}, {"b", "1"}}, 1},
      {"a name in another case", {{"CN=Acme", "1"}, {"CN=ACME", "2"}}, 1},
      {"two", {{"a", "1"}, {"b", "2"}}, 2},
      {"two, one of whom is refused", {{"a", "1"}, {"b", "2", Verdict::Untrusted}}, 1},
      {"two, and one who is both", {{"a", "1"}, {"b", "1"}, {"b", "2"}}, 2},
      {"three names and two keys", {{"a", "1"}, {"b", "2"}, {"c", "1"}, {"c", "2"}}, 2},
      {"a chain of four", {{"a", "1"}, {"b", "1"}, {"b", "2"}, {"c", "2"}, {"c", "3"}}, 3},
      {"nobody has a name", {{"", "1"}, {"", "2"}}, 1},
      {"nobody's key is known", {{"a", ""}, {"b", ""}}, 1},
  };
  for (const auto& row : rows) {
    std::vector<std::size_t> order(row.given.size());
    for (std::size_t each = 0; each < order.size(); ++each) {
      order[each] = each;
    }
    do {
      std::vector<SignatureReport> reports;
      for (const auto each : order) {
        reports.push_back(made(row.given[each]));
      }
      EXPECT_EQ(distinct_signers(reports), row.signers) << row.name;
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(Signers, DoesNotCountASignatureWithoutASigner) {
  auto lost = made({"a", "1"});
  lost.signer.reset();
  EXPECT_EQ(distinct_signers(std::vector{lost}), 0U);
}

}  // namespace
}  // namespace countersign::policy
