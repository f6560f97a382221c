// SPDX-License-Identifier: Apache-2.0
#include "cluster/service_account.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::cluster {
namespace {

std::string names(const std::string& json) {
  const auto account = codec::Json::parse(json, {.bytes = 100'000}, Reason::Internal);
  const auto found = read_service_account(account.value());
  if (!found) {
    return std::string(wire_name(found.error().reason));
  }
  std::string names;
  for (const auto& name : *found) {
    names += name + ";";
  }
  return names;
}

TEST(ServiceAccount, ListsItsPullSecrets) {
  EXPECT_EQ(names(R"({"imagePullSecrets":[{"name":"b"},{"name":"a"}],"secrets":[{"name":"c"}]})"),
            "b;a;");
  EXPECT_EQ(names("{}"), "");
  EXPECT_EQ(names(R"({"imagePullSecrets":null})"), "");
  EXPECT_EQ(names(R"({"imagePullSecrets":[]})"), "");
  EXPECT_EQ(names(R"({"imagePullSecrets":[{}, {"name":"a"}]})"), "a;");
  EXPECT_EQ(names(R"({"imagePullSecrets":{}})"), "CREDENTIALS_UNAVAILABLE");
  std::string many = R"({"name":"a"})";
  for (std::size_t index = 0; index < limits::kPullSecrets; ++index) {
    many += R"(,{"name":"a"})";
  }
  EXPECT_EQ(names(R"({"imagePullSecrets":[)" + many + "]}"), "CREDENTIALS_UNAVAILABLE");
}

}  // namespace
}  // namespace countersign::cluster
