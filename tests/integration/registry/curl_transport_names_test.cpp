// SPDX-License-Identifier: Apache-2.0
// Names: what they resolve to, and when.
#include <netdb.h>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "integration/registry/loopback.h"
#include "integration/registry/scripted_names.h"
#include "support/loopback_socket.h"
#include "support/scripted_server.h"

namespace countersign::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class CurlTransportNames : public testing::Test {
 protected:
  static net::TransportOptions both_families() {
    auto options = loopback_options();
    options.allowed.push_back(net::AddressRange::parse("::1").value());
    return options;
  }
  static ScriptedServer::Script yes() {
    return [](const SeenRequest&) { return wire(200, {}, "x"); };
  }
  static net::Request get_from(const std::string& host, std::uint16_t port) {
    return get("http://" + host + ":" + std::to_string(port) + "/");
  }
  Result<net::Response> ask(const std::string& host, std::uint16_t port) {
    return make_transport(clock_, both_families())->send(get_from(host, port), soon());
  }
  Deadline soon() const { return Deadline::after(clock_, seconds(30)); }

  SystemClock clock_;
};

// NET-22
TEST_F(CurlTransportNames, WhatIsNoAddressIsUnavailable) {
  const struct {
    const char* name;
    int error;
  } rows[] = {
      {"no such name", EAI_NONAME},
      {"the name server fails", EAI_FAIL},
      {"no name server answers", EAI_AGAIN},
      {"no memory", EAI_MEMORY},
      {"an empty answer", 0},
  };
  for (const auto& [name, error] : rows) {
    const ScriptedName scripted("gone.test", {.error = error});
    const auto result = ask("gone.test", 1);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable) << name;
  }
}

// NET-22: nobody waits for a name server but who asked for the name, and he until his deadline.
TEST_F(CurlTransportNames, ASlowNameServerHoldsUpNobodyElse) {
  ScriptedServer server(yes());
  ScriptedName slow("slow.test",
                    {.addresses = {"127.0.0.1"}, .when = NameAnswer::When::AfterRelease});
  const auto http = make_transport(clock_, both_families());
  std::thread caller([&] {
    const auto late =
        http->send(get_from("slow.test", 1), Deadline::after(clock_, milliseconds(100)));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().reason, Reason::DeadlineExceeded);
  });
  slow.wait_until_asked();
  EXPECT_TRUE(http->send(get(server.url("/")), soon()));
  caller.join();
  // The resolver is still busy, and its transfer's handle is in use again.
  EXPECT_TRUE(http->send(get(server.url("/")), soon()));
  auto impatient = get_from("slow.test", 1);
  impatient.wait = milliseconds(50);
  EXPECT_EQ(http->send(impatient, soon()).error().reason, Reason::RegistryUnavailable);
}

TEST_F(CurlTransportNames, ClosingWaitsForNoNameServer) {
  ScriptedName slow("slow.test",
                    {.addresses = {"127.0.0.1"}, .when = NameAnswer::When::AfterRelease});
  auto http = make_transport(clock_, both_families());
  std::thread caller([&] {
    EXPECT_EQ(http->send(get_from("slow.test", 1), soon()).error().reason, Reason::Overloaded);
  });
  slow.wait_until_asked();
  http->close();
  caller.join();
  http.reset();
}

// NET-22: of a huge answer the first addresses are tried.
TEST_F(CurlTransportNames, TriesAFewOfManyAddresses) {
  ScriptedServer server(yes());
  const std::vector<std::string> deaf(limits::kAddressesTried - 1, "127.0.0.2");
  auto addresses = deaf;
  addresses.resize(4'000, "127.0.0.1");
  {
    const ScriptedName scripted("huge.test", {.addresses = addresses});
    EXPECT_TRUE(ask("huge.test", server.port()));
  }
  addresses = deaf;
  addresses.emplace_back("127.0.0.2");
  addresses.resize(4'000, "127.0.0.1");
  const ScriptedName scripted("huge.test", {.addresses = addresses});
  const auto result = ask("huge.test", server.port());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable);
  EXPECT_EQ(server.connections(), 1U);
}

// NET-06: refused ones are skipped, and alone they are the reason.
TEST_F(CurlTransportNames, JudgesEveryAddress) {
  ScriptedServer server(yes());
  {
    const ScriptedName mixed("mixed.test", {.addresses = {"10.0.0.1", "fe80::1", "127.0.0.1"}});
    EXPECT_TRUE(ask("mixed.test", server.port()));
  }
  const ScriptedName bad("mixed.test",
                         {.addresses = std::vector<std::string>(4'000, "169.254.169.254")});
  const auto result = ask("mixed.test", server.port());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::AddressNotAllowed);
}

// REG-89: with a connection refused or never answered on the way.
TEST_F(CurlTransportNames, FindsTheAddressThatAnswers) {
  ScriptedServer four(yes());
  ScriptedServer six(yes(), std::nullopt, ScriptedServer::Memory::AllRequests, "::1");
  const SilentPort silent_six("::1", four.port());
  const SilentPort silent_four("127.0.0.1", six.port());
  const SilentPort first_silent("127.0.0.3", four.port());
  std::vector<std::string> twenty(19, "127.0.0.2");
  twenty.emplace_back("127.0.0.1");
  const struct {
    const char* name;
    std::vector<std::string> addresses;
    std::uint16_t port;
  } rows[] = {
      {"IPv4 only", {"127.0.0.1"}, four.port()},
      {"IPv6 only", {"::1"}, six.port()},
      {"silent AAAA, first", {"::1", "127.0.0.1"}, four.port()},
      {"silent AAAA, last", {"127.0.0.1", "::1"}, four.port()},
      {"silent A, first", {"127.0.0.1", "::1"}, six.port()},
      {"silent A, last", {"::1", "127.0.0.1"}, six.port()},
      {"refusing A", {"127.0.0.2", "::1"}, six.port()},
      {"twenty, the last answers", twenty, four.port()},
      {"silent address of the same family", {"127.0.0.3", "127.0.0.1"}, four.port()},
  };
  for (const auto& [name, addresses, port] : rows) {
    const ScriptedName scripted("many.test", {.addresses = addresses});
    auto request = get_from("many.test", port);
    request.wait = milliseconds(2'000);  // an address that is silent gets half of it
    const auto result = make_transport(clock_, both_families())->send(request, soon());
    EXPECT_TRUE(result) << name << ": " << result.error().detail;
  }
}

TEST_F(CurlTransportNames, SilenceOfAllAddressesEndsWithTheWait) {
  const SilentPort silent("127.0.0.1", 0);
  auto request = get_from("127.0.0.1", silent.port());
  request.wait = milliseconds(50);
  const auto result = make_transport(clock_)->send(request, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, Reason::RegistryUnavailable);
}

}  // namespace
}  // namespace countersign::test
