// SPDX-License-Identifier: Apache-2.0
#include "net/curl_options.h"

#include <gtest/gtest.h>

#include "net/handle_pool.h"

// That they do what they say is shown with servers, in tests/integration/registry.
namespace countersign::net {
namespace {

TEST(CurlOptions, AreAllAccepted) {
  HandlePool pool;
  Settings settings;
  settings.ca_file = "/ca.pem";
  settings.client_certificate = "/client.pem";
  settings.client_key = "/client.key";
  settings.user_agent = "countersign-test";
  const Proxy proxy{"http://p:3128", "user", Secret("password")};
  for (const auto plain_http : {PlainHttp::Refuse, PlainHttp::Allow}) {
    settings.plain_http = plain_http;
    for (const auto* through : {&proxy, static_cast<const Proxy*>(nullptr)}) {
      const auto handle = pool.take();
      Options options(handle.get());
      apply(options, settings, through);
      EXPECT_TRUE(options.good());
    }
  }
}

TEST(CurlOptions, OneThatIsRefusedIsRemembered) {
  HandlePool pool;
  const auto handle = pool.take();
  Options options(handle.get());
  options.set(CURLOPT_PROTOCOLS_STR, "carrier-pigeon");
  options.set(CURLOPT_NOSIGNAL, 1L);
  EXPECT_FALSE(options.good());
}

}  // namespace
}  // namespace countersign::net
