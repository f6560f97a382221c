// SPDX-License-Identifier: Apache-2.0
#include "app/new_signature.h"

#include <gtest/gtest.h>

#include "unit/signing/samples.h"

namespace countersign::app {
namespace {

using Listed = registry::Attached::Listed;
namespace samples = signing::samples;

NewSignature made(std::optional<Listed> listed, signing::Timestamper* timestamper = nullptr) {
  const auto signer = samples::local(samples::leaf());
  auto request = samples::request();
  request.user_metadata = {{"stage", "production"}};
  auto bytes = signing::make_envelope(request, *signer, timestamper, samples::soon()).value();
  auto envelope = notation::open_envelope(oci::media_type::kCose, bytes).value();
  return {.reference = "registry.example/a@" + request.target.digest.text(),
          .image = request.target,
          .artifact = signing::make_artifact(request.format, std::move(bytes), request.target,
                                             signer->chain(), samples::kNow),
          .envelope = std::move(envelope),
          .listed = listed,
          .warnings = {}};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(SignatureText, SaysWhatWasMade) {
  const auto text = signature_text(made(Listed::ByApi));
  EXPECT_TRUE(text.starts_with("Signed registry.example/a@sha256:")) << text;
  for (const auto* const part :
       {"application/cose, ECDSA-SHA-256", "signed at   2026-05-28T12:00:00Z",
        "with its certificate, ", "stage=production", "referrers API"}) {
    EXPECT_TRUE(has(text, part)) << part << " in " << text;
  }
  EXPECT_TRUE(signature_text(made(std::nullopt)).starts_with("Would sign "));
}

TEST(SignatureText, ATimestampOutlivesTheCertificate) {
  samples::Clockmaker clockmaker;
  const auto text = signature_text(made(Listed::ByTag, &clockmaker));
  EXPECT_TRUE(has(text, "ends        never")) << text;
  EXPECT_TRUE(has(text, "timestamp   2026-05-28T")) << text;
}

TEST(SignatureJson, SaysWhereItIsListed) {
  struct Row {
    std::optional<Listed> listed;
    const char* word;
  };
  for (const auto& [listed, word] :
       {Row{Listed::ByApi, "referrersApi"}, Row{Listed::ByTag, "referrersTag"},
        Row{Listed::InLayout, "layout"}, Row{std::nullopt, "nowhere"}}) {
    const auto text = signature_json(made(listed));
    EXPECT_TRUE(has(text, std::string(R"("listed":")") + word + "\"")) << text;
    EXPECT_FALSE(has(text, "\"timestamp\"")) << text;
  }
  samples::Clockmaker clockmaker;
  EXPECT_TRUE(has(signature_json(made(Listed::ByApi, &clockmaker)), R"("timestamp":{"earliest":)"));
}

}  // namespace
}  // namespace countersign::app
