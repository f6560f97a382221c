// SPDX-License-Identifier: Apache-2.0
#include "registry/credential_order.h"

#include <gtest/gtest.h>

namespace countersign::registry {
namespace {

Credential password(std::string user, std::string secret = "s") {
  return {Credential::Kind::Password, std::move(user), Secret(std::move(secret))};
}

// Each credential's user, in the order to be tried.
std::string shown(const CredentialOrder& order, const Credentials& credentials) {
  std::string users;
  for (const auto* one : order.of(credentials)) {
    users += one != nullptr ? one->user : "-";
  }
  return users;
}

TEST(CredentialOrder, BeginsWithTheOneThatWasTaken) {
  CredentialOrder order;
  const Credentials three{"", {password("a"), password("b"), password("c")}};
  EXPECT_EQ(shown(order, three), "abc");
  order.took(three, three.candidates[2]);
  EXPECT_EQ(shown(order, three), "cab");
  order.took(three, three.candidates[0]);
  EXPECT_EQ(shown(order, three), "abc");
}

TEST(CredentialOrder, WhoMayPullNeedNotBeWhoMayPush) {
  CredentialOrder order;
  const Credentials two{"", {password("a"), password("b")}};
  order.took(two, two.candidates[1], Access::Push);
  EXPECT_EQ(shown(order, two), "ab");
  EXPECT_EQ(order.of(two, Access::Push).front()->user, "b");
}

TEST(CredentialOrder, TellsSetsAndOwnersApart) {
  CredentialOrder order;
  const Credentials two{"one", {password("a"), password("b")}};
  order.took(two, two.candidates[1]);
  EXPECT_EQ(shown(order, {"one", {password("a"), password("b")}}), "ba");
  EXPECT_EQ(shown(order, {"other", {password("a"), password("b")}}), "ab");
  EXPECT_EQ(shown(order, {"one", {password("a", "new"), password("b")}}), "ab");
}

TEST(CredentialOrder, WithoutAnyOneAsksAnonymously) {
  EXPECT_EQ(shown(CredentialOrder(), {}), "-");
  EXPECT_EQ(shown(CredentialOrder(), {"", {password("a")}}), "a");
}

// REG-77 in part: at most five.
TEST(CredentialOrder, NoMoreThanTheLimit) {
  Credentials six;
  for (const char* user : {"a", "b", "c", "d", "e", "f"}) {
    six.candidates.push_back(password(user));
  }
  EXPECT_EQ(shown(CredentialOrder(), six), "abcde");
}

TEST(CredentialOrder, ForgetsWhatWasUsedLeast) {
  CredentialOrder order;
  const auto set = [](std::size_t number) {
    return Credentials{std::to_string(number), {password("a"), password("b")}};
  };
  for (std::size_t number = 0; number <= limits::kCredentialSets; ++number) {
    const auto credentials = set(number);
    order.took(credentials, credentials.candidates[1]);
  }
  EXPECT_EQ(shown(order, set(0)), "ab");
  EXPECT_EQ(shown(order, set(1)), "ba");
}

TEST(CredentialOrder, FingerprintsTellCredentialsApart) {
  const auto print = fingerprint(password("a", "b"));
  EXPECT_EQ(fingerprint(password("a", "b")), print);
  EXPECT_NE(fingerprint(password("ab", "")), print);
  EXPECT_NE(fingerprint({Credential::Kind::RefreshToken, "a", Secret("b")}), print);
}

}  // namespace
}  // namespace countersign::registry
