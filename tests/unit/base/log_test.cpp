// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/log.h"

#include <array>
#include <limits>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "countersign/base/limits.h"
#include "countersign/base/utf8.h"

namespace countersign::log {
namespace {

using namespace std::string_view_literals;

template <class Write>
std::vector<std::string> lines_of(Level least, Format format, Write write) {
  testing::internal::CaptureStderr();
  write(*make_stderr_logger(least, format));  // its destructor writes what is queued
  const auto output = testing::internal::GetCapturedStderr();
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = output.find('\n', begin);
    EXPECT_NE(end, std::string::npos) << "the last line does not end";
    lines.push_back(output.substr(begin, end - begin));
    begin = end == std::string::npos ? output.size() : end + 1;
  }
  return lines;
}

nlohmann::json json_of(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto lines = lines_of(Level::Debug, Format::Json,
                              [&](Logger& logger) { logger.write(level, message, fields); });
  EXPECT_EQ(lines.size(), 1U);
  return nlohmann::json::parse(lines.at(0));
}

TEST(Log, WritesAnEventAsALineOfJson) {
  const auto line = json_of(Level::Warning, "refused",
                            {{"image", "nginx"}, {"count", 3}, {"cached", true}, {"left", -1}});
  EXPECT_EQ(line.size(), 7U);
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("message"), "refused");
  EXPECT_EQ(line.at("image"), "nginx");
  EXPECT_EQ(line.at("count"), 3);
  EXPECT_EQ(line.at("left"), -1);
  EXPECT_EQ(line.at("cached"), true);
  EXPECT_TRUE(line.at("time").get<std::string>().ends_with("Z"));
}

TEST(Log, WritesAnEventAsALineOfText) {
  const auto lines = lines_of(Level::Debug, Format::Text, [](Logger& logger) {
    logger.error("refused", {{"image", "a \"b\""}, {"count", 3}, {"cached", false}});
  });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].ends_with(R"(Z error   refused image="a \"b\"" count=3 cached=false)"))
      << lines[0];
}

TEST(Log, WritesLevelsFromTheLeastOn) {
  constexpr std::array kLevels{Level::Debug, Level::Info, Level::Warning, Level::Error};
  for (std::size_t least = 0; least < kLevels.size(); ++least) {
    const auto lines = lines_of(kLevels[least], Format::Text, [](Logger& logger) {
      logger.debug("d");
      logger.info("i");
      logger.warning("w");
      logger.error("e");
    });
    EXPECT_EQ(lines.size(), kLevels.size() - least);
  }
}

struct Hostile {
  std::string_view name, text;
};

// LOG-02
TEST(Log, KeepsHostileFieldsInOneLine) {
  constexpr std::array kRows{
      Hostile{"line feed", "a\n{\"level\":\"info\"}"},
      Hostile{"carriage return", "a\rb"},
      Hostile{"quotation mark", "a\",\"level\":\"info"},
      Hostile{"reverse solidus at the end", "a\\"},
      Hostile{"reverse solidus and quotation mark", "a\\\",\"b\":\""},
      Hostile{"ANSI colours", "\x1B[31mred\x1B[0m"},
      Hostile{"C1 control", "\u009B31m"},
      Hostile{"NUL", "a\0b"sv},
      Hostile{"line separator", "a\u2028b"},
      Hostile{"right-to-left override", "a\u202Eb"},
      Hostile{"format of the log library", "%v {} {0} %n"},
      Hostile{"invalid UTF-8", "a\xFF\xC0\xAF"},
      Hostile{"a registry's answer", R"({"errors":[{"code":"DENIED"}]})"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto line = json_of(Level::Info, "event", {{"text", row.text}, {"after", 1}});
    EXPECT_EQ(line.size(), 5U);
    EXPECT_EQ(line.at("level"), "info");
    EXPECT_EQ(line.at("text"), clean(row.text, limits::kLogField));
    EXPECT_EQ(line.at("after"), 1);
    const auto text = lines_of(Level::Debug, Format::Text,
                               [&](Logger& logger) { logger.info("event", {{"text", row.text}}); });
    EXPECT_EQ(text.size(), 1U);
  }
}

TEST(Log, KeepsABrokenMessageInOneLine) {
  const auto line = json_of(Level::Info, "a\n\"b\\\xFF", {});
  EXPECT_EQ(line.at("message"), "a?\"b\\?");
}

// LOG-02
TEST(Log, CutsLongFields) {
  const std::string text(limits::kMiB, 'a');
  const auto line = json_of(Level::Info, "event", {{"text", text}});
  EXPECT_EQ(line.at("text").get<std::string>().size(), limits::kLogField);
}

TEST(Log, KeepsLargeNumbers) {
  const auto line = json_of(Level::Info, "event",
                            {{"most", std::numeric_limits<std::int64_t>::max()},
                             {"least", std::numeric_limits<std::int64_t>::min()}});
  EXPECT_EQ(line.at("most"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(line.at("least"), std::numeric_limits<std::int64_t>::min());
}

TEST(Log, WritesWhatIsQueuedWhenItGoes) {
  constexpr int kLines = 1'000;
  const auto lines = lines_of(Level::Info, Format::Json, [](Logger& logger) {
    for (int index = 0; index < kLines; ++index) {
      logger.info("event", {{"index", index}});
    }
  });
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kLines));
  for (int index = 0; index < kLines; ++index) {
    EXPECT_EQ(nlohmann::json::parse(lines[static_cast<std::size_t>(index)]).at("index"), index);
  }
}

TEST(Log, TakesLinesFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kLines = 100;
  const auto lines = lines_of(Level::Info, Format::Json, [](Logger& logger) {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&logger] {
        for (int index = 0; index < kLines; ++index) {
          logger.info("event", {{"index", index}});
        }
      });
    }
  });
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(kThreads * kLines));
  for (const auto& line : lines) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
}

