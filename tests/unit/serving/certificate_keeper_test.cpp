// SPDX-License-Identifier: Apache-2.0
#include "countersign/serving/certificate_keeper.h"

#include <memory>

#include <gtest/gtest.h>

#include "countersign/codec/pem.h"
#include "countersign/x509/certificate.h"

#include "support/fixed_clock.h"
#include "unit/serving/cluster_objects.h"
#include "unit/serving/samples.h"

namespace countersign::serving {
namespace {

using cluster::Resource;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using Bundle = KeeperStatus::Bundle;

std::vector<x509::Certificate> certificates(std::string_view pem) {
  std::vector<x509::Certificate> all;
  const auto blocks =
      codec::parse_pem(pem, "CERTIFICATE", codec::OtherBlocks::Refuse, Reason::Internal).value();
  for (const auto& block : blocks) {
    all.push_back(x509::Certificate::parse_der(block.content, Reason::Internal).value());
  }
  return all;
}

class Lines final : public log::Logger {
 public:
  void write(log::Level level, std::string_view message,
             std::initializer_list<log::Field> fields) override {
    text += std::string(message);
    for (const auto& field : fields) {
      if (const auto* value = std::get_if<std::string_view>(&field.value)) {
        text += " " + std::string(*value);
      }
    }
    text += "\n";
    errors += level == log::Level::Error ? 1 : 0;
  }
  std::string text;
  int errors = 0;
};

struct Cluster : testing::Test {
  test::FixedClock clock;
  MemoryCluster server;
  Lines log;
  cluster::ApiClient api{cluster::ApiServer::in_cluster({"10.96.0.1", "443"}).value(),
                         [] { return Result<std::string>("t"); }, server, clock};

  // A replica: its keeper, and what it serves.
  struct Replica {
    std::unique_ptr<CertificateKeeper> keeper;
    std::shared_ptr<std::vector<ServingPair>> served = std::make_shared<std::vector<ServingPair>>();
    x509::Certificate leaf() const { return certificates(served->back().certificate).front(); }
  };
  Replica replica(double chance = 0) {
    Replica made;
    KeeperSetup setup{
        .secret = Resource::parse(Resource::Kind::Secret, "cs", "tls").value(),
        .targets = {Resource::parse(Resource::Kind::ValidatingWebhookConfiguration, "cs").value()},
        .dns_names = samples::kNames};
    made.keeper = std::make_unique<CertificateKeeper>(
        std::move(setup), api, clock, log,
        [served = made.served](const ServingPair& pair) { served->push_back(pair); }, chance);
    return made;
  }
  void look(Replica& replica) { replica.keeper->look(clock.in(limits::kCertificateLookWait)); }

