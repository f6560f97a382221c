// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/api_client.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/cluster/objects.h"

namespace countersign::cluster {
namespace {

using test::header_of;

const std::string kSecrets = "https://10.96.0.1:443/api/v1/namespaces/shop/secrets/";

struct ApiClientTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport transport;
  Result<std::string> token = "one";
  ApiClient client{ApiServer::in_cluster({"10.96.0.1", "443"}).value(), [this] { return token; },
                   transport, clock};

  // "object", "none" or a reason for each.
  std::vector<std::string> get(const std::vector<std::string>& names) {
    std::vector<Resource> resources;
    for (const auto& name : names) {
      resources.push_back(Resource::parse(Resource::Kind::Secret, "shop", name).value());
    }
    std::vector<std::string> found;
    for (const auto& result : client.get(resources, clock.in(std::chrono::seconds(10)))) {
      found.push_back(result ? (*result ? "object" : "none")
                             : std::string(wire_name(result.error().reason)));
    }
    return found;
  }
  using Results = std::vector<std::string>;
};

TEST_F(ApiClientTest, AsksForAllAtOnce) {
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")))
      .expect(kSecrets + "b", refusal(404, "NotFound"))
      .expect(kSecrets + "c", refusal(403, "Forbidden"));
  EXPECT_EQ(get({"a", "b", "c"}), (Results{"object", "none", "BAD_CONFIG"}));
  EXPECT_EQ(transport.batches(), std::vector<std::size_t>{3});
  for (const auto& request : transport.seen()) {
    EXPECT_EQ(request.method, net::Method::Get);
    EXPECT_EQ(header_of(request, "Authorization"), "Bearer one");
    EXPECT_EQ(request.max_response, limits::kApiObjectBytes);
    EXPECT_EQ(request.wait, limits::kApiWait);
  }
  EXPECT_EQ(get({}), Results{});
}

// REG-78: the token was rotated
TEST_F(ApiClientTest, ReadsTheTokenAgainWhenItIsRefused) {
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")));
  EXPECT_EQ(get({"a"}), Results{"object"});
  token = "two";
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")))
      .expect(kSecrets + "b", refusal(401, "Unauthorized"))
      .expect(kSecrets + "b", good(pull_secret("r.example", "u")));
  EXPECT_EQ(get({"a", "b"}), (Results{"object", "object"}));
  EXPECT_EQ(header_of(transport.seen()[2], "Authorization"), "Bearer one");
  EXPECT_EQ(header_of(transport.seen()[3], "Authorization"), "Bearer two");
}

TEST_F(ApiClientTest, AsksOnceMoreAtMost) {
  transport.expect(kSecrets + "a", refusal(401, "Unauthorized"));
  EXPECT_EQ(get({"a"}), Results{"BAD_CONFIG"}) << "the file has no other token";
  token = "two";
  transport.expect(kSecrets + "a", refusal(401, "Unauthorized"))
      .expect(kSecrets + "a", refusal(401, "Unauthorized"));
  EXPECT_EQ(get({"a"}), Results{"BAD_CONFIG"});
}

TEST_F(ApiClientTest, AsksNothingWithoutAToken) {
  token = fail(Reason::BadConfig, "no such file");
  EXPECT_EQ(get({"a", "b"}), (Results{"BAD_CONFIG", "BAD_CONFIG"}));
}

TEST_F(ApiClientTest, SaysWhenTheTokenGoesAwayInBetween) {
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")));
  EXPECT_EQ(get({"a"}), Results{"object"});
  token = fail(Reason::BadConfig, "no such file");
  transport.expect(kSecrets + "a", refusal(401, "Unauthorized"));
  EXPECT_EQ(get({"a"}), Results{"BAD_CONFIG"});
}

}  // namespace
}  // namespace countersign::cluster
