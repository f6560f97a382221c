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

TEST_F(ApiClientTest, WritesByTheVerbThatIsMeant) {
  const auto secret = Resource::parse(Resource::Kind::Secret, "shop", "a").value();
  const auto provider = Resource::parse(Resource::Kind::Provider, "p").value();
  const std::string of_provider =
      "https://10.96.0.1:443/apis/externaldata.gatekeeper.sh/v1beta1/providers/p";
  const auto object = good(pull_secret("r.example", "u"));
  const auto changed = good(R"({"kind":"Provider"})");
  transport.expect(kSecrets.substr(0, kSecrets.size() - 1), object)
      .expect(kSecrets + "a", object)
      .expect(of_provider, changed)
      .expect(of_provider, changed);
  const auto deadline = clock.in(std::chrono::seconds(10));
  EXPECT_TRUE(client.create(secret, Secret("{1}"), deadline));
  EXPECT_TRUE(client.replace(secret, Secret("{2}"), deadline));
  EXPECT_TRUE(client.patch(provider, PatchKind::Merge, Secret("{3}"), deadline));
  EXPECT_TRUE(client.patch(provider, PatchKind::Json, Secret("[4]"), deadline));
  const struct {
    net::Method method;
    const char *type, *body;
    net::Request::Answer answer;
  } rows[] = {
      {net::Method::Post, "application/json", "{1}", net::Request::Answer::Secret},
      {net::Method::Put, "application/json", "{2}", net::Request::Answer::Secret},
      {net::Method::Patch, "application/merge-patch+json", "{3}", net::Request::Answer::Ordinary},
      {net::Method::Patch, "application/json-patch+json", "[4]", net::Request::Answer::Ordinary},
  };
  ASSERT_EQ(transport.seen().size(), std::size(rows));
  for (std::size_t index = 0; index < std::size(rows); ++index) {
    const auto& request = transport.seen()[index];
    EXPECT_EQ(request.method, rows[index].method);
    EXPECT_EQ(header_of(request, "Content-Type"), rows[index].type);
    EXPECT_EQ(header_of(request, "Authorization"), "Bearer one");
    EXPECT_EQ(request.body, rows[index].body);
    EXPECT_EQ(request.answer, rows[index].answer);
  }
}

TEST_F(ApiClientTest, WritesAgainWithANewToken) {
  const auto secret = Resource::parse(Resource::Kind::Secret, "shop", "a").value();
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")));
  EXPECT_EQ(get({"a"}), Results{"object"});
  token = "two";
  transport.expect(kSecrets + "a", refusal(401, "Unauthorized"))
      .expect(kSecrets + "a", refusal(409, "Conflict"));
  const auto written = client.replace(secret, Secret("{}"), clock.in(std::chrono::seconds(10)));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->outcome, Written::Outcome::Conflict);
  EXPECT_EQ(transport.seen().back().body, "{}");
}

TEST_F(ApiClientTest, SaysWhenTheTokenGoesAwayInBetween) {
  transport.expect(kSecrets + "a", good(pull_secret("r.example", "u")));
  EXPECT_EQ(get({"a"}), Results{"object"});
  token = fail(Reason::BadConfig, "no such file");
  transport.expect(kSecrets + "a", refusal(401, "Unauthorized"));
  EXPECT_EQ(get({"a"}), Results{"BAD_CONFIG"});
}

TEST_F(ApiClientTest, AsksNothingForWhoDoesNotWait) {
  const auto secret = Resource::parse(Resource::Kind::Secret, "shop", "a").value();
  const auto found = client.get({&secret, 1}, Deadline::at_once());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].error().reason, Reason::DeadlineExceeded);
  EXPECT_TRUE(transport.seen().empty());
}

}  // namespace
}  // namespace countersign::cluster