  // What an API server makes of it: does every bundle trust what the replica serves?
  bool callable(const Replica& replica) const {
    return std::ranges::all_of(server.bundles(), [&](const auto& bundle) {
      return std::ranges::any_of(certificates(bundle), [&](const auto& root) {
        return replica.leaf().issued_by(root) && root.valid_at(clock.now()) &&
               replica.leaf().valid_at(clock.now());
      });
    });
  }
  void SetUp() override {
    server.put_empty_secret();
    server.put_webhook();
  }
};
using CertificateKeeperTest = Cluster;

TEST_F(CertificateKeeperTest, BeginsWithAnEmptySecret) {
  auto one = replica();
  look(one);
  ASSERT_EQ(one.served->size(), 1U);
  EXPECT_TRUE(callable(one));
  EXPECT_EQ(server.data("tls.crt"), one.served->front().certificate);
  EXPECT_EQ(server.data("tls.key"), one.served->front().key.reveal());
  EXPECT_EQ(server.text(MemoryCluster::kSecret, {"metadata", "labels", "a"}), "b");
  EXPECT_EQ(server.text(MemoryCluster::kSecret, {"data", "other"}), "eA==");
  const auto status = one.keeper->status();
  EXPECT_TRUE(status.has_pair);
  EXPECT_EQ(status.bundle, Bundle::Fits);
  EXPECT_EQ(status.trouble, "");
  EXPECT_EQ(status.leaf_until, clock.now() + limits::kLeafLife);
  EXPECT_EQ(status.authority_until, clock.now() + limits::kAuthorityLife);
  const auto writes = server.writes.size();
  look(one);
  EXPECT_EQ(server.writes.size(), writes) << "nothing is left to do";
  EXPECT_EQ(one.served->size(), 1U);
}

TEST_F(CertificateKeeperTest, MakesTheSecretWhereItMay) {
  server.remove(MemoryCluster::kSecret);
  auto one = replica();
  look(one);
  EXPECT_TRUE(callable(one));
  server.remove(MemoryCluster::kSecret);
  server.forbidden = {"POST /api/v1/namespaces/cs/secrets"};
  auto other = replica();
  look(other);
  EXPECT_TRUE(other.served->empty());
  EXPECT_FALSE(other.keeper->status().has_pair);
  EXPECT_NE(other.keeper->status().trouble.find("create"), std::string::npos);
}

// Every place where another replica may come in between.
TEST_F(CertificateKeeperTest, OfTwoThatStartAtOnceOneMakesIt) {
  for (int moment = 0; moment < 12; ++moment) {
    server.put_empty_secret();
    server.put_webhook();
    auto one = replica();
    auto other = replica();
    int exchanges = 0;
    server.before = [&](const net::Request&) {
      if (exchanges++ == moment) {
        const auto rest = std::exchange(server.before, {});
        look(other);
      }
    };
    look(one);
    server.before = {};
    look(other);
    ASSERT_FALSE(one.served->empty()) << moment;
    EXPECT_EQ(one.leaf(), other.leaf()) << moment;
    EXPECT_TRUE(callable(one)) << moment;
    EXPECT_EQ(certificates(server.bundles().front()).size(), 1U) << moment;
  }
}

// The order alone; with real calls in tests/e2e.
TEST_F(CertificateKeeperTest, NoCallFailsForYears) {
  auto one = replica(0.1);
  auto late = replica(0.9);  // looks seldom
  look(one);
  look(late);
  std::set<std::string> authorities;
  std::set<std::string> leaves;
  for (int time = 0; time < 100; ++time) {
    clock.advance(days(9));
    for (int times = 0; times < 3; ++times) {  // of a rotation each within minutes
      look(one);
      EXPECT_TRUE(callable(one) && callable(late)) << time;
      clock.advance(limits::kBundleSettling);
      EXPECT_TRUE(callable(one) && callable(late)) << time;
    }
    look(late);
    EXPECT_TRUE(callable(late)) << time;
    if (HasFailure()) {
      return;
    }
    authorities.insert(server.data("ca.crt"));
    leaves.insert(server.data("tls.crt"));
  }
  EXPECT_GE(authorities.size(), 3U);
  EXPECT_GE(leaves.size(), 10U);
  EXPECT_LE(certificates(server.bundles().front()).size(), 3U);
  EXPECT_EQ(log.errors, 0) << log.text;
}

TEST_F(CertificateKeeperTest, WaitsForTheBundleBeforeItTakesTheNextAuthority) {
  auto one = replica();
  look(one);
  const auto first = one.leaf();
  clock.advance(days(250));  // everything is due; the leaf has ended
  server.forbidden = {"PATCH " + std::string(MemoryCluster::kWebhook)};
  look(one);
  EXPECT_NE(one.leaf(), first);
  EXPECT_TRUE(callable(one)) << "a leaf of the old authority";
  clock.advance(limits::kBundleSettling);
  look(one);
  EXPECT_TRUE(callable(one));
  EXPECT_EQ(one.keeper->status().bundle, Bundle::Misfits);
  EXPECT_NE(one.keeper->status().trouble, "");
  server.forbidden.clear();
  look(one);
  EXPECT_EQ(certificates(server.bundles().front()).size(), 2U);
  const auto authority = server.data("ca.crt");
  clock.advance(limits::kBundleSettling - seconds(1));
  look(one);
  EXPECT_EQ(server.data("ca.crt"), authority) << "too early";
  clock.advance(seconds(1));
  look(one);
  EXPECT_NE(server.data("ca.crt"), authority);
  EXPECT_TRUE(callable(one));
}

// The bundle does not match: noticed, told, mended.
TEST_F(CertificateKeeperTest, MendsABundleThatSomebodyChanged) {
  auto one = replica();
  look(one);
  clock.advance(limits::kBundleMendEvery);
  const auto stranger = x509::issue_authority("x", {clock.now(), hours(24)}).value().certificate;
  for (const auto& bundle : {std::string(), codec::encode_base64(as_bytes(stranger))}) {
    server.put_webhook(bundle);
    look(one);
    EXPECT_TRUE(callable(one));
    clock.advance(limits::kBundleMendEvery);
  }
  EXPECT_EQ(one.keeper->status().mended, 2U);
  EXPECT_NE(log.text.find("caBundle did not fit"), std::string::npos);
}

TEST_F(CertificateKeeperTest, TheLastGoodPairServesOn) {
  auto one = replica();
  look(one);
  const auto served = one.leaf();
  const std::string get = "GET " + std::string(MemoryCluster::kSecret);
  clock.advance(days(70));
  for (const auto& break_it : std::vector<std::function<void()>>{
           [this] { server.down = true; }, [this, get] { server.forbidden = {get}; },
           [this] { server.forbidden = {"PUT " + std::string(MemoryCluster::kSecret)}; }}) {
    break_it();
    look(one);
    EXPECT_EQ(one.leaf(), served);
    EXPECT_TRUE(one.keeper->status().has_pair);
    EXPECT_NE(one.keeper->status().trouble, "");
    server.down = false;
    server.forbidden.clear();
  }
  EXPECT_EQ(one.keeper->status().failures, 3U);
  look(one);
  EXPECT_NE(one.leaf(), served);
  EXPECT_EQ(one.keeper->status().trouble, "");
}

TEST_F(CertificateKeeperTest, LeavesACertificateThatIsNotOurs) {
  const auto theirs = samples::first(clock.now()).leaf->pem;
  server.put(MemoryCluster::kSecret,
             R"({"kind":"Secret","metadata":{"name":"tls"},"data":{"tls.crt":")" +
                 codec::encode_base64(as_bytes(theirs.certificate)) + R"("}})");
  auto one = replica();
  look(one);
  EXPECT_TRUE(server.writes.empty());
  EXPECT_TRUE(one.served->empty());
}

