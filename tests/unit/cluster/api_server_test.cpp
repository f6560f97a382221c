// SPDX-License-Identifier: Apache-2.0
#include "countersign/cluster/api_server.h"

#include <gtest/gtest.h>

namespace countersign::cluster {
namespace {

std::string text_of(const Result<ApiServer>& server) {
  return server ? server->origin + (server->address ? " by address" : " by name")
                : std::string(wire_name(server.error().reason));
}

TEST(ApiServer, IsWhereTheContainerIsTold) {
  const struct {
    std::optional<std::string> host, port;
    const char* expected;
  } rows[] = {
      {"10.96.0.1", "443", "https://10.96.0.1:443 by address"},
      {"fd00::1", "6443", "https://[fd00::1]:6443 by address"},
      {"[fd00::1]", "443", "https://[fd00::1]:443 by address"},
      {"kubernetes.default.svc", "443", "https://kubernetes.default.svc:443 by name"},
      {std::nullopt, "443", "BAD_CONFIG"},
      {"10.96.0.1", std::nullopt, "BAD_CONFIG"},
      {"", "443", "BAD_CONFIG"},
      {"10.96.0.1", "", "BAD_CONFIG"},
      {"10.96.0.1", "https", "BAD_CONFIG"},
      {"10.96.0.1/x", "443", "BAD_CONFIG"},
      {"user@10.96.0.1", "443", "BAD_CONFIG"},
  };
  for (const auto& [host, port, expected] : rows) {
    EXPECT_EQ(text_of(ApiServer::in_cluster({host, port})), expected) << host.value_or("none");
  }
}

TEST(ApiServer, IsWhereTheConfigurationSays) {
  const struct {
    const char *url, *expected;
  } rows[] = {
      {"https://127.0.0.1:6443", "https://127.0.0.1:6443 by address"},
      {"https://Kube.Example/", "https://kube.example:443 by name"},
      {"http://127.0.0.1:6443", "BAD_CONFIG"},
      {"https://kube.example/k8s/clusters/c-1", "BAD_CONFIG"},
      {"https://kube.example/?x", "BAD_CONFIG"},
      {"kube.example:6443", "BAD_CONFIG"},
      {"", "BAD_CONFIG"},
  };
  for (const auto& [url, expected] : rows) {
    EXPECT_EQ(text_of(ApiServer::parse(url)), expected) << url;
  }
}

TEST(ApiServer, NamesItsAddressForTheGuard) {
  const auto server = ApiServer::in_cluster({"10.96.0.1", "443"});
  ASSERT_TRUE(server && server->address);
  EXPECT_TRUE(server->address->contains(net::Address::parse("10.96.0.1").value()));
  EXPECT_FALSE(server->address->contains(net::Address::parse("10.96.0.2").value()));
}

}  // namespace
}  // namespace countersign::cluster
