// SPDX-License-Identifier: Apache-2.0
#include "countersign/registry/status.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

TEST(Status, DecidesTheReason) {
  const struct {
    int status;
    Reason reason;
  } rows[] = {
      {401, Reason::RegistryAuth},        {403, Reason::RegistryAuth},
      {404, Reason::ImageNotFound},       {408, Reason::RegistryUnavailable},
      {429, Reason::RegistryThrottled},   {500, Reason::RegistryUnavailable},
      {502, Reason::RegistryUnavailable}, {503, Reason::RegistryUnavailable},
      {504, Reason::RegistryUnavailable}, {400, Reason::RegistryResponse},
      {405, Reason::RegistryResponse},    {203, Reason::RegistryResponse},
      {204, Reason::RegistryResponse},    {206, Reason::RegistryResponse},
      {307, Reason::RegistryResponse},
  };
  for (const auto& [status, reason] : rows) {
    EXPECT_EQ(status_error({status, {}, ""}, "h").reason, reason) << status;
  }
}

// REG-81
TEST(Status, QuotesACodeButNoText) {
  const net::Response known{
      404, {}, R"({"errors":[{"code":"NAME_UNKNOWN","message":"hello","detail":1}]})"};
  EXPECT_EQ(error_code(known), "NAME_UNKNOWN");
  EXPECT_NE(status_error(known, "h").detail.find("NAME_UNKNOWN"), std::string::npos);
  EXPECT_EQ(status_error(known, "h").detail.find("hello"), std::string::npos);
  for (const std::string& body :
       {std::string(), std::string("<html>404</html>"), std::string(R"({"errors":{"code":"A"}})"),
        std::string(R"({"errors":[]})"), std::string(R"({"message":"x"})"),
        std::string(R"({"errors":["A"]})"), std::string(R"({"errors":[{"code":7}]})"),
        std::string("{\"errors\":[{\"code\":\"\\u001b[31mRED\"}]}"),
        R"({"errors":[{"code":")" + std::string(33, 'A') + R"("}]})", std::string("\x00\xff", 2),
        R"({"errors":[{"code":"A"}],"x":")" + std::string(10'000, 'x') + R"("})"}) {
    EXPECT_EQ(error_code({404, {}, body}), "") << body.substr(0, 60);
  }
}

}  // namespace
}  // namespace countersign::registry
