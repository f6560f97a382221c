// SPDX-License-Identifier: Apache-2.0
#include "serving/holdings.h"

#include <gtest/gtest.h>

#include "unit/serving/cluster_objects.h"
#include "unit/serving/samples.h"

namespace countersign::serving {
namespace {

const auto kSecret = cluster::Resource::parse(cluster::Resource::Kind::Secret, "cs", "tls").value();

codec::Json parsed(std::string_view text) {
  return codec::Json::parse(text, {.bytes = 100'000}, Reason::Internal).value();
}

codec::Json with_data(const std::vector<std::pair<std::string, std::string>>& data) {
  codec::JsonWriter writer;
  writer.begin_object().member("kind", "Secret").key("data").begin_object();
  for (const auto& [member, content] : data) {
    writer.member(member, codec::encode_base64(as_bytes(content)));
  }
  return parsed(writer.end_object().end_object().take());
}

// All that there can be.
Holdings full() {
  auto held = samples::first(samples::kNow);
  held.next = samples::authority(samples::kNow);
  held.published = samples::kNow;
  held.old = samples::authority(samples::kNow).pem.certificate;
  held.old_until = samples::kNow + std::chrono::hours(1);
  return held;
}

TEST(Holdings, AreReadAsTheyWereWritten) {
  const auto held = full();
  const auto again = read_holdings(parsed(render_holdings(kSecret, held).reveal()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->leaf->certificate, held.leaf->certificate);
  EXPECT_EQ(again->leaf->pem.key.reveal(), held.leaf->pem.key.reveal());
  EXPECT_EQ(again->authority->certificate, held.authority->certificate);
  EXPECT_EQ(again->authority->pem.key.reveal(), held.authority->pem.key.reveal());
  EXPECT_EQ(again->next->certificate, held.next->certificate);
  EXPECT_EQ(again->published, held.published);
  EXPECT_EQ(again->old, held.old);
  EXPECT_EQ(again->old_until, held.old_until);
  EXPECT_EQ(again->names, held.names);
  EXPECT_EQ(again->type, "kubernetes.io/tls");
}

TEST(Holdings, LeaveWhatOthersPutThere) {
  const auto held = read_holdings(
      parsed(R"({"kind":"Secret","type":"Opaque","metadata":{"name":"tls","resourceVersion":"7",)"
             R"("labels":{"a":"b"}},"data":{"other":"eA==","bad\"name":"eA==","number":1}})"));
  ASSERT_TRUE(held);
  EXPECT_EQ(render_holdings(kSecret, *held).reveal(),
            R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"tls","resourceVersion":"7",)"
            R"("labels":{"a":"b"}},"type":"Opaque","data":{"dns-names":"","other":"eA=="}})");
}

TEST(Holdings, OfANewSecretHaveItsName) {
  const auto object = parsed(render_holdings(kSecret, {}).reveal());
  EXPECT_EQ(*object.find("metadata")->find_string("name"), "tls");
  EXPECT_EQ(*object.find("metadata")->find_string("namespace"), "cs");
  EXPECT_EQ(*object.find_string("type"), "kubernetes.io/tls");
}

TEST(Holdings, AreNothingWhenTheSecretIsEmpty) {
  for (const auto* text :
       {"{}", R"({"data":null})", R"({"data":{}})", R"({"data":{"tls.crt":"","tls.key":""}})"}) {
    const auto held = read_holdings(parsed(text));
    ASSERT_TRUE(held) << text;
    EXPECT_FALSE(held->leaf) << text;
    EXPECT_FALSE(held->authority) << text;
    EXPECT_EQ(bundle_of(*held), "") << text;
  }
}

TEST(Holdings, OfSomebodyElseAreNotReplaced) {
  const auto pair = samples::first(samples::kNow).leaf->pem;
  const auto held =
      read_holdings(with_data({{"tls.crt", pair.certificate}, {"tls.key", pair.key.reveal()}}));
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().reason, Reason::BadConfig);
}

TEST(Holdings, ThatCanNotBeUsedCountAsAbsent) {
  const auto one = samples::first(samples::kNow);
  const auto other = samples::first(samples::kNow);
  const auto read = [](const x509::KeyedCertificate& authority,
                       const x509::KeyedCertificate& leaf) {
    return read_holdings(with_data({{"ca.crt", authority.certificate},
                                    {"ca.key", authority.key.reveal()},
                                    {"tls.crt", leaf.certificate},
                                    {"tls.key", leaf.key.reveal()}}))
        .value();
  };
  const auto& authority = one.authority->pem;
  const auto& leaf = one.leaf->pem;
  EXPECT_TRUE(read(authority, leaf).leaf);
  EXPECT_FALSE(read(authority, other.leaf->pem).leaf) << "of another authority";
  EXPECT_FALSE(read(authority, {leaf.certificate, authority.key}).leaf) << "another key";
  EXPECT_FALSE(read(authority, {leaf.certificate + leaf.certificate, leaf.key}).leaf) << "two";
  const auto broken = read({"x", authority.key}, leaf);
  EXPECT_FALSE(broken.authority);
  EXPECT_FALSE(broken.leaf);
}

TEST(Holdings, TrustAllAuthoritiesThatCount) {
  auto held = full();
  EXPECT_EQ(bundle_of(held),
            held.authority->pem.certificate + held.next->pem.certificate + held.old);
  held.next.reset();
  held.old.clear();
  EXPECT_EQ(bundle_of(held), held.authority->pem.certificate);
}

TEST(Holdings, TellThePlannerWhatThereIs) {
  const auto held = full();
  const auto state = plan_state(held, held.names);
  EXPECT_EQ(state.authority->until, held.authority->certificate.not_after());
  EXPECT_EQ(state.next->from, held.next->certificate.not_before());
  EXPECT_EQ(state.leaf->until, held.leaf->certificate.not_after());
  EXPECT_EQ(state.published, held.published);
  EXPECT_EQ(state.old_until, held.old_until);
  EXPECT_EQ(state.names, NamesCovered::Yes);
  EXPECT_EQ(plan_state(held, {}).names, NamesCovered::Yes);
  EXPECT_EQ(plan_state(held, {held.names.front(), "new.svc"}).names, NamesCovered::No);
  EXPECT_FALSE(plan_state({}, {"new.svc"}).authority);
}

}  // namespace
}  // namespace countersign::serving
