// SPDX-License-Identifier: Apache-2.0
#include "server/body_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace countersign::server {
namespace {

using Progress = BodyReader::Progress;

constexpr Bounds kBounds{.header_bytes = 40, .body_bytes = 16};

struct Outcome {
  Progress progress = Progress::NeedMore;
  int status = 0;
  std::string body;
  std::string rest;
  bool operator==(const Outcome&) const = default;
};

// A refusal's rest is of no use to anybody.
Outcome read(BodyReader reader, std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  while (outcome.progress == Progress::NeedMore && !bytes.empty()) {
    auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    outcome.progress = reader.feed(part, outcome.body);
    outcome.rest = std::string(part) + std::string(bytes);
  }
  if (outcome.progress == Progress::Refused) {
    outcome.body.clear();
    outcome.rest.clear();
  }
  outcome.status = reader.status();
  return outcome;
}

struct Case {
  std::string name;
  std::string bytes;
  Outcome expected;
};

TEST(BodyReader, DecodesChunksInWhateverPieces) {
  const Outcome bad{Progress::Refused, 400, "", ""};
  const Outcome large{Progress::Refused, 413, "", ""};
  const std::vector<Case> cases{
      {"nothing", "0\r\n\r\nNEXT", {Progress::Complete, 0, "", "NEXT"}},
      {"two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", {Progress::Complete, 0, "abcde", ""}},
      {"line ends inside", "4\r\n\r\n\r\n\r\n0\r\n\r\n", {Progress::Complete, 0, "\r\n\r\n", ""}},
      {"digits", "00A\r\n0123456789\r\n00\r\n\r\n", {Progress::Complete, 0, "0123456789", ""}},
      {"extensions", "1;a=b;c=\"d\"\r\nx\r\n0;e\r\n\r\n", {Progress::Complete, 0, "x", ""}},
      {"trailers", "0\r\nA: b\r\nC: d\r\n\r\nN", {Progress::Complete, 0, "", "N"}},
      {"unfinished", "3\r\nabc\r\n0\r\n", {Progress::NeedMore, 0, "abc", ""}},
      {"as much as may be",
       "10\r\n0123456789abcdef\r\n0\r\n\r\n",
       {Progress::Complete, 0, "0123456789abcdef", ""}},
      {"one more", "10\r\n0123456789abcdef\r\n1\r\n", large},
      {"one large chunk", "11\r\n", large},
      {"the largest chunk", "ffffffffffffffff\r\n", large},
      {"larger than numbers go", "10000000000000000\r\n", bad},
      {"no size", "\r\n", bad},
      {"only an extension", ";a\r\n", bad},
      {"a sign", "+1\r\nx\r\n", bad},
      {"a minus", "-1\r\nx\r\n", bad},
      {"a prefix", "0x1\r\nx\r\n", bad},
      {"space before the size", " 1\r\nx\r\n", bad},
      {"space behind the size", "1 \r\nx\r\n", bad},
      {"a bare line feed", "1\nx\r\n", bad},
      {"a chunk longer than its size", "1\r\nxy\r\n0\r\n\r\n", bad},
      {"a long extension", "1;" + std::string(60, 'a') + "\r\n", bad},
      {"a long extension without an end", "1;" + std::string(60, 'a'), bad},
      {"a long trailer", "0\r\nA: " + std::string(60, 'a'), bad},
  };
  for (const auto& row : cases) {
    for (std::size_t piece = 1; piece <= row.bytes.size(); ++piece) {
      EXPECT_EQ(read(BodyReader::chunked(kBounds), row.bytes, piece), row.expected)
          << row.name << ", " << piece << " bytes at a time";
    }
  }
}

TEST(BodyReader, CountsSizedBodies) {
  struct Row {
    std::uint64_t length;
    std::string bytes;
    Outcome expected;
  };
  const std::vector<Row> rows{
      {3, "abcNEXT", {Progress::Complete, 0, "abc", "NEXT"}},
      {3, "ab", {Progress::NeedMore, 0, "ab", ""}},
      {16, "0123456789abcdef", {Progress::Complete, 0, "0123456789abcdef", ""}},
      {17, "x", {Progress::Refused, 413, "", ""}},
      {~std::uint64_t{0}, "x", {Progress::Refused, 413, "", ""}},
  };
  for (const auto& row : rows) {
    for (std::size_t piece = 1; piece <= row.bytes.size(); ++piece) {
      EXPECT_EQ(read(BodyReader::sized(row.length, kBounds), row.bytes, piece), row.expected)
          << row.length << ", " << piece << " bytes at a time";
    }
  }
}

TEST(BodyReader, IsDoneWithAnEmptyBodyAtOnce) {
  auto reader = BodyReader::sized(0, kBounds);
  std::string_view bytes = "NEXT";
  std::string body;
  EXPECT_EQ(reader.feed(bytes, body), Progress::Complete);
  EXPECT_EQ(bytes, "NEXT");
}

}  // namespace
}  // namespace countersign::server
