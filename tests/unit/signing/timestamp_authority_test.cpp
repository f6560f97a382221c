// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "countersign/base/limits_signing.h"
#include "countersign/signing/timestamper.h"

#include "support/der_writer.h"
#include "support/refusing_transport.h"
#include "support/scripted_transport.h"
#include "unit/signing/samples.h"
#include "x509/der.h"

namespace countersign::signing {
namespace {

using samples::tsa;
using test::der_integer;
using test::der_sequence;
using test::TimestampMaker;

constexpr std::string_view kUrl = "http://tsa.example/stamp";
const ByteVector kSignature(64, 7);

// The last INTEGER but one of the request, whole.
ByteVector nonce_of(const std::string& request) {
  x509::DerReader fields(*x509::content_of(as_bytes(request), x509::der::kSequence));
  fields.take(x509::der::kInteger);
  fields.take(x509::der::kSequence);
  const auto nonce = fields.take(x509::der::kInteger).value().whole;
  return {nonce.begin(), nonce.end()};
}

// Answers with a token of its own making, unless told otherwise.
class AuthorityTransport final : public net::HttpTransport {
 public:
  std::vector<Result<net::Response>> send_all(std::span<const net::Request> requests,
                                              Deadline) override {
    EXPECT_EQ(requests.size(), 1U);
    seen.push_back(requests.front());
    if (instead) {
      return {*instead};
    }
    TimestampMaker maker(signer, kSignature);
    maker.info.nonce = nonce_of(requests.front().body);
    change(maker);
    const auto reply = der_sequence({der_sequence({der_integer(0)}), maker.write()});
    return {test::answer(200, {{"content-type", type}}, std::string(as_text(reply)))};
  }

  test::Signer signer = tsa();
  std::function<void(TimestampMaker&)> change = [](TimestampMaker&) {};
  std::string type = "application/timestamp-reply";
  std::optional<Result<net::Response>> instead;
  std::vector<net::Request> seen;
};

Result<ByteVector> stamp(net::HttpTransport& transport, std::string_view url = kUrl) {
  return timestamp_authority(std::string(url), {tsa().chain().back()}, transport)
      ->stamp(kSignature, crypto::HashAlgorithm::Sha256, samples::soon());
}

Reason refusal(net::HttpTransport& transport) {
  const auto token = stamp(transport);
  EXPECT_FALSE(token);
  return token ? Reason::Internal : token.error().reason;
}

TEST(TimestampAuthority, IsAskedAsRfc3161Says) {
  AuthorityTransport transport;
  ASSERT_TRUE(stamp(transport)) << stamp(transport).error().detail;
  const auto request = transport.seen.front();
  EXPECT_EQ(request.method, net::Method::Post);
  EXPECT_EQ(request.url, kUrl);
  EXPECT_EQ(test::header_of(request, "Content-Type"), "application/timestamp-query");
  EXPECT_EQ(request.max_response, limits::kTimestampReplyBytes);
  EXPECT_EQ(request.wait, limits::kTimestampWait);
  ASSERT_TRUE(stamp(transport));
  EXPECT_NE(nonce_of(transport.seen.back().body), nonce_of(request.body));
}

TEST(TimestampAuthority, MayNameItsReplyInAnyCaseAndWithParameters) {
  for (const auto* type : {"Application/Timestamp-Reply", "application/timestamp-reply; x=y",
                           "application/timestamp-reply ;x"}) {
    AuthorityTransport transport;
    transport.type = type;
    EXPECT_TRUE(stamp(transport)) << type;
  }
}

TEST(TimestampAuthority, AnswersWithTheTypeOfATimestamp) {
  for (const auto* type : {"", "text/html", "application/timestamp-query", "timestamp-reply",
                           "application/timestamp-reply2"}) {
    AuthorityTransport transport;
    transport.type = type;
    EXPECT_EQ(refusal(transport), Reason::RegistryResponse) << type;
  }
}

TEST(TimestampAuthority, FailsAsItsHttpFails) {
  const std::pair<Result<net::Response>, Reason> rows[] = {
      {test::answer(400), Reason::RegistryResponse},
      {test::answer(404), Reason::RegistryResponse},
      {test::answer(201), Reason::RegistryResponse},
      {test::answer(302, {{"location", "http://other.example"}}), Reason::RegistryResponse},
      {test::answer(200), Reason::RegistryResponse},
      {test::answer(429), Reason::RegistryUnavailable},
      {test::answer(500), Reason::RegistryUnavailable},
      {test::answer(503), Reason::RegistryUnavailable},
      {fail(Reason::DeadlineExceeded, ""), Reason::DeadlineExceeded},
      {fail(Reason::AddressNotAllowed, ""), Reason::AddressNotAllowed},
      {test::answer(200, {{"content-type", "application/timestamp-reply"}}, "no DER"),
       Reason::TimestampInvalid},
  };
  for (const auto& [answer, reason] : rows) {
    AuthorityTransport transport;
    transport.instead = answer;
    EXPECT_EQ(refusal(transport), reason);
  }
}

TEST(TimestampAuthority, IsRefusedWhenItLies) {
  const auto stranger = test::make_leaf(test::key(test::KeyType::P256), test::tsa_spec());
  const std::pair<std::string_view, std::function<void(AuthorityTransport&)>> rows[] = {
      {"nonce",
       [](auto& transport) {
         transport.change = [](auto& maker) { maker.info.nonce = der_integer(1); };
       }},
      {"imprint",
       [](auto& transport) {
         transport.change = [](auto& maker) {
           maker.info.imprint =
               test::message_imprint(test::SignatureHash::Sha256, as_bytes("another"));
         };
       }},
      {"signature",
       [](auto& transport) {
         transport.change = [](auto& maker) {
           maker.signature = test::der_octets(ByteVector(70, 1));
         };
       }},
      {"root", [&](auto& transport) { transport.signer = stranger; }},
      {"certificates",
       [](auto& transport) { transport.change = [](auto& maker) { maker.certificates = {}; }; }},
      {"time outside of its certificate",
       [](auto& transport) {
         transport.change = [](auto& maker) {
           maker.stamped_at(std::chrono::sys_days{std::chrono::year{2095} / 1 / 1});
         };
       }},
  };
  for (const auto& [name, lie] : rows) {
    AuthorityTransport transport;
    lie(transport);
    EXPECT_EQ(refusal(transport), Reason::TimestampInvalid) << name;
  }
}

TEST(TimestampAuthority, HasAnAddress) {
  test::RefusingTransport transport;
  for (const auto* url : {"", "tsa.example", "ldap://tsa.example/", "http://user@tsa.example/"}) {
    const auto token = stamp(transport, url);
    ASSERT_FALSE(token) << url;
    EXPECT_EQ(token.error().reason, Reason::BadConfig) << url;
  }
}

}  // namespace
}  // namespace countersign::signing
