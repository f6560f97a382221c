// SPDX-License-Identifier: Apache-2.0
// Every kind that can be configured, from its section.
#include <gtest/gtest.h>

#include "app/catalog.h"
#include "samples.h"
#include "support/scripted_transport.h"

namespace countersign::app {
namespace {

template <class Port>
struct Made {
  std::unique_ptr<Port> port;
  std::vector<std::string> problems;
};

template <class Port>
Made<Port> make(std::string_view kind, std::string_view text,
                const std::filesystem::path& file = "/etc/c.yaml") {
  static const TestServices services;
  const auto document = Document::parse(text, file);
  EXPECT_TRUE(document) << document.error();
  auto root = document->root();
  auto* const factory = builtins().find<Port>(kind, root, "kind");
  root.text("kind");
  auto port = factory == nullptr ? nullptr : factory(root, services.services);
  return {std::move(port), document->problems()};
}

Result<registry::Credentials> ask(CredentialSource& source) {
  const test::FixedClock clock;
  return source.provider_for({})->credentials_for(oci::ImageRef::parse("r.example/a").value(),
                                                  clock.in(std::chrono::seconds(1)));
}

TEST(Builtins, NamesWhatIsKnownWhenAKindIsNot) {
  const auto made = make<CredentialSource>("azur", "kind: azur");
  EXPECT_EQ(made.port, nullptr);
  ASSERT_EQ(made.problems.size(), 1U);
  EXPECT_NE(made.problems[0].find("anonymous, azureManagedIdentity, azureServicePrincipal, "
                                  "azureWorkloadIdentity, basic, dockerConfig, pullSecrets"),
            std::string::npos);
}

TEST(Builtins, AnonymousHasNoCredentials) {
  const auto made = make<CredentialSource>("anonymous", "kind: anonymous");
  ASSERT_NE(made.port, nullptr);
  const auto credential = ask(*made.port);
  ASSERT_TRUE(credential);
  EXPECT_TRUE(credential->candidates.empty());
}

TEST(Builtins, BasicReadsAPasswordFromAFile) {
  const support::TempFolder folder;
  folder.write("password", "s3cret\n");
  const auto made = make<CredentialSource>("basic", "{username: robot, passwordFile: password}",
                                           folder / "c.yaml");
  ASSERT_TRUE(made.problems.empty()) << made.problems.front();
  const auto credential = ask(*made.port);
  ASSERT_TRUE(credential && credential->candidates.size() == 1);
  EXPECT_EQ(credential->candidates[0].user, "robot");
  EXPECT_EQ(credential->candidates[0].secret.reveal(), "s3cret");
}

TEST(Builtins, BasicReadsAUserFromAFile) {
  const support::TempFolder folder;
  folder.write("user", "robot\n");
  folder.write("empty", "\n");
  const auto made =
      make<CredentialSource>("basic", "{usernameFile: user, password: p}", folder / "c.yaml");
  ASSERT_TRUE(made.problems.empty()) << made.problems.front();
  EXPECT_EQ(ask(*made.port)->candidates[0].user, "robot");
  EXPECT_FALSE(
      make<CredentialSource>("basic", "{usernameFile: empty, password: p}", folder / "c.yaml")
          .problems.empty());
}

TEST(Builtins, BasicWantsOneUserAndOnePassword) {
  for (const auto* text : {"{username: a}", "{username: a, password: b, passwordFile: c}",
                           "{password: b}", "{username: a, passwordFile: /nonexistent}",
                           "{username: a, usernameFile: /nonexistent, password: b}",
                           "{usernameFile: /nonexistent, password: b}"}) {
    EXPECT_FALSE(make<CredentialSource>("basic", text).problems.empty()) << text;
  }
  EXPECT_TRUE(make<CredentialSource>("basic", "{username: a, password: b}").problems.empty());
}

TEST(Builtins, DockerConfigReadsItsFile) {
  const support::TempFolder folder;
  folder.write("good.json", R"({"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}}})");
  folder.write("bad.json", "{");
  const auto made = make<CredentialSource>("dockerConfig", "file: good.json", folder / "c.yaml");
  ASSERT_TRUE(made.problems.empty()) << made.problems.front();
  const auto credential = ask(*made.port);
  ASSERT_TRUE(credential && credential->candidates.size() == 1);
  EXPECT_EQ(credential->candidates[0].user, "user");
  for (const auto* text : {"file: bad.json", "file: none.json", "kind: dockerConfig"}) {
    EXPECT_FALSE(make<CredentialSource>("dockerConfig", text, folder / "c.yaml").problems.empty())
        << text;
  }
}

