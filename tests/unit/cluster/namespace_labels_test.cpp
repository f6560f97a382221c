// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/namespace_labels.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "support/fixed_clock.h"
#include "support/gate_transport.h"
#include "unit/cluster/objects.h"

namespace countersign::cluster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Labels = NamespaceLabels::Labels;

const std::string kShop = "https://10.96.0.1:443/api/v1/namespaces/shop";

std::string name_space(std::string_view labels) {
  return R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"shop")" +
         std::string(labels) + "}}";
}

std::string tier(std::string_view value) {
  return name_space(R"(,"labels":{"tier":")" + std::string(value) + R"("})");
}

struct NamespaceLabelsTest : testing::Test {
  test::FixedClock clock;
  test::ScriptedTransport transport;
  ApiClient client{ApiServer::in_cluster({"10.96.0.1", "443"}).value(),
                   [] { return Result<std::string>("t"); }, transport, clock};
  NamespaceLabels labels{client, clock};

  // The label "tier", "(none)", or the reason.
  std::string get(std::string_view of = "shop") {
    const auto found = labels.of(of, clock.in(seconds(10)));
    if (!found) {
      return std::string(wire_name(found.error().reason));
    }
    const auto one = found->find("tier");
    return one == found->end() ? "(none)" : one->second;
  }
  const std::string unavailable = "NAMESPACE_UNAVAILABLE";
};

TEST_F(NamespaceLabelsTest, AreRememberedForAShortWhile) {
  transport.expect(kShop, good(tier("one")));
  EXPECT_EQ(get(), "one");
  clock.advance(limits::kNamespaceLife - milliseconds(1));
  EXPECT_EQ(get(), "one");
  clock.advance(milliseconds(1));
  transport.expect(kShop, good(tier("two")));
  EXPECT_EQ(get(), "two");
}

TEST_F(NamespaceLabelsTest, MayBeNone) {
  transport.expect(kShop, good(name_space("")));
  EXPECT_EQ(get(), "(none)");
}

TEST_F(NamespaceLabelsTest, ThatAreNotThereAreNotKnown) {
  transport.expect(kShop, refusal(404, "NotFound"));
  EXPECT_EQ(get(), unavailable);
  transport.expect(kShop, good(tier("one")));
  EXPECT_EQ(get(), "one") << "it has been created";
  clock.advance(limits::kNamespaceLife);
  transport.expect(kShop, refusal(404, "NotFound"));
  EXPECT_EQ(get(), unavailable) << "it was deleted: what was known does not count";
}

TEST_F(NamespaceLabelsTest, CanNotBeReadFromWhatIsNoNamespace) {
  for (const auto* labels_of : {R"(,"labels":[])", R"(,"labels":{"a":1})", R"(,"labels":"x")"}) {
    transport.expect(kShop, good(name_space(labels_of)));
    EXPECT_EQ(get(), unavailable) << labels_of;
  }
  for (const auto* name : {"", "..", "A", "a/b"}) {
    EXPECT_EQ(get(name), unavailable) << name;
  }
}

TEST_F(NamespaceLabelsTest, ServeAWhileWhenTheServerCanNotBeAsked) {
  transport.expect(kShop, good(tier("one")));
  EXPECT_EQ(get(), "one");
  clock.advance(limits::kNamespaceLife);
  transport.expect(kShop, refusal(503, "ServiceUnavailable"));
  EXPECT_EQ(get(), "one");
  EXPECT_EQ(get(), "one") << "not asked for at each decision";
  clock.advance(limits::kNamespaceRetry);
  transport.expect(kShop, refusal(403, "Forbidden"));
  EXPECT_EQ(get(), "one");
  clock.advance(limits::kNamespaceStale - limits::kNamespaceLife - limits::kNamespaceRetry);
  transport.expect(kShop, refusal(503, "ServiceUnavailable"));
  EXPECT_EQ(get(), unavailable) << "too old";
}

TEST_F(NamespaceLabelsTest, AreUnavailableWhateverTheCause) {
  for (auto answer : std::vector<Result<net::Response>>{
           refusal(401, "Unauthorized"), refusal(403, "Forbidden"), refusal(500, "InternalError"),
           test::answer(404, {}, "a proxy's"), fail(Reason::DeadlineExceeded, "x"),
           fail(Reason::AddressNotAllowed, "x"), fail(Reason::RegistryUnavailable, "x")}) {
    transport.expect(kShop, std::move(answer));
    EXPECT_EQ(get(), unavailable);
  }
}

TEST(NamespaceLabels, ManyWhoAskAreOneRequest) {
  const test::FixedClock clock;
  test::GateTransport transport([](const net::Request&) { return good(tier("one")); });
  ApiClient client(
      ApiServer::in_cluster({"10.96.0.1", "443"}).value(), [] { return Result<std::string>("t"); },
      transport, clock);
  NamespaceLabels labels(client, clock);
  transport.shut();
  std::vector<std::future<Result<Labels>>> all;
  for (int each = 0; each < 8; ++each) {
    all.push_back(std::async(std::launch::async,
                             [&] { return labels.of("shop", clock.in(std::chrono::minutes(1))); }));
  }
  transport.let_go(1);
  transport.open();
  for (auto& each : all) {
    EXPECT_EQ(each.get()->at("tier"), "one");
  }
  EXPECT_EQ(transport.requests(), 1U);
}

// Who asked first had less time than the others: they ask again.
TEST(NamespaceLabels, OneWhoseTimeIsUpDoesNotFailTheOthers) {
  const test::FixedClock clock;
  std::atomic<int> asked = 0;
  test::GateTransport transport([&asked](const net::Request&) -> Result<net::Response> {
    if (++asked == 1) {
      return fail(Reason::DeadlineExceeded, "x");
    }
    return good(tier("one"));
  });
  ApiClient client(
      ApiServer::in_cluster({"10.96.0.1", "443"}).value(), [] { return Result<std::string>("t"); },
      transport, clock);
  NamespaceLabels labels(client, clock);
  const auto ask = [&] { return labels.of("shop", clock.in(std::chrono::minutes(1))); };
  transport.shut();
  auto first = std::async(std::launch::async, ask);
  transport.await(1);
  auto second = std::async(std::launch::async, ask);
  transport.let_go(1);
  transport.open();
  EXPECT_EQ(first.get().error().reason, Reason::NamespaceUnavailable);
  EXPECT_EQ(second.get()->at("tier"), "one");
}

TEST_F(NamespaceLabelsTest, AreToldToWhoDoesNotWaitOnlyWhileTheyAreFresh) {
  const auto known_at_once = [this] { return labels.of("shop", Deadline::at_once()).has_value(); };
  EXPECT_FALSE(known_at_once());
  transport.expect(kShop, good(tier("one")));
  EXPECT_EQ(get(), "one");
  EXPECT_TRUE(known_at_once());
  clock.advance(limits::kNamespaceLife);
  EXPECT_FALSE(known_at_once());
  transport.expect(kShop, good(tier("two")));
  EXPECT_EQ(get(), "two") << "that he came has made nothing fresh";
}

}  // namespace
}  // namespace countersign::cluster
