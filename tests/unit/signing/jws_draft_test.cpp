// SPDX-License-Identifier: Apache-2.0
#include "signing/jws_draft.h"

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/json.h"

#include "unit/signing/samples.h"

namespace countersign::signing {
namespace {

SignedPart part() {
  return {.algorithm = crypto::SignatureAlgorithm::RsaPssSha384,
          .signing_time = samples::kNow,
          .expiry = std::nullopt,
          .payload = "{}"};
}

std::string decoded(std::string_view text) {
  const auto bytes = codec::decode_base64url(text, Reason::Internal).value();
  return {bytes.begin(), bytes.end()};
}

std::string signed_header(const SignedPart& part) {
  const auto bytes = JwsDraft(part).to_be_signed();
  const auto text = as_text(bytes);
  return decoded(text.substr(0, text.find('.')));
}

TEST(JwsDraft, SignsHeaderAndPayload) {
  auto changed = part();
  EXPECT_EQ(signed_header(changed), R"({"alg":"PS384","crit":["io.cncf.notary.signingScheme"],)"
                                    R"("cty":"application/vnd.cncf.notary.payload.v1+json",)"
                                    R"("io.cncf.notary.signingScheme":"notary.x509",)"
                                    R"("io.cncf.notary.signingTime":"2026-05-28T12:00:00Z"})");
  changed.expiry = samples::kNow + std::chrono::hours(24);
  EXPECT_EQ(signed_header(changed),
            R"({"alg":"PS384","crit":["io.cncf.notary.signingScheme","io.cncf.notary.expiry"],)"
            R"("cty":"application/vnd.cncf.notary.payload.v1+json",)"
            R"("io.cncf.notary.expiry":"2026-05-29T12:00:00Z",)"
            R"("io.cncf.notary.signingScheme":"notary.x509",)"
            R"("io.cncf.notary.signingTime":"2026-05-28T12:00:00Z"})");
  const auto bytes = JwsDraft(part()).to_be_signed();
  EXPECT_TRUE(as_text(bytes).ends_with("." + codec::encode_base64url(as_bytes("{}"))));
}

TEST(JwsDraft, PutsTheRestBesideIt) {
  const auto& chain = samples::leaf().chain();
  const JwsDraft draft(part());
  for (const auto& timestamp : {ByteVector{}, ByteVector{0x30, 0}}) {
    const auto envelope = draft.close(
        {.signature = {1, 2, 3}, .chain = chain, .timestamp = timestamp, .agent = "me"});
    const auto read =
        codec::Json::parse(as_text(envelope), {.bytes = limits::kEnvelopeBytes}, Reason::Internal)
            .value();
    ASSERT_EQ(read.members().size(), 4U);
    EXPECT_EQ(*read.find_string("signature"), "AQID");
    EXPECT_EQ(decoded(*read.find_string("payload")), "{}");
    const auto& header = *read.find("header");
    EXPECT_EQ(header.members().size(), timestamp.empty() ? 2U : 3U);
    EXPECT_EQ(*header.find("x5c")->elements().front().string(),
              codec::encode_base64(chain.front().der()));
    EXPECT_EQ(header.find("x5c")->elements().size(), chain.size());
    EXPECT_EQ(*header.find_string("io.cncf.notary.signingAgent"), "me");
    EXPECT_EQ(header.find("io.cncf.notary.timestampSignature") == nullptr, timestamp.empty());
  }
}

}  // namespace
}  // namespace countersign::signing
