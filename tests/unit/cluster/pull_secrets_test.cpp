// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/pull_secrets.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "unit/cluster/objects.h"

namespace countersign::cluster {
namespace {

std::string url(std::string_view name_space, std::string_view rest) {
  return "https://10.96.0.1:443/api/v1/namespaces/" + std::string(name_space) + "/" +
         std::string(rest);
}

std::string account(std::string_view secrets) {
  return R"({"kind":"ServiceAccount","apiVersion":"v1","imagePullSecrets":[)" +
         std::string(secrets) + "]}";
}

class Warnings final : public log::Logger {
 public:
  void write(log::Level level, std::string_view, std::initializer_list<log::Field>) override {
    count += level == log::Level::Warning ? 1 : 0;
  }
  int count = 0;
};

struct PullSecretsTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport transport;
  ApiClient client{ApiServer::in_cluster({"10.96.0.1", "443"}).value(),
                   [] { return Result<std::string>("token"); }, transport, clock};
  Warnings warnings;
  PullSecrets secrets{client, clock, warnings};

  Result<registry::Credentials> ask(const kube::Puller& puller,
                                    std::string_view image = "r.example/team/app") {
    return secrets.provider_for(puller)->credentials_for(oci::ImageRef::parse(image).value(),
                                                         clock.in(std::chrono::seconds(10)));
  }
  // The users, best first, or the reason.
  std::string users(const kube::Puller& puller, std::string_view image = "r.example/team/app") {
    const auto found = ask(puller, image);
    if (!found) {
      return std::string(wire_name(found.error().reason));
    }
    std::string users;
    for (const auto& credential : found->candidates) {
      users += (users.empty() ? "" : " ") + credential.user;
    }
    return users;
  }
};

TEST_F(PullSecretsTest, AreThoseOfThePodInTheKubeletsOrder) {
  transport
      .expect(url("shop", "secrets/second"),
              good(R"({"kind":"Secret","type":"kubernetes.io/dockercfg","data":{".dockercfg":")" +
                   codec::encode_base64(
                       as_bytes(R"({"r.example":{"username":"wide","password":"p"}})")) +
                   R"("}})"))
      .expect(url("shop", "secrets/first"), good(pull_secret("r.example/team", "deep")));
  EXPECT_EQ(users({"shop", "default", {"second", "first"}}), "deep wide");
  EXPECT_EQ(transport.batches(), std::vector<std::size_t>{2});
  EXPECT_EQ(warnings.count, 0);
}

// REG-78: the pod names none, its service account does
TEST_F(PullSecretsTest, AreThoseOfTheServiceAccountWhenThePodNamesNone) {
  transport
      .expect(url("shop", "serviceaccounts/build"), good(account(R"({"name":"a"},{"name":"b"})")))
      .expect(url("shop", "secrets/a"), good(pull_secret("other.example", "x")))
      .expect(url("shop", "secrets/b"), good(pull_secret("r.example", "u")));
  EXPECT_EQ(users({"shop", "build", {}}), "u");
  transport.expect(url("shop", "serviceaccounts/default"), good(account("")));
  EXPECT_EQ(users({"shop", "default", {}}), "");
}

