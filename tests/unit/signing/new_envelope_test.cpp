// SPDX-License-Identifier: Apache-2.0
#include "signing/new_envelope.h"

#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/cose_writer.h"
#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

using test::cbor_text;
using test::CoseWriter;

Request request() {
  auto request = samples::request();
  request.signing_time = Time(std::chrono::seconds(CoseWriter::kSigningTime));
  request.agent = "";
  return request;
}

Result<void> check(const CoseWriter& writer) {
  return check_new_envelope(
      writer.write(), request(),
      {.signature = {}, .chain = samples::leaf().chain(), .timestamp = {}, .agent = {}});
}

CoseWriter writer() { return {samples::leaf(), test::payload_of(samples::image())}; }

// Valid envelopes, each of which says something else than was asked for.
TEST(NewEnvelope, HoldsNoMoreAndNoLessThanWasAsked) {
  ASSERT_TRUE(check(writer())) << check(writer()).error().detail;
  auto other = samples::image();
  other.size += 1;
  const auto stranger = test::make_leaf(test::key(test::KeyType::P256));
  const std::pair<std::string_view, CoseWriter> rows[] = {
      {"target", {samples::leaf(), test::payload_of(other)}},
      {"metadata",
       {samples::leaf(), test::payload_of(samples::image(), R"(,"annotations":{"a":"b"})")}},
      {"chain", {stranger, test::payload_of(samples::image())}},
      {"expiry", writer().expires(CoseWriter::kSigningTime + 1)},
      {"signing time", writer().set_signed("io.cncf.notary.signingTime",
                                           test::cbor_time(CoseWriter::kSigningTime + 1))},
      {"scheme", writer().scheme_signing_authority()},
      {"attribute", writer().set_signed("more", cbor_text("than was asked"))},
      {"agent", writer().set_unsigned("io.cncf.notary.signingAgent", cbor_text("somebody"))},
      {"timestamp", writer().set_unsigned("io.cncf.notary.timestampSignature",
                                          test::cbor_bytes(ByteVector{0x30, 0}))},
      {"signature",
       [] {
         auto changed = writer();
         changed.signature_item = test::cbor_bytes(ByteVector(64, 1));
         return changed;
       }()},
  };
  for (const auto& [name, changed] : rows) {
    const auto checked = check(changed);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().reason, Reason::Internal) << name;
  }
}

}  // namespace
}  // namespace countersign::signing
