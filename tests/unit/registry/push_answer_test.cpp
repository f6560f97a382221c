// SPDX-License-Identifier: Apache-2.0
#include "registry/push_answer.h"

#include <gtest/gtest.h>

#include "support/scripted_transport.h"

namespace countersign::registry {
namespace {

const std::string kContent = "content";

Reply reply(net::Response response) {
  return {std::move(response), net::Url::parse("https://h.test/x", Reason::Internal).value()};
}

TEST(AcceptStored, Takes201AndWhatWasSent) {
  const auto sha256 = oci::Digest::of(as_bytes(kContent));
  const auto sha512 = oci::Digest::of(as_bytes(kContent), crypto::HashAlgorithm::Sha512);
  for (const auto& said : {sha256.text(), sha512.text(), sha256.encoded()}) {
    EXPECT_TRUE(accept_stored(reply(test::answer(201, {{"docker-content-digest", said}})),
                              as_bytes(kContent)))
        << said;
  }
  EXPECT_TRUE(accept_stored(reply(test::answer(201)), as_bytes(kContent)));
}

TEST(AcceptStored, RefusesOtherDigestsAndStatuses) {
  for (const auto& said : {oci::Digest::of(as_bytes(std::string("other"))).text(), std::string()}) {
    EXPECT_EQ(accept_stored(reply(test::answer(201, {{"docker-content-digest", said}})),
                            as_bytes(kContent))
                  .error()
                  .reason,
              Reason::DigestMismatch);
  }
  for (const int status : {200, 202, 204, 302}) {
    EXPECT_EQ(accept_stored(reply(test::answer(status)), as_bytes(kContent)).error().reason,
              Reason::RegistryResponse)
        << status;
  }
  EXPECT_EQ(accept_stored(fail(Reason::DeadlineExceeded, ""), as_bytes(kContent)).error().reason,
            Reason::DeadlineExceeded);
}

TEST(PushError, SaysThatTheRightIsMissing) {
  const auto denied = push_error(
      reply(test::answer(403, {}, R"({"errors":[{"code":"DENIED","message":"secret"}]})")));
  EXPECT_EQ(denied.reason, Reason::RegistryAuth);
  EXPECT_NE(denied.detail.find("DENIED"), std::string::npos) << denied.detail;
  EXPECT_EQ(denied.detail.find("secret"), std::string::npos) << denied.detail;
  EXPECT_EQ(push_error(reply(test::answer(503))).reason, Reason::RegistryUnavailable);
}

}  // namespace
}  // namespace countersign::registry
