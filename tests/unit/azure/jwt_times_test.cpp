// SPDX-License-Identifier: Apache-2.0
#include "azure/jwt_times.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "unit/azure/container_registry.h"

namespace countersign::azure {
namespace {

std::optional<Time> at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

TEST(JwtTimes, AreReadFromThePayload) {
  struct Row {
    std::string claims;
    std::optional<Time> not_before, expires;
  };
  const std::vector<Row> rows{
      {R"({"nbf":1772323200,"exp":1772334000,"iss":"Azure Container Registry"})", at(1772323200),
       at(1772334000)},
      {R"({"exp":1772334000.75})", std::nullopt, at(1772334000)},
      {R"({"exp":1.772334e9})", std::nullopt, at(1772334000)},
      {R"({"exp":0,"nbf":0})", at(0), at(0)},
      {R"({"exp":253402300799})", std::nullopt, at(253402300799)},
      {R"({"exp":253402300800})", std::nullopt, std::nullopt},
      {R"({"exp":9223372036854775807})", std::nullopt, std::nullopt},
      {R"({"exp":18446744073709551615})", std::nullopt, std::nullopt},
      {R"({"exp":1e300,"nbf":5})", at(5), std::nullopt},
      {R"({"exp":-1,"nbf":-0.5})", std::nullopt, std::nullopt},
      {R"({"exp":"1772334000"})", std::nullopt, std::nullopt},
      {R"({"exp":null,"nbf":[1]})", std::nullopt, std::nullopt},
      {R"({"exp":true})", std::nullopt, std::nullopt},
      {R"({"Exp":1772334000})", std::nullopt, std::nullopt},
      {R"({"a":{"exp":1772334000}})", std::nullopt, std::nullopt},
      {R"({"exp":1,"exp":2})", std::nullopt, std::nullopt},
      {R"([1772334000])", std::nullopt, std::nullopt},
      {R"({})", std::nullopt, std::nullopt},
      {"", std::nullopt, std::nullopt},
      {std::string("{\"exp\":1772334000\0}", 19), std::nullopt, std::nullopt},
      {R"({"exp":1e400})", std::nullopt, std::nullopt},
  };
  for (const auto& [claims, not_before, expires] : rows) {
    const auto times = jwt_times(make_jwt(claims));
    EXPECT_EQ(times.not_before, not_before) << claims;
    EXPECT_EQ(times.expires, expires) << claims;
  }
}

TEST(JwtTimes, WhatIsNoJwtSaysNothing) {
  const auto payload = codec::encode_base64url(as_bytes(R"({"exp":1772334000})"));
  EXPECT_TRUE(jwt_times("." + payload + ".").expires) << "only the payload is read";
  const std::vector<std::string> rows{
      "",
      ".",
      "..",
      "...",
      "opaque",
      payload,
      payload + "." + payload,
      "a." + payload,
      payload + ".a",
      "a." + payload + ".b.c",
      "a.b.c.d.e",
      "a." + payload + "=.b",
      "a. " + payload + ".b",
      "a." + payload + "\n.b",
      "a.!!!!.b",
      "a." + codec::encode_base64(as_bytes(R"({"exp":1772334000,"a":"???"})")) + ".b",
      "a." + payload + "." + std::string(limits::kBearerTokenBytes, 'b'),
      make_jwt(std::string(20'000, '[')),
  };
  for (const auto& row : rows) {
    const auto times = jwt_times(row);
    EXPECT_FALSE(times.expires || times.not_before) << row.substr(0, 80);
  }
}

}  // namespace
}  // namespace countersign::azure
