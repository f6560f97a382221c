// SPDX-License-Identifier: Apache-2.0
#include "notation/payload.h"

#include <string>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"

#include "samples.h"

namespace countersign::notation {
namespace {

const std::string kDigest = samples::image().digest.text();

std::string payload(const std::string& target) { return R"({"targetArtifact":)" + target + "}"; }

std::string target(const std::string& type, const std::string& digest, const std::string& size,
                   const std::string& more = "") {
  return payload(R"({"mediaType":)" + type + R"(,"digest":)" + digest + R"(,"size":)" + size +
                 more + "}");
}

const std::string kType = R"("application/vnd.oci.image.manifest.v1+json")";
const std::string kQuoted = '"' + kDigest + '"';

TEST(Payload, ReadsTheArtifactAndItsAnnotations) {
  const auto text = target(kType, kQuoted, "528", R"(,"annotations":{"stage":"prod","empty":""})");
  const auto read = parse_payload(as_bytes(text));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_TRUE(read->same_content(samples::image()));
  EXPECT_EQ(read->annotations,
            (std::map<std::string, std::string>{{"stage", "prod"}, {"empty", ""}}));
}

TEST(Payload, IgnoresUnknownMembers) {  // NV-J33 for COSE payloads
  const auto text = R"({"exp":1,"nbf":99999999999,"targetArtifact":{"x":[],"size":528,"digest":)" +
                    kQuoted + R"(,"mediaType":)" + kType + "}}";
  EXPECT_TRUE(parse_payload(as_bytes(text)));
}

TEST(Payload, IsAnObject) {
  for (const auto& text : {"[" + target(kType, kQuoted, "528") + "]", std::string("1"),
                           std::string("null"), std::string("\"text\"")}) {
    const auto read = parse_payload(as_bytes(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, Reason::EnvelopeInvalid) << text;
  }
}

struct Row {
  const char* name;
  std::string text;
};

const Row kRefused[] = {
    {"NotJson", "hello COSE"},
    {"TrailingBytes", target(kType, kQuoted, "528") + "x"},
    {"DigestTwice", target(kType, kQuoted, "528", R"(,"digest":)" + kQuoted)},  // NV-P06
    {"TargetMissing", "{}"},                                                    // NV-P04
    {"TargetNull", payload("null")},                                            // NV-P04
    {"TargetArray", payload("[]")},                                             // NV-P04
    {"TargetCase", R"({"TargetArtifact":{}})"},
    {"MediaTypeMissing", payload(R"({"digest":)" + kQuoted + R"(,"size":528})")},
    {"MediaTypeNumber", target("1", kQuoted, "528")},
    {"DigestNumber", target(kType, "1", "528")},
    {"DigestUpperCase", target(kType, R"("SHA256:)" + kDigest.substr(7) + '"', "528")},
    {"DigestWithoutAlgorithm", target(kType, '"' + kDigest.substr(7) + '"', "528")},  // NV-P05
    {"DigestUpperCaseHex",                                                            // NV-P05
     target(kType, R"("sha256:)" + std::string(64, 'A') + '"', "528")},
    {"DigestShort", target(kType, '"' + kDigest.substr(0, 70) + '"', "528")},  // NV-P05
    {"SizeMissing", payload(R"({"mediaType":)" + kType + R"(,"digest":)" + kQuoted + "}")},
    {"SizeNegative", target(kType, kQuoted, "-1")},                                    // NV-P02
    {"SizeFloat", target(kType, kQuoted, "528.0")},                                    // NV-P02
    {"SizeExponent", target(kType, kQuoted, "5.28e2")},                                // NV-P02
    {"SizeText", target(kType, kQuoted, R"("528")")},                                  // NV-P02
    {"SizeOver63Bits", target(kType, kQuoted, "9223372036854775808")},                 // NV-P02
    {"AnnotationNumber", target(kType, kQuoted, "528", R"(,"annotations":{"a":1})")},  // NV-P08
    {"AnnotationsArray", target(kType, kQuoted, "528", R"(,"annotations":["a"])")},    // NV-P08
};

TEST(Payload, RefusesEachRow) {
  for (const auto& row : kRefused) {
    const auto read = parse_payload(as_bytes(row.text));
    ASSERT_FALSE(read) << row.name;
    EXPECT_EQ(read.error().reason, Reason::PayloadMismatch) << row.name;
  }
}

}  // namespace
}  // namespace countersign::notation
