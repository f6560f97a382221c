// SPDX-License-Identifier: Apache-2.0
#include "countersign/gatekeeper/provider_request.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::gatekeeper {
namespace {

std::string request_of(const std::vector<std::string>& keys,
                       std::string_view version = "externaldata.gatekeeper.sh/v1beta1") {
  codec::JsonWriter out;
  out.begin_object().member("apiVersion", version).member("kind", "ProviderRequest");
  out.key("request").begin_object().key("keys").begin_array();
  for (const auto& key : keys) {
    out.string(key);
  }
  out.end_array().end_object().end_object();
  return out.take();
}

TEST(ProviderRequest, KeepsKeysInTheirOrder) {
  const std::vector<std::string> sent{"b", "a", "b", "[team-a]a", "a"};
  for (const auto* version :
       {"externaldata.gatekeeper.sh/v1beta1", "externaldata.gatekeeper.sh/v1alpha1"}) {
    const auto keys = parse_request(request_of(sent, version));
    ASSERT_TRUE(keys) << keys.error().detail;
    ASSERT_EQ(keys->size(), sent.size());
    for (std::size_t index = 0; index < sent.size(); ++index) {
      EXPECT_EQ((*keys)[index].text, sent[index]);
      EXPECT_FALSE((*keys)[index].fault);
    }
  }
}

TEST(ProviderRequest, HasNoKeysWhereNoneAreWritten) {
  for (const auto* request : {R"({})", R"({"keys":null})", R"({"keys":[]})", R"({"more":1})"}) {
    const auto keys = parse_request(
        R"({"apiVersion":"externaldata.gatekeeper.sh/v1beta1","kind":"ProviderRequest","request":)" +
        std::string(request) + R"(,"later":[]})");
    ASSERT_TRUE(keys) << request << keys.error().detail;
    EXPECT_TRUE(keys->empty()) << request;
  }
}

TEST(ProviderRequest, ReadsTheNamespaceOfAKey) {
  struct Row {
    const char* key;
    const char* name_space;
    const char* image;
  };
  for (const auto& row : {
           Row{"r.example/app:v1", "", "r.example/app:v1"},
           Row{"[team-a]r.example/app:v1", "team-a", "r.example/app:v1"},
           Row{"[1]a", "1", "a"},
           Row{"[fd00::1]:5000/app:v1", "", "[fd00::1]:5000/app:v1"},
           Row{"[::1]/app", "", "[::1]/app"},
           Row{"[team-a][::1]/app", "team-a", "[::1]/app"},
           Row{"[team-a][team-b]a", "team-a", "[team-b]a"},  // no reference: refused when judged
           Row{"a]b", "", "a]b"},
       }) {
    const auto keys = parse_request(request_of({row.key}));
    ASSERT_TRUE(keys);
    const auto& key = keys->front();
    EXPECT_FALSE(key.fault) << row.key;
    EXPECT_EQ(key.name_space, row.name_space) << row.key;
    EXPECT_EQ(key.image, row.image) << row.key;
  }
}

TEST(ProviderRequest, FindsTheFaultOfOneKeyAlone) {
  const std::string longest(limits::kProviderKeyBytes, 'a');
  for (const auto& bad :
       {std::string(), std::string("[]a"), std::string("[team-a]"), std::string("["),
        std::string("[Team]a"), std::string("[-a]a"), std::string("[a-]a"), std::string("[team-a"),
        "[" + std::string(64, 'a') + "]a", longest + "a", std::string(64 * limits::kKiB, 'a')}) {
    const auto keys = parse_request(request_of({"a", bad, longest}));
    ASSERT_TRUE(keys) << bad.substr(0, 70);
    ASSERT_EQ(keys->size(), 3U);
    EXPECT_FALSE((*keys)[0].fault);
    ASSERT_TRUE((*keys)[1].fault) << bad.substr(0, 70);
    EXPECT_EQ((*keys)[1].fault->reason, Reason::BadReference);
    EXPECT_EQ((*keys)[1].text, bad);
    EXPECT_FALSE((*keys)[2].fault);
  }
}

TEST(ProviderRequest, RefusesWhatIsNone) {
  const auto good = request_of({"a"});
  const auto with = [&good](std::string_view from, std::string_view to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const auto& bad : {
           std::string(),
           std::string("null"),
           std::string("[]"),
           std::string("{}"),
           good.substr(0, good.size() - 1),
           good + "x",
           "\xEF\xBB\xBF" + good,
           with("v1beta1", "v1"),
           with("v1beta1", "V1BETA1"),
           with("externaldata.gatekeeper.sh/v1beta1", ""),
           with("ProviderRequest", "ProviderResponse"),
           with("\"kind\"", "\"Kind\""),
           with("\"kind\":", "\"kind\":\"x\",\"kind\":"),
           with("\"request\":", "\"request\":null,\"x\":"),
           with("\"request\":", "\"x\":"),
           with("{\"keys\"", "[],\"x\":{\"keys\""),
           with("[\"a\"]", "\"a\""),
           with("[\"a\"]", "{}"),
           with("\"a\"", "1"),
           with("\"a\"", "null"),
           with("\"a\"", "\"b\",{}"),
           with("\"a\"", "\"\\ud800\""),
           with("\"a\"", "\"\\u0000\""),
           with("\"a\"", "\"\xFF\""),
       }) {
    const auto keys = parse_request(bad);
    ASSERT_FALSE(keys) << bad;
    EXPECT_EQ(keys.error().reason, Reason::BadRequest) << bad;
  }
}

TEST(ProviderRequest, TakesSoManyKeysAndNoMore) {
  std::vector<std::string> keys(limits::kProviderKeys, "a");
  EXPECT_EQ(parse_request(request_of(keys)).value().size(), limits::kProviderKeys);
  keys.emplace_back("a");
  EXPECT_EQ(parse_request(request_of(keys)).error().reason, Reason::BadRequest);
  EXPECT_FALSE(parse_request(request_of({std::string(limits::kProviderRequestBytes, 'a')})));
}

}  // namespace
}  // namespace countersign::gatekeeper