TEST(Builtins, DockerConfigMayStandInTheConfiguration) {
  const auto made = make<CredentialSource>(
      "dockerConfig", "config: {auths: {'*.example': {username: robot, password: '1234'}}}");
  ASSERT_TRUE(made.problems.empty()) << made.problems.front();
  const auto found = ask(*made.port);
  ASSERT_TRUE(found && found->candidates.size() == 1);
  EXPECT_EQ(found->candidates[0].user, "robot");
  EXPECT_EQ(found->candidates[0].secret.reveal(), "1234");
  for (const auto* text : {"config: []", "config: x", "config: {auths: []}",
                           "{config: {auths: {}}, file: good.json}"}) {
    EXPECT_FALSE(make<CredentialSource>("dockerConfig", text).problems.empty()) << text;
  }
  const auto number = make<CredentialSource>(
      "dockerConfig", "config: {auths: {r.example: {username: robot, password: 1234}}}");
  EXPECT_EQ(ask(*number.port).error().reason, Reason::BadConfig) << "a password is text";
}

TEST(Builtins, PullSecretsNeedAPod) {
  const auto made = make<CredentialSource>("pullSecrets", "kind: pullSecrets");
  ASSERT_TRUE(made.problems.empty()) << made.problems.front();
  EXPECT_EQ(ask(*made.port).error().reason, Reason::BadConfig);
}

TEST(Builtins, PullSecretsNeedAnApiServer) {
  const auto logger = log::make_silent_logger();
  const auto started = [&logger](std::string_view text) {
    const auto made = make<CredentialSource>("pullSecrets", text);
    EXPECT_TRUE(made.problems.empty()) << text;
    test::ScriptedTransport nobody;
    return made.port->start({*logger, nobody});
  };
  const auto ca = "caFile: '" + SignedImage().home() + "/truststore/x509/ca/vectors/a.pem'";
  EXPECT_EQ(started("{}").error().reason, Reason::BadConfig) << "not in a cluster";
  EXPECT_EQ(started("{apiServer: 'https://127.0.0.1:6443', caFile: /nonexistent}").error().reason,
            Reason::BadConfig);
  EXPECT_TRUE(started("{apiServer: 'https://127.0.0.1:6443', " + ca + "}"));
  for (const auto* text : {"apiServer: 'http://127.0.0.1:6443'", "apiServer: ''",
                           "apiServer: 'https://h/x'", "token: x"}) {
    EXPECT_FALSE(make<CredentialSource>("pullSecrets", text).problems.empty()) << text;
  }
}

TEST(Builtins, FilesWantsAtLeastOne) {
  EXPECT_TRUE(make<trust::CertificateSource>("files", "paths: [a.pem]").problems.empty());
  EXPECT_FALSE(make<trust::CertificateSource>("files", "paths: []").problems.empty());
  EXPECT_FALSE(make<trust::CertificateSource>("files", "{}").problems.empty());
}

constexpr std::string_view kPolicy =
    R"({version: "1.0", trustPolicies: [{name: a, registryScopes: ["*"], )"
    R"(signatureVerification: {level: strict}, trustStores: ["ca:x"], trustedIdentities: ["*"]}]})";

TEST(Builtins, NotationReadsAPolicyFromTheConfigurationOrAFile) {
  const auto inlined = make<VerifierPlan>("notation", "trustPolicy: " + std::string(kPolicy));
  ASSERT_TRUE(inlined.problems.empty()) << inlined.problems.front();
  EXPECT_EQ(inlined.port->stores(), (std::vector<trust::StoreName>{{trust::StoreType::Ca, "x"}}));
  const auto file = make<VerifierPlan>(
      "notation", "trustPolicy: {file: '" + SignedImage().home() + "/trustpolicy.json'}");
  EXPECT_TRUE(file.problems.empty());
}

TEST(Builtins, NotationTakesRevocationRulesByStatement) {
  const auto with = [](std::string_view rules) {
    return make<VerifierPlan>("notation", "trustPolicy: " + std::string(kPolicy) +
                                              "\nverification: {revocation: [" +
                                              std::string(rules) + "]}");
  };
  for (const auto* rules : {"", "{statement: a}", "{statement: a, maxStale: 4h}",
                            "{statement: a, maxStale: 720h, requireSource: true}"}) {
    const auto made = with(rules);
    EXPECT_TRUE(made.problems.empty()) << made.problems.front();
    EXPECT_NE(made.port, nullptr);
  }
  for (const auto* rules :
       {"{}", "{maxStale: 4h}", "{statement: b}", "{statement: A}", "{statement: a, maxStale: 4}",
        "{statement: a, maxStale: 720h1s}", "{statement: a, requireSource: yes}",
        "{statement: a, stale: 4h}", "{statement: a}, {statement: a}", "a"}) {
    EXPECT_FALSE(with(rules).problems.empty()) << rules;
  }
}

TEST(Builtins, NotationRefusesAPolicyThatBreaksItsRules) {
  for (const auto* text :
       {"{}", "trustPolicy: {}", "trustPolicy: {file: /nonexistent}",
        "trustPolicy: {file: a, version: x}", "trustPolicy: {version: 1.0, trustPolicies: []}",
        "verification: {maxSignatures: 0}"}) {
    EXPECT_FALSE(make<VerifierPlan>("notation", text).problems.empty()) << text;
  }
}

}  // namespace
}  // namespace countersign::app