// REG-78
TEST_F(PullSecretsTest, AreUnknownWhenTheApiServerCantBeAsked) {
  const struct {
    const char* name;
    Result<net::Response> answer;
    const char* expected;
  } rows[] = {
      {"forbidden", refusal(403, "Forbidden"), "BAD_CONFIG"},
      {"unauthorized", refusal(401, "Unauthorized"), "BAD_CONFIG"},
      {"throttled", refusal(429, "TooManyRequests"), "CREDENTIALS_UNAVAILABLE"},
      {"broken", refusal(500, "InternalError"), "CREDENTIALS_UNAVAILABLE"},
      {"away", fail(Reason::RegistryUnavailable, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"late", fail(Reason::DeadlineExceeded, "x"), "DEADLINE_EXCEEDED"},
  };
  for (const auto& [name, answer, expected] : rows) {
    transport.expect(url("shop", "serviceaccounts/build"), answer);
    EXPECT_EQ(users({"shop", "build", {}}), expected) << name;
    transport.expect(url("shop", "secrets/a"), good(pull_secret("r.example", "u")))
        .expect(url("shop", "secrets/b"), answer);
    EXPECT_EQ(users({"shop", "build", {"a", "b"}}), expected) << name;
    clock.advance(limits::kPullSecretLife);
  }
  transport.expect(url("shop", "serviceaccounts/build"), refusal(404, "NotFound"));
  EXPECT_EQ(users({"shop", "build", {}}), "CREDENTIALS_UNAVAILABLE") << "no service account";
  transport.expect(url("shop", "serviceaccounts/build"),
                   good(R"({"kind":"ServiceAccount","imagePullSecrets":"x"})"));
  EXPECT_EQ(users({"shop", "build", {}}), "CREDENTIALS_UNAVAILABLE");
}

// REG-76: skipped, and said once for each version
TEST_F(PullSecretsTest, ThatCantBeUsedAreSkipped) {
  const kube::Puller puller{"shop", "default", {"opaque", "gone", "good", "", "../x", "A"}};
  const auto opaque = [](std::string_view version) {
    return good(secret_object("Opaque", "x", "{}", version));
  };
  const auto script = [&](std::string_view version) {
    transport.expect(url("shop", "secrets/opaque"), opaque(version))
        .expect(url("shop", "secrets/gone"), refusal(404, "NotFound"))
        .expect(url("shop", "secrets/good"), good(pull_secret("r.example", "u")));
  };
  script("7");
  EXPECT_EQ(users(puller), "u");
  EXPECT_EQ(warnings.count, 2);
  clock.advance(limits::kPullSecretLife);
  script("7");
  EXPECT_EQ(users(puller), "u");
  EXPECT_EQ(warnings.count, 2);
  clock.advance(limits::kPullSecretLife);
  script("8");
  EXPECT_EQ(users(puller), "u");
  EXPECT_EQ(warnings.count, 3);
}

TEST_F(PullSecretsTest, AreRememberedForAMinute) {
  const kube::Puller puller{"shop", "build", {}};
  transport
      .expect(url("shop", "serviceaccounts/build"), good(account(R"({"name":"a"},{"name":"a"})")))
      .expect(url("shop", "secrets/a"), good(pull_secret("r.example", "old")));
  EXPECT_EQ(users(puller), "old");
  clock.advance(limits::kPullSecretLife - std::chrono::milliseconds(1));
  EXPECT_EQ(users(puller), "old");
  clock.advance(std::chrono::milliseconds(1));
  transport.expect(url("shop", "serviceaccounts/build"), good(account(R"({"name":"a"})")))
      .expect(url("shop", "secrets/a"), good(pull_secret("r.example", "new", "8")));
  EXPECT_EQ(users(puller), "new");
}

TEST_F(PullSecretsTest, OneThatIsNotThereIsSoonLookedForAgain) {
  const kube::Puller puller{"shop", "default", {"late"}};
  transport.expect(url("shop", "secrets/late"), refusal(404, "NotFound"));
  EXPECT_EQ(users(puller), "");
  EXPECT_EQ(users(puller), "");
  clock.advance(limits::kAbsentSecretLife);
  transport.expect(url("shop", "secrets/late"), good(pull_secret("r.example", "u")));
  EXPECT_EQ(users(puller), "u");
}

// REG-77, the list: six match, five are tried
TEST_F(PullSecretsTest, GiveAFewCandidates) {
  kube::Puller puller{"shop", "default", {}};
  for (const std::string name : {"a", "b", "c", "d", "e", "f"}) {
    puller.pull_secrets.push_back(name);
    transport.expect(url("shop", "secrets/" + name), good(pull_secret("r.example", name)));
  }
  EXPECT_EQ(users(puller), "a b c d e");
}

TEST_F(PullSecretsTest, AreReadAFewAtATime) {
  kube::Puller puller{"shop", "default", {}};
  for (std::size_t index = 0; index <= limits::kPullSecretsAtOnce; ++index) {
    const auto name = "s" + std::to_string(index);
    puller.pull_secrets.push_back(name);
    transport.expect(url("shop", "secrets/" + name), index < limits::kPullSecretsAtOnce
                                                         ? refusal(404, "NotFound")
                                                         : good(pull_secret("r.example", "last")));
  }
  EXPECT_EQ(users(puller), "last");
  EXPECT_EQ(transport.batches(), (std::vector<std::size_t>{limits::kPullSecretsAtOnce, 1}));
}

TEST_F(PullSecretsTest, AnEntryThatCantBeUsedIsNotAnonymous) {
  transport.expect(url("shop", "secrets/a"),
                   good(secret_object(kDockerConfigJson, ".dockerconfigjson",
                                      R"({"auths":{"r.example":{"auth":"!"}}})")));
  EXPECT_EQ(users({"shop", "default", {"a"}}), "BAD_CONFIG");
  EXPECT_EQ(users({"shop", "default", {"a"}}, "other.example/a"), "");
}

// REG-79, the owner: what one may see is kept apart from what another may
TEST_F(PullSecretsTest, BelongToTheirNamespace) {
  const auto owner = [this](const kube::Puller& puller) { return ask(puller).value().owner; };
  transport.expect(url("shop", "secrets/a"), good(pull_secret("r.example", "u")))
      .expect(url("bank", "secrets/a"), good(pull_secret("r.example", "u")))
      .expect(url("shop", "secrets/b"), good(pull_secret("r.example", "v")))
      .expect(url("shop", "secrets/c"), good(pull_secret("other.example", "u")))
      .expect(url("bank", "secrets/b"), refusal(404, "NotFound"));
  const auto shop = owner({"shop", "default", {"a"}});
  const auto bank = owner({"bank", "default", {"a"}});
  const auto other = owner({"shop", "default", {"b"}});
  EXPECT_NE(shop, bank);
  EXPECT_NE(shop, other);
  EXPECT_EQ(shop, owner({"shop", "other", {"a"}}));
  EXPECT_EQ(shop, owner({"shop", "default", {"a", "c"}})) << "what matched is the same";
  EXPECT_EQ(shop.size(), 64U);
  EXPECT_EQ(owner({"bank", "default", {"b"}}), "") << "nothing matched: as anybody";
}

TEST_F(PullSecretsTest, NeedAPod) {
  EXPECT_EQ(users({}), "BAD_CONFIG");
  EXPECT_EQ(users({"", "default", {"a"}}), "BAD_CONFIG");
  EXPECT_EQ(users({"a.b", "default", {"a"}}), "BAD_REQUEST");
  EXPECT_EQ(users({"shop", "../x", {}}), "BAD_REQUEST");
}

}  // namespace
}  // namespace countersign::cluster
