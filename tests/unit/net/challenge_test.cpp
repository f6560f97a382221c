// SPDX-License-Identifier: Apache-2.0
#include "countersign/net/challenge.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

namespace countersign::net {
namespace {

Result<std::vector<Challenge>> parse(const std::vector<std::string>& values) {
  net::Response response{401, {}, ""};
  for (const auto& value : values) {
    response.headers.push_back({"www-authenticate", value});
  }
  return parse_challenges(response);
}

// "scheme(token68|name=value;...) ...", so that a row of the table is one line.
std::string shown(const std::vector<std::string>& values) {
  const auto parsed = parse(values);
  if (!parsed) {
    return "error";
  }
  std::string text;
  for (const auto& challenge : *parsed) {
    text += (text.empty() ? "" : " ") + challenge.scheme + "(" + challenge.token68;
    for (const auto& [name, value] : challenge.parameters) {
      text += name + "=" + value + ";";
    }
    text += ")";
  }
  return text;
}

// REG-59: the rows C1 to C19 and C23 of the reference table.
TEST(Challenge, ReadsWhatRegistriesWrite) {
  const struct {
    const char* name;
    std::vector<std::string> values;
    const char* expected;
  } rows[] = {
      {"C1 commas inside quotes",
       {R"(Bearer realm="https://a/t",service="s",scope="repository:a/b:pull,push")"},
       "bearer(realm=https://a/t;service=s;scope=repository:a/b:pull,push;)"},
      {"C2 case", {R"(bearer Realm="r", SERVICE="S")"}, "bearer(realm=r;service=S;)"},
      {"C3 unquoted", {"BASIC realm=Sonatype"}, "basic(realm=Sonatype;)"},
      {"C4 two headers",
       {R"(Basic realm="x")", R"(Bearer realm="r")"},
       "basic(realm=x;) bearer(realm=r;)"},
      {"C5 two in one", {R"(Negotiate, Basic realm="x")"}, "negotiate() basic(realm=x;)"},
      {"C6 token68",
       {R"(Negotiate YII==, Bearer realm="r",service="s")"},
       "negotiate(YII==) bearer(realm=r;service=s;)"},
      {"C7 blanks", {R"(Bearer realm = "r" , service = "s")"}, "bearer(realm=r;service=s;)"},
      {"C8 escapes", {R"(Bearer realm="a\"b",service="s")"}, "bearer(realm=a\"b;service=s;)"},
      {"C9 empty values",
       {R"(Bearer realm="r",service="",scope="")"},
       "bearer(realm=r;service=;scope=;)"},
      {"C10 not closed", {R"(Bearer realm="r)"}, ""},
      {"C10 the other header counts", {R"(Bearer realm="r)", "Basic realm=x"}, "basic(realm=x;)"},
      {"C11 empty elements", {R"(Bearer realm="r",,service="s",)"}, "bearer(realm=r;service=s;)"},
      {"C11 at the head", {R"(, ,Bearer realm="r")"}, "bearer(realm=r;)"},
      {"C12 twice", {R"(Bearer realm="r",realm="evil")"}, ""},
      {"C12 what follows counts",
       {R"(Bearer realm="r",REALM="evil", Basic realm="x")"},
       "basic(realm=x;)"},
      {"C13 unknown parameters",
       {R"(Bearer error="insufficient_scope",error_description="a, b",realm="r")"},
       "bearer(error=insufficient_scope;error_description=a, b;realm=r;)"},
      {"C15 nothing", {"Bearer"}, "bearer()"},
      {"C16 unquoted URL",
       {"Bearer realm=https://h/token,service=s"},
       "bearer(realm=https://h/token;service=s;)"},
      {"C18 control character", {"Bearer realm=\"a\x01\""}, ""},
      {"C18 bare CR", {"Bearer realm=\"a\rb\""}, ""},
      {"C19 two scopes",
       {R"(Bearer scope="repository:a:pull repository:b:pull",realm="r")"},
       "bearer(scope=repository:a:pull repository:b:pull;realm=r;)"},
      {"C23 Azure",
       {R"(Bearer authorization_uri="u", resource="v")"},
       "bearer(authorization_uri=u;resource=v;)"},
      {"no value", {"Bearer realm="}, "bearer(realm=)"},
      {"garbage", {"=,=", "\"x\"", "Bearer realm=\"r\" service"}, ""},
      {"empty", {""}, ""},
      {"none", {}, ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(shown(row.values), row.expected) << row.name;
  }
}

// REG-59: C17
TEST(Challenge, LimitsChallengesAndParameters) {
  std::string many;
  for (std::size_t count = 0; count < limits::kChallenges; ++count) {
    many += "Basic,";
  }
  EXPECT_EQ(parse({many})->size(), limits::kChallenges);
  EXPECT_EQ(shown({many, "Basic"}), "error");
  std::string wide = "Bearer ";
  for (std::size_t count = 0; count < limits::kChallengeParameters; ++count) {
    wide += "p" + std::to_string(count) + "=v,";
  }
  EXPECT_EQ(parse({wide})->front().parameters.size(), limits::kChallengeParameters);
  const auto beyond = parse({wide + "one=more"});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().reason, Reason::RegistryResponse);
}

}  // namespace
}  // namespace countersign::net
