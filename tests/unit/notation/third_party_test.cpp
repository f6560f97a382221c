// SPDX-License-Identifier: Apache-2.0
// Envelopes and timestamp tokens of the Notary Project's own tests, which are not part of this
// repository: judged where they are, alone, without image and policy.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "countersign/notation/envelope.h"
#include "countersign/trust/certificate_file.h"
#include "countersign/x509/timestamp.h"

#include "vector_case.h"

namespace countersign::notation {
namespace {

namespace fs = std::filesystem;
using test::read_bytes;

// What the tokens are about, as the project's tests have it.
constexpr std::string_view kMessage = "notation";
// The message of this one is not known.
constexpr std::string_view kOtherMessage = "tokens/TimeStampTokenNoRoot.p7s";
// The project's tests look at their attributes only. They were edited: the signature is wrong.
const std::set<std::string> kBadlySigned = {
    "tokens/TimeStampTokenWithSigningTime.p7s",
    "tokens/TimeStampTokenWithoutSigningCertificateV2IssuerSerial.p7s"};

struct Entry {
  std::string file, media_type, expect;
};

fs::path folder() { return fs::path(COUNTERSIGN_THIRD_PARTY) / "raw"; }

std::string text(const codec::Json& json, std::string_view name) {
  const auto* const member = json.find(name);
  return member != nullptr ? *member->string() : std::string();
}

std::vector<Entry> entries(std::string_view kind) {
  std::vector<Entry> entries;
  const auto index = test::read_json(folder() / "index.json");
  for (const auto& entry : index.find(kind)->elements()) {
    entries.push_back({text(entry, "file"), text(entry, "mediaType"), text(entry, "expect")});
  }
  return entries;
}

bool covers(const x509::Timestamp& timestamp, const x509::Chain& chain) {
  return std::ranges::all_of(chain, [&](const x509::Certificate& certificate) {
    return certificate.not_before() <= timestamp.earliest() &&
           timestamp.latest() <= certificate.not_after();
  });
}

void expect_open(const Entry& entry, const OpenedEnvelope& opened) {
  ASSERT_TRUE(opened) << opened.error().detail;
  const auto& envelope = **opened;
  if (entry.expect == "expiry has passed") {
    EXPECT_TRUE(envelope.expiry && *envelope.expiry < Time(std::chrono::years(53)));
  } else if (entry.expect.starts_with("timestamp outside")) {
    ASSERT_TRUE(envelope.timestamp);
    const auto& timestamp = envelope.timestamp->opened();
    ASSERT_TRUE(timestamp) << timestamp.error().detail;
    EXPECT_FALSE(covers(*timestamp, envelope.chain));
  } else {
    EXPECT_EQ(entry.expect, "integrity holds");
  }
}

class ThirdParty : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(folder() / "index.json")) {
      GTEST_SKIP() << folder() << " is not there";
    }
  }
};

TEST_F(ThirdParty, EnvelopesAreReadAsExpected) {
  const auto envelopes = entries("envelopes");
  EXPECT_EQ(envelopes.size(), 24U);
  for (const auto& entry : envelopes) {
    SCOPED_TRACE(entry.file);
    const auto opened = open_envelope(entry.media_type, read_bytes(folder() / entry.file));
    if (entry.expect == "integrity fails" || entry.expect.starts_with("plugin attribute")) {
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().reason, Reason::EnvelopeInvalid) << opened.error().detail;
    } else {
      expect_open(entry, opened);
    }
  }
}

TEST_F(ThirdParty, TokensAreReadAsExpected) {
  const auto roots =
      trust::parse_certificate_file(read_bytes(folder() / "tokens/GlobalSignRootCA.crt"));
  ASSERT_TRUE(roots);
  std::size_t judged = 0;
  for (const auto& entry : entries("tokens")) {
    SCOPED_TRACE(entry.file);
    if (!entry.file.ends_with(".p7s") || entry.file == kOtherMessage) {
      continue;
    }
    const auto token = x509::Timestamp::open(read_bytes(folder() / entry.file), as_bytes(kMessage));
    const bool accepted = token && token->chain_to(*roots);
    EXPECT_EQ(accepted, entry.expect == "accepted" && !kBadlySigned.contains(entry.file));
    ++judged;
  }
  EXPECT_EQ(judged, 30U);
}

}  // namespace
}  // namespace countersign::notation