TEST_F(CertificateKeeperTest, SaysThatItIsCalledByAnotherName) {
  server.put(MemoryCluster::kWebhook,
             R"({"kind":"ValidatingWebhookConfiguration","metadata":{"name":"cs"},"webhooks":[)"
             R"({"name":"one","clientConfig":{"service":{"name":"other","namespace":"cs"}}},)"
             R"({"name":"two","clientConfig":{"service":{"name":"cs","namespace":"cs"}}}]})");
  auto one = replica();
  look(one);
  EXPECT_NE(one.keeper->status().trouble.find("other.cs.svc"), std::string::npos);
  EXPECT_EQ(log.text.find("about cs.cs.svc"), std::string::npos);
}

TEST_F(CertificateKeeperTest, LogsNoKeyAndNoTroubleTwice) {
  server.forbidden = {"PATCH " + std::string(MemoryCluster::kWebhook)};
  auto one = replica();
  look(one);
  const auto errors = log.errors;
  EXPECT_GE(errors, 1);
  look(one);
  EXPECT_EQ(log.errors, errors);
  clock.advance(limits::kServingTroubleEvery);
  look(one);
  EXPECT_GT(log.errors, errors);
  EXPECT_EQ(log.text.find("PRIVATE"), std::string::npos);
  EXPECT_EQ(log.text.find("BEGIN"), std::string::npos);
}

}  // namespace
}  // namespace countersign::serving
