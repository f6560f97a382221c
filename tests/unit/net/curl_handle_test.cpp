// SPDX-License-Identifier: Apache-2.0
#include "net/curl_handle.h"

#include <gtest/gtest.h>

namespace countersign::net {
namespace {

Request good() { return {Method::Get, "https://h/", {{"Accept", "*/*"}}, "", 10}; }

struct Equipment {  // for transfers that are never started
  explicit Equipment(PlainHttp plain_http = PlainHttp::Refuse) { settings.plain_http = plain_http; }
  Result<std::unique_ptr<Transfer>> prepare(const Request& request) {
    return Transfer::prepare(request, settings, pool);
  }
  Settings settings;
  HandlePool pool;
};

TEST(CurlHandle, TakesARequest) {
  Equipment equipment;
  EXPECT_TRUE(equipment.prepare(good()));
}

TEST(CurlHandle, GivesItsHandleBack) {
  Equipment equipment;
  auto transfer = equipment.prepare(good());
  ASSERT_TRUE(transfer);
  EXPECT_EQ(equipment.pool.idle(), 0U);
  transfer->reset();
  EXPECT_EQ(equipment.pool.idle(), 1U);
}

TEST(CurlHandle, RefusesARequestThatBreaksTheContract) {
  struct Row {
    const char* name;
    void (*spoil)(Request&);
  };
  for (const auto& [name, spoil] :
       {Row{"no limit for the answer", [](Request& r) { r.max_response = 0; }},
        Row{"a relative URL", [](Request& r) { r.url = "/v2/"; }},
        Row{"another scheme", [](Request& r) { r.url = "ftp://h/"; }},
        Row{"user information", [](Request& r) { r.url = "https://u:p@h/"; }},
        Row{"a line end in a value", [](Request& r) { r.headers[0].value = "a\r\nX: y"; }},
        Row{"a NUL in a value", [](Request& r) { r.headers[0].value = std::string("a\0b", 3); }},
        Row{"a colon in a name", [](Request& r) { r.headers[0].name = "A: b"; }},
        Row{"a header without a name", [](Request& r) { r.headers[0].name = ""; }}}) {
    auto request = good();
    spoil(request);
    Equipment equipment;
    const auto prepared = equipment.prepare(request);
    ASSERT_FALSE(prepared) << name;
    EXPECT_EQ(prepared.error().reason, Reason::Internal) << name;
  }
}

// NET-21
TEST(CurlHandle, RefusesPlainHttpUnlessItIsAllowed) {
  auto request = good();
  request.url = "http://h/";
  Equipment strict;
  const auto refused = strict.prepare(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::BadConfig);
  Equipment lenient(PlainHttp::Allow);
  EXPECT_TRUE(lenient.prepare(request));
}

}  // namespace
}  // namespace countersign::net
