// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "countersign/base/limits.h"
#include "countersign/kube/admission_review.h"

#include "support/test_data.h"

namespace countersign::kube {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

DeniedImage unsigned_web() {
  return {Reason::SignatureNotFound,
          "spec.containers[0].image",
          "web",
          "myacr.azurecr.io/web:1.2",
          kDigest,
          "prod",
          "no Notation signature is attached"};
}

// The one place where the wording is pinned.
TEST(Message, TheWordingIsPinned) {
  auto sidecar = unsigned_web();
  sidecar.field = "spec.initContainers[0].image";
  sidecar.container = "proxy";
  const DeniedImage volume{Reason::RegistryThrottled,
                           "spec.volumes[2].image.reference",
                           "model",
                           "ghcr.io/team/model@" + kDigest,
                           kDigest,
                           "",
                           ""};
  const DeniedImage local{Reason::LocalImageId,
                          "spec.containers[1].image",
                          "",
                          "sha256:ab12",
                          "",
                          "",
                          "a local image id, not a reference"};
  const struct {
    const char* file;
    std::string message;
  } rows[] = {
      {"one-unsigned", denial_message({unsigned_web()}, 2, "705ab4f5")},
      {"several", denial_message({unsigned_web(), sidecar, volume, local}, 4, "705ab4f5")},
      {"review",
       denial_message(Error{Reason::BadRequest, "spec.containers is not an array"}, "705ab4f5")},
      {"unsupported", denial_message(Error{Reason::UnsupportedResource, ""}, "")},
      {"warning", warning_text(unsigned_web())},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(row.message + "\n",
              support::read_test_data("kube/denial/" + std::string(row.file) + ".txt"))
        << row.file;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char character : text) {
    if (character == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += character;
    }
  }
  return lines;
}

std::size_t entries_of(const std::string& message) {
  const auto lines = lines_of(message);
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [](const auto& line) { return line.starts_with("- "); }));
}

TEST(Message, NamesEveryImageWhileThereIsRoom) {  // AW-31, ADM-19
  std::vector<DeniedImage> denied(3, unsigned_web());
  denied[1].field = "spec.containers[2].image";
  denied[2].field = "spec.containers[4].image";
  const auto message = denial_message(denied, 5, "1");
  EXPECT_TRUE(message.starts_with("3 of 5 images rejected"));
  EXPECT_EQ(entries_of(message), 3U);
  for (const auto& image : denied) {
    EXPECT_NE(message.find(image.field), std::string::npos) << image.field;
  }
}

TEST(Message, ManyImagesAreCounted) {  // AW-32
  for (const std::size_t count : {10U, 12U, 13U, 14U, 15U, 200U, 1000U}) {
    std::vector<DeniedImage> denied(count, unsigned_web());
    const auto message = denial_message(denied, count, "705ab4f5");
    EXPECT_LE(message.size(), limits::kDenialBytes) << count;
    const auto lines = lines_of(message);
    const auto listed = entries_of(message);
    if (listed < count) {
      EXPECT_EQ(lines.back(), "- and " + std::to_string(count - listed + 1) + " more") << count;
    }
  }
}

TEST(Message, TheFirstImageIsCompleteWhateverItIsCalled) {  // AW-32
  const std::string wide(2'000, '\xC3');
  std::string emoji;
  for (int count = 0; count < 1'000; ++count) {
    emoji += "\xF0\x9F\x98\x80";
  }
  for (const auto& text : {std::string(4 * limits::kKiB, 'x'), wide, emoji}) {
    for (const auto reason : all_reasons()) {
      const DeniedImage image{reason, text, text, text, text, text, text};
      const auto message = denial_message({image, image}, 1000, text);
      EXPECT_LE(message.size(), limits::kDenialBytes);
      const auto lines = lines_of(message);
      ASSERT_GE(lines.size(), 2U);
      EXPECT_LE(lines[0].size() + lines[1].size() + 1, 900U) << wire_name(reason);
      EXPECT_TRUE(lines[1].starts_with("- " + std::string(wire_name(reason))));
      EXPECT_TRUE(lines[1].ends_with("\"]"));
      EXPECT_LE(denial_message(Error{reason, text}, text).size(), limits::kDenialBytes);
    }
  }
}

TEST(Message, TextOfAPodCanNotForgeAMessage) {  // AW-33
  auto image = unsigned_web();
  image.container = "web\" ok\n- TRUSTED";
  image.image = "a\nb\x1B[2J\xE2\x80\xAE:1";
  image.detail = "x\r\n2 of 2 images accepted";
  image.policy = "p\"]\n";
  const auto message = denial_message({image}, 1, "id\n");
  EXPECT_EQ(lines_of(message).size(), 3U);
  EXPECT_EQ(message.find_first_of("\r\x1B"), std::string::npos);
  EXPECT_EQ(message.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(message.find("\"web' ok?- TRUSTED\""), std::string::npos) << message;
  EXPECT_EQ(warning_text(image).find_first_of("\n\x1B"), std::string::npos);
}

TEST(Message, EveryReasonHasANextStep) {
  for (const auto reason : all_reasons()) {
    auto image = unsigned_web();
    image.reason = reason;
    const auto lines = lines_of(denial_message({image}, 1, "1"));
    ASSERT_EQ(lines.size(), 3U) << wire_name(reason);
    EXPECT_TRUE(lines[2].starts_with("  Next: ")) << wire_name(reason);
    EXPECT_GT(lines[2].size(), 12U) << wire_name(reason);
  }
}

TEST(Message, ADigestIsNotSaidTwice) {
  auto image = unsigned_web();
  image.image = "myacr.azurecr.io/web@" + kDigest;
  const auto message = denial_message({image}, 1, "1");
  EXPECT_EQ(message.find(kDigest), message.rfind(kDigest));
  EXPECT_NE(denial_message({unsigned_web()}, 1, "1").find("web:1.2@" + kDigest), std::string::npos);
}

TEST(Message, AWarningLosesTheMiddleOfItsImageOnly) {  // AW-37
  auto image = unsigned_web();
  image.field = "spec.jobTemplate.spec.template.spec.ephemeralContainers[999].image";
  image.image = "registry.example/" + std::string(500, 'p') + ":tag";
  for (const auto reason : all_reasons()) {
    image.reason = reason;
    const auto warning = warning_text(image);
    EXPECT_LE(warning.size(), limits::kWarningCharacters) << warning;
    EXPECT_TRUE(warning.starts_with("countersign: would deny: " + std::string(wire_name(reason)) +
                                    " " + image.field + " "))
        << warning;
  }
  image.field = "spec.containers[0].image";
  EXPECT_TRUE(warning_text(image).ends_with("ppp:tag")) << warning_text(image);
  EXPECT_EQ(warning_text(image).size(), limits::kWarningCharacters);
}

}  // namespace
}  // namespace countersign::kube
