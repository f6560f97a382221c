// SPDX-License-Identifier: Apache-2.0
// No review, however spoilt, is read so that an image may run unjudged: held against a second
// reader (support/flat_review.h). fuzz/admission_review_fuzzer.cpp does the same for as long as it
// is left.
#include <cstring>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "support/flat_review.h"
#include "support/test_data.h"
#include "unit/kube/request.h"

namespace countersign::kube {
namespace {

std::vector<std::string> seeds() {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(support::test_data("kube"))) {
    if (exists(entry.path() / "review.json")) {
      seeds.push_back(
          support::read_test_data("kube/" + entry.path().filename().string() + "/review.json"));
    }
  }
  const auto spec = R"({"containers":[{"name":"a","image":"x"},{"name":"b","image":"y"}],
      "initContainers":[{"name":"i","image":"x"}],"ephemeralContainers":[{"name":"e","image":"x"}],
      "volumes":[{"name":"v","image":{"reference":"x"}},{"name":"w","image":{"reference":"y"}}]})";
  seeds.push_back(changed([&](Request& r) {
                    r.operation = R"("UPDATE")";
                    r.object = r.old_object = pod(spec);
                  }).text());
  seeds.push_back(changed([&](Request& r) {
                    r.operation = R"("UPDATE")";
                    r.kind = R"({"group":"batch","version":"v1","kind":"CronJob"})";
                    r.resource = R"({"group":"batch","version":"v1","resource":"cronjobs"})";
                    r.object = r.old_object =
                        R"({"spec":{"jobTemplate":{"spec":{"template":{"spec":)" +
                        std::string(spec) + "}}}}}";
                  }).text());
  std::ranges::sort(seeds);  // a folder has no order
  return seeds;
}

// Changes of a kind that leaves many reviews readable.
class Spoiler {
 public:
  std::string spoil(std::string text) {
    const auto times = 1 + below(2);
    for (std::size_t count = 0; count < times; ++count) {
      change(text);
    }
    return text;
  }

 private:
  struct Range {
    std::size_t at = 0, size = 0;
  };

  std::size_t below(std::size_t most) { return random_() % std::max<std::size_t>(most, 1); }

  void change(std::string& text) {
    static constexpr std::string_view kNames[] = {"\"x\"",
                                                  "\"y\"",
                                                  "\"image\"",
                                                  "\"name\"",
                                                  "\"containers\"",
                                                  "\"UPDATE\"",
                                                  "\"CREATE\"",
                                                  "\"DELETE\"",
                                                  "\"status\"",
                                                  "\"Pod\"",
                                                  "\"reference\"",
                                                  "\"volumes\"",
                                                  "\"e\"",
                                                  "\"v\"",
                                                  "\"spec\"",
                                                  "\"template\"",
                                                  "\"\"",
                                                  "\"object\"",
                                                  "\"oldObject\"",
                                                  "\"initContainers\"",
                                                  "\"ephemeralContainers\""};
    static constexpr std::string_view kValues[] = {"null", "{}", "[]", "1", "\"\"", "true"};
    switch (below(6)) {
      case 0:
      case 1:  // another name or text
        replace(text, literal(text), kNames[below(std::size(kNames))]);
        break;
      case 2: {  // one of its own in the place of another
        const auto from = literal(text);
        replace(text, literal(text), text.substr(from.at, from.size));
        break;
      }
      case 3:
        replace(text, literal(text), kValues[below(std::size(kValues))]);
        break;
      case 4: {  // an object twice, as in a list
        const auto object = braces(text);
        text.insert(object.at, text.substr(object.at, object.size) + ",");
        break;
      }
      default:
        text[below(text.size())] = static_cast<char>(random_());
        break;
    }
  }

  static void replace(std::string& text, Range range, std::string_view with) {
    text.replace(range.at, range.size, with);
  }

  // A name or text with its quotation marks.
  Range literal(const std::string& text) {
    auto at = below(text.size());
    do {
      at = text.find('"', at + 1);
    } while (at != std::string::npos && at > 0 && !std::strchr("{[,: \n", text[at - 1]));
    const auto end = at == std::string::npos ? at : text.find('"', at + 1);
    return end == std::string::npos ? Range{} : Range{at, end + 1 - at};
  }

  Range braces(const std::string& text) {
    const auto at = text.find('{', below(text.size()));
    std::size_t depth = 0;
    for (auto end = at; end < text.size(); ++end) {
      depth += text[end] == '{' ? 1U : 0U;
      depth -= text[end] == '}' && depth > 0 ? 1U : 0U;
      if (depth == 0) {
        return {at, end + 1 - at};
      }
    }
    return {};
  }

  std::mt19937 random_{20261130};
};

TEST(ReviewLaw, HoldsForWhatAnApiServerSends) {
  for (const auto& seed : seeds()) {
    const auto review = parse_review(seed, {});
    EXPECT_TRUE(review);
    EXPECT_EQ(support::FlatReview(seed).fault(review), "") << seed;
  }
}

TEST(ReviewLaw, TheSecondReaderSeesWhatIsMissing) {
  const auto seed = Request().text();
  auto review = parse_review(seed, {});
  ASSERT_TRUE(review);
  review->images[0].image = "other";
  EXPECT_NE(support::FlatReview(seed).fault(review), "");
  review->images.clear();
  EXPECT_NE(support::FlatReview(seed).fault(review), "");
}

TEST(ReviewLaw, HoldsForSpoiltReviews) {
  constexpr int kRounds = 80;              // of each seed; the fuzzer does millions
  constexpr std::size_t kLongest = 4'000;  // bytes; the others only take longer
  Spoiler spoiler;
  std::size_t readable = 0, unreadable = 0;
  for (const auto& seed : seeds()) {
    if (seed.size() > kLongest) {
      continue;
    }
    for (int round = 0; round < kRounds; ++round) {
      const auto body = spoiler.spoil(seed);
      const auto review = parse_review(body, {});
      ++(review ? readable : unreadable);
      ASSERT_EQ(support::FlatReview(body).fault(review), "") << body;
    }
  }
  EXPECT_GT(readable, 300U);
  EXPECT_GT(unreadable, 100U);
}

}  // namespace
}  // namespace countersign::kube
