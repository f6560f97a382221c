// SPDX-License-Identifier: Apache-2.0
#include "cluster/api_answer.h"

#include <set>

#include <gtest/gtest.h>

#include "unit/cluster/objects.h"

namespace countersign::cluster {
namespace {

Resource secret() { return Resource::parse(Resource::Kind::Secret, "shop", "pull").value(); }

// "object", "none", or the reason.
std::string meaning_of(const Result<net::Response>& answer) {
  const auto found = read_answer(secret(), answer);
  if (!found) {
    return std::string(wire_name(found.error().reason));
  }
  return *found ? "object" : "none";
}

// REG-78
TEST(ApiAnswer, MeansWhatItsStatusAndItsWordsSay) {
  const struct {
    const char* name;
    Result<net::Response> answer;
    const char* expected;
  } rows[] = {
      {"a secret", good(pull_secret("r.example", "u")), "object"},
      {"another object", good(R"({"kind":"ServiceAccount"})"), "CREDENTIALS_UNAVAILABLE"},
      {"no object", good("[]"), "CREDENTIALS_UNAVAILABLE"},
      {"a page", good("<html>"), "CREDENTIALS_UNAVAILABLE"},
      {"not found", refusal(404, "NotFound"), "none"},
      {"a proxy's 404", test::answer(404, {}, "not found"), "CREDENTIALS_UNAVAILABLE"},
      {"an empty 404", test::answer(404), "CREDENTIALS_UNAVAILABLE"},
      {"another status with 404", refusal(404, "Forbidden"), "CREDENTIALS_UNAVAILABLE"},
      {"not found with another code", refusal(403, "NotFound"), "BAD_CONFIG"},
      {"unauthorized", refusal(401, "Unauthorized"), "BAD_CONFIG"},
      {"forbidden", refusal(403, "Forbidden"), "BAD_CONFIG"},
      {"gone", refusal(410, "Expired"), "CREDENTIALS_UNAVAILABLE"},
      {"throttled", refusal(429, "TooManyRequests"), "CREDENTIALS_UNAVAILABLE"},
      {"broken", refusal(500, "InternalError"), "CREDENTIALS_UNAVAILABLE"},
      {"away", test::answer(503, {}, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"redirected", test::answer(302, {{"location", "https://evil.example/"}}),
       "CREDENTIALS_UNAVAILABLE"},
      {"not there", fail(Reason::RegistryUnavailable, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"too large", fail(Reason::RegistryResponse, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"late", fail(Reason::DeadlineExceeded, "x"), "DEADLINE_EXCEEDED"},
      {"elsewhere", fail(Reason::AddressNotAllowed, "x"), "ADDRESS_NOT_ALLOWED"},
  };
  for (const auto& [name, answer, expected] : rows) {
    EXPECT_EQ(meaning_of(answer), expected) << name;
  }
}

// REG-78: "distinct messages"
TEST(ApiAnswer, SaysEachInWordsOfItsOwn) {
  const Result<net::Response> answers[] = {
      refusal(401, "Unauthorized"),
      refusal(403, "Forbidden"),
      refusal(410, "Expired"),
      refusal(429, "TooManyRequests"),
      refusal(500, "InternalError"),
      test::answer(404),
      good("{}"),
      fail(Reason::DeadlineExceeded, "x"),
      fail(Reason::AddressNotAllowed, "x"),
      fail(Reason::RegistryUnavailable, "x"),
  };
  std::set<std::string> messages;
  for (const auto& answer : answers) {
    const auto found = read_answer(secret(), answer);
    ASSERT_FALSE(found);
    EXPECT_NE(found.error().detail.find("Kubernetes API server"), std::string::npos);
    messages.insert(found.error().detail);
  }
  EXPECT_EQ(messages.size(), std::size(answers));
}

// "done", "conflict", ..., or the reason.
std::string outcome_of(Verb verb, const Result<net::Response>& answer) {
  const auto written = read_written(verb, secret(), answer);
  if (!written) {
    return std::string(wire_name(written.error().reason));
  }
  switch (written->outcome) {
    case Written::Outcome::Conflict:
      return "conflict";
    case Written::Outcome::AlreadyExists:
      return "exists";
    case Written::Outcome::NotFound:
      return "none";
    case Written::Outcome::Done:
      return "done";
  }
  return {};
}

TEST(ApiAnswer, OfAWriteMeansOneOfSix) {
  const auto object = pull_secret("r.example", "u");
  const struct {
    const char* name;
    Result<net::Response> answer;
    const char* expected;
  } rows[] = {
      {"changed", good(object), "done"},
      {"created", test::answer(201, {}, object), "done"},
      {"another object", good(R"({"kind":"Status"})"), "CREDENTIALS_UNAVAILABLE"},
      {"conflict", refusal(409, "Conflict"), "conflict"},
      {"exists", refusal(409, "AlreadyExists"), "exists"},
      {"another 409", test::answer(409, {}, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"not found", refusal(404, "NotFound"), "none"},
      {"a proxy's 404", test::answer(404), "CREDENTIALS_UNAVAILABLE"},
      {"forbidden", refusal(403, "Forbidden"), "BAD_CONFIG"},
      {"unauthorized", refusal(401, "Unauthorized"), "BAD_CONFIG"},
      {"invalid", refusal(422, "Invalid"), "INTERNAL"},
      {"malformed", refusal(400, "BadRequest"), "INTERNAL"},
      {"another type of patch", refusal(415, "UnsupportedMediaType"), "INTERNAL"},
      {"throttled", refusal(429, "TooManyRequests"), "CREDENTIALS_UNAVAILABLE"},
      {"broken", refusal(500, "InternalError"), "CREDENTIALS_UNAVAILABLE"},
      {"not there", fail(Reason::RegistryUnavailable, "x"), "CREDENTIALS_UNAVAILABLE"},
      {"late", fail(Reason::DeadlineExceeded, "x"), "DEADLINE_EXCEEDED"},
  };
  for (const auto& [name, answer, expected] : rows) {
    EXPECT_EQ(outcome_of(Verb::Update, answer), expected) << name;
  }
}

TEST(ApiAnswer, NamesTheRightThatIsMissing) {
  const auto webhook =
      Resource::parse(Resource::Kind::ValidatingWebhookConfiguration, "countersign").value();
  const auto event = Resource::parse(Resource::Kind::Event, "shop", "e").value();
  const struct {
    Verb verb;
    Resource resource;
    const char *said, *page;
  } rows[] = {
      {Verb::Create, secret(), "create the secret shop/pull", "docs/certificates.md"},
      {Verb::Update, secret(), "update the secret shop/pull", "docs/certificates.md"},
      {Verb::Patch, webhook, "patch the validating webhook configuration countersign",
       "docs/certificates.md"},
      {Verb::Create, event, "create the event shop/e", "docs/credentials.md"},
  };
  for (const auto& row : rows) {
    const auto written = read_written(row.verb, row.resource, refusal(403, "Forbidden"));
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().detail.find(row.said), std::string::npos) << written.error().detail;
    EXPECT_NE(written.error().detail.find(row.page), std::string::npos) << written.error().detail;
  }
}

TEST(ApiAnswer, TellsHowLongTheServerWantsToBeLeftAlone) {
  const auto detail = [](const char* after) {
    auto response = refusal(429, "TooManyRequests");
    response.headers.push_back({"retry-after", after});
    return read_answer(secret(), response).error().detail;
  };
  EXPECT_NE(detail("7").find("7 s"), std::string::npos);
  for (const auto* after : {"", "-7", "7s", "99999999999999999999", "\x1B[31m"}) {
    EXPECT_EQ(detail(after), detail("")) << after;
  }
}

}  // namespace
}  // namespace countersign::cluster
