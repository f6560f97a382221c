// SPDX-License-Identifier: Apache-2.0
// A vault over real sockets and TLS, under its production name.
#include "azure/key_vault_source.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/net/curl_transport.h"

#include "support/pki.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"
#include "unit/azure/vault_answers.h"

namespace countersign::azure {
namespace {

using namespace answers;
using test::ScriptedServer;
using test::SeenRequest;
using test::wire;
using test::WireAnswer;
using Then = WireAnswer::Then;

class KeyVaultOverTls : public testing::Test {
 protected:
  test::ServerIdentity identity(const char* name = "DNS:kv.vault.azure.net") const {
    const auto leaf = root_.issue(test::tls_spec(name));
    return {leaf.chain_pem(), leaf.key().pem()};
  }

  // Connections to the vault, and to whoever else, go to this server.
  Result<std::vector<trust::Item>> load(const ScriptedServer& server,
                                        const ScriptedServer* other = nullptr) {
    net::TransportOptions options;
    options.allowed = {net::AddressRange::parse("127.0.0.1").value()};
    options.ca_file = folder_.write("ca.pem", root_.pem());
    options.overrides = {{"kv.vault.azure.net", 443, "127.0.0.1", server.port()}};
    if (other != nullptr) {
      options.overrides.push_back({"attacker.example", 443, "127.0.0.1", other->port()});
    }
    const auto http = net::make_curl_transport(options, clock_).value();
    Tokens tokens;
    KeyVaultSource source(
        {.vault = vault(), .audience = std::string(kAudience), .selections = {{.name = "ca"}}},
        tokens.giver(), *http, clock_);
    return source.load(Deadline::after(clock_, std::chrono::seconds(30)));
  }

  std::string outcome(const WireAnswer& answer) {
    const ScriptedServer server([&answer](const SeenRequest&) { return answer; }, identity());
    const auto items = load(server);
    EXPECT_TRUE(items);
    const auto& entries = items->front().entries;
    return entries ? std::to_string(entries->size())
                   : std::string(wire_name(entries.error().reason));
  }

  SystemClock clock_;
  support::TempFolder folder_;
  test::Signer root_ = test::make_root();
};

TEST_F(KeyVaultOverTls, LoadsWhatAVaultServes) {
  const auto body = secret("ca", version(1), root_.pem());
  const ScriptedServer server([&](const SeenRequest&) { return wire(200, {}, body); }, identity());
  const auto items = load(server);
  ASSERT_TRUE(items && items->front().entries);
  EXPECT_EQ(items->front().entries->front().certificate, root_.certificate());
  ASSERT_EQ(server.seen().size(), 1U);
  EXPECT_EQ(server.seen()[0].target, "/secrets/ca?api-version=7.4");
  EXPECT_EQ(server.seen()[0].header("authorization"), "Bearer token-1");
  EXPECT_EQ(server.seen()[0].header("host"), "kv.vault.azure.net");
}

TEST_F(KeyVaultOverTls, AnswersAreBounded) {  // AZ-42
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const auto body = secret("ca", version(1), root_.pem());
  EXPECT_EQ(outcome(wire(200, {}, body)), "1");
  EXPECT_EQ(outcome(wire(200, {}, body + std::string(1'024UL * 1'024, ' '))),
            "KEY_VAULT_UNAVAILABLE")
      << "over 1 MiB";
  const std::string chunk = "8000\r\n" + std::string(0x8000, ' ') + "\r\n";
  EXPECT_EQ(outcome({head + "Transfer-Encoding: chunked\r\n\r\n", Then::Repeat, chunk}),
            "KEY_VAULT_UNAVAILABLE")
      << "without an end";
  EXPECT_EQ(outcome({head + "\r\n", Then::Repeat, std::string(0x8000, ' ')}),
            "KEY_VAULT_UNAVAILABLE")
      << "until the connection closes, which it does not";
  EXPECT_EQ(
      outcome({head + "Content-Length: 104857600\r\n\r\n", Then::Repeat, std::string(0x8000, ' ')}),
      "KEY_VAULT_UNAVAILABLE")
      << "100 MiB";
  EXPECT_EQ(outcome(wire(200, {{"Content-Encoding", "gzip"}}, body)), "KEY_VAULT_UNAVAILABLE");
  EXPECT_EQ(outcome({head + "Content-Length: 5000\r\n\r\n" + body, Then::Close, ""}),
            "KEY_VAULT_UNAVAILABLE")
      << "cut short";
  EXPECT_EQ(outcome(wire(500, {}, std::string(1'024UL * 1'024, ' '))), "KEY_VAULT_UNAVAILABLE");
}

// AKV-11: 10,000 versions and links to another host are in tests/unit/azure/object_list_test.cpp.
// AKV-10: whoever sits where the vault's name leads, but is not it, sees no token; neither does
// whom a redirect names.
TEST_F(KeyVaultOverTls, NobodyElseSeesTheToken) {
  const ScriptedServer spoof([](const SeenRequest&) { return wire(200, {}, "{}"); },
                             identity("DNS:kv2.vault.azure.net"));
  const auto spoofed = load(spoof);
  ASSERT_TRUE(spoofed);
  EXPECT_EQ(spoofed->front().entries.error().reason, Reason::KeyVaultUnavailable);
  EXPECT_TRUE(spoof.seen().empty());

  const ScriptedServer attacker([](const SeenRequest&) { return wire(200, {}, "{}"); },
                                identity("DNS:attacker.example"));
  for (const int status : {301, 302, 307, 308}) {
    const ScriptedServer server(
        [status](const SeenRequest&) {
          return wire(status, {{"Location", "https://attacker.example/secrets/ca"}}, "");
        },
        identity());
    const auto items = load(server, &attacker);
    ASSERT_TRUE(items);
    EXPECT_EQ(items->front().entries.error().reason, Reason::KeyVaultUnavailable);
    EXPECT_EQ(server.seen().size(), 1U);
  }
  const ScriptedServer challenging(
      [](const SeenRequest&) {
        return wire(401,
                    {{"WWW-Authenticate",
                      "Bearer authorization=\"https://attacker.example/tenant\", "
                      "resource=\"https://attacker.example\""}},
                    "");
      },
      identity());
  const auto challenged = load(challenging, &attacker);
  ASSERT_TRUE(challenged);
  EXPECT_EQ(challenged->front().entries.error().reason, Reason::KeyVaultDenied);
  EXPECT_TRUE(attacker.seen().empty());
}

}  // namespace
}  // namespace countersign::azure