TEST(Log, IsSilentWhenAskedToBe) {
  testing::internal::CaptureStderr();
  make_silent_logger()->error("event", {{"text", "x"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Log, ReadsLevelsAndFormats) {
  EXPECT_EQ(parse_level("debug"), Level::Debug);
  EXPECT_EQ(parse_level("info"), Level::Info);
  EXPECT_EQ(parse_level("warning"), Level::Warning);
  EXPECT_EQ(parse_level("error"), Level::Error);
  EXPECT_EQ(parse_format("json"), Format::Json);
  EXPECT_EQ(parse_format("text"), Format::Text);
  for (const std::string_view text : {"", "Info", "warn", "INFO", "json ", "yaml"}) {
    SCOPED_TRACE(text);
    const auto level = parse_level(text);
    const auto format = parse_format(text);
    ASSERT_FALSE(level.has_value() || format.has_value());
    EXPECT_EQ(level.error().reason, Reason::BadConfig);
    EXPECT_EQ(format.error().reason, Reason::BadConfig);
  }
}

struct Cleaned {
  std::string_view name, text;
  std::size_t most;
  std::string_view cleaned;
};

// LOG-02
TEST(Log, CleansText) {
  constexpr std::array kRows{
      Cleaned{"nothing", "", 10, ""},
      Cleaned{"plain", "nginx:1.27", 10, "nginx:1.27"},
      Cleaned{"other scripts stay", "gr\u00FC\u00DFe \u65E5\u672C \U0001F600", 100,
              "gr\u00FC\u00DFe \u65E5\u672C \U0001F600"},
      Cleaned{"control characters", "a\n\r\t\0\x1B[1m\x7F"sv, 100, "a?????[1m?"},
      Cleaned{"C1 control characters", "a\u0085\u009B", 100, "a??"},
      Cleaned{"bidirectional marks", "\u061C\u200E\u200F\u202A\u202E\u2066\u2069", 100, "???????"},
      Cleaned{"line and paragraph separators", "\u2028\u2029", 100, "??"},
      Cleaned{"invisible characters", "\u00AD\u200B\u2060\uFEFF\U000E0041", 100, "?????"},
      Cleaned{"invalid bytes, one by one", "a\xFF\xC0\xAFz", 100, "a???z"},
      Cleaned{"a character cut off", "a\xE2\x82", 100, "a??"},
      Cleaned{"exactly as long", "abcdef", 6, "abcdef"},
      Cleaned{"too long", "abcdefg", 6, "abc..."},
      Cleaned{"no half characters", "ab\u20ACdefg", 7, "ab..."},
      Cleaned{"a character that just fits", "ab\u20ACdefg", 8, "ab\u20AC..."},
      Cleaned{"bad characters count as one", "\x01\x02\x03\x04\x05\x06", 5, "??..."},
      Cleaned{"room for the ellipsis only", "abcdef", 3, "..."},
      Cleaned{"less room than that", "abcdef", 2, ".."},
      Cleaned{"no room", "abcdef", 0, ""},
      Cleaned{"one long character", "\U0001F600", 3, "..."},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(clean(row.text, row.most), row.cleaned);
  }
}

TEST(Log, CleansWhateverBytesToShortUtf8) {
  std::string every;
  for (unsigned byte = 0; byte < 256; ++byte) {
    every += static_cast<char>(byte);
  }
  every += "\u20AC\U0001F600" + every;
  for (std::size_t most = 0; most < every.size() + 2; ++most) {
    const auto cleaned = clean(every, most);
    EXPECT_LE(cleaned.size(), most);
    EXPECT_TRUE(is_utf8(cleaned));
  }
}

}  // namespace
}  // namespace countersign::log
