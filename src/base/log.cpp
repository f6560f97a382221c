// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/log.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <unistd.h>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "countersign/base/limits.h"
#include "countersign/base/utf8.h"

#include "base/line_writer.h"

namespace countersign::log {
namespace {

// Characters that move the cursor, end a line, turn the direction of what follows or can't be seen.
bool misleads(char32_t code) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array kRanges{
      Range{0x0000, 0x001F}, Range{0x007F, 0x009F}, Range{0x00AD, 0x00AD},  Range{0x061C, 0x061C},
      Range{0x180E, 0x180E}, Range{0x200B, 0x200F}, Range{0x2028, 0x202E},  Range{0x2060, 0x206F},
      Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE007F}};
  return std::ranges::any_of(
      kRanges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

struct Piece {
  std::string_view shown;
  std::size_t length = 0;  // of the text that it stands for
};

// Of a text that is not empty: all printable ASCII at its beginning, which is nearly always all
// there is, or one character.
Piece first_piece(std::string_view text) {
  const auto plain = static_cast<std::size_t>(
      std::ranges::find_if(text, [](char each) { return each < 0x20 || each > 0x7E; }) -
      text.begin());
  if (plain > 0) {
    return {text.substr(0, plain), plain};
  }
  const auto character = first_utf8_character(text);
  if (character.length > 0 && !misleads(character.code)) {
    return {text.substr(0, character.length), character.length};
  }
  return {"?", std::max<std::size_t>(character.length, 1)};
}

// Cuts whole characters until the ellipsis fits.
std::string with_ellipsis(std::string text, std::size_t most) {
  static constexpr std::string_view kEllipsis = "...";
  std::size_t kept = std::min(text.size(), most - std::min(most, kEllipsis.size()));
  while (kept < text.size() && kept > 0 &&
         (static_cast<unsigned char>(text[kept]) & 0xC0U) == 0x80U) {
    --kept;
  }
  text.resize(kept);
  return text.append(kEllipsis.substr(0, most - kept));
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char each) { return each >= 0x20 && each <= 0x7E; });
}

// The text is clean or ours: no control characters.
void append_json(std::string& line, std::string_view text) {
  line += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::ranges::find_if(text, [](char each) { return each == '"' || each == '\\'; }) -
        text.begin());
    line.append(text.substr(0, plain));
    if (plain == text.size()) {
      break;
    }
    line.append({'\\', text[plain]});
    text.remove_prefix(plain + 1);
  }
  line += '"';
}

// Of any origin. What is clean as it stands, which is nearly everything, needs no copy.
void append_cleaned_json(std::string& line, std::string_view text) {
  if (text.size() <= limits::kLogField && is_printable_ascii(text)) {
    append_json(line, text);
  } else {
    append_json(line, clean(text, limits::kLogField));
  }
}

std::string_view label(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warning:
      return "warning";
    case Level::Error:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_value(std::string& line, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_cleaned_json(line, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
    line += std::to_string(*number);
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}

std::string json_line(Level level, std::string_view message, std::initializer_list<Field> fields) {
  static constexpr std::size_t kUsualLine = 512;  // of a decision
  std::string line;
  line.reserve(kUsualLine);
  line += R"("level":)";
  append_json(line, label(level));
  line += R"(,"message":)";
  append_cleaned_json(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_json(line, field.name);
    line += ':';
    append_value(line, field);
  }
  return line;
}

std::string text_line(Level level, std::string_view message, std::initializer_list<Field> fields) {
  static constexpr std::size_t kLabelWidth = 8;
  std::string line(label(level));
  line.append(kLabelWidth - line.size(), ' ').append(clean(message, limits::kLogField));
  for (const auto& field : fields) {
    line.append(" ").append(field.name).append("=");
    append_value(line, field);
  }
  return line;
}

class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::uint64_t dropped() const { return writer_.dropped(); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    writer_.write({line.data(), line.size()}, message.level >= spdlog::level::warn
                                                  ? LineWriter::Urgency::AtOnce
                                                  : LineWriter::Urgency::CanWait);
  }
  void flush_() override {}

 private:
  LineWriter writer_{STDERR_FILENO};
};

class StderrLogger final : public Logger {
 public:
  StderrLogger(Level least, Format format)
      : least_(least),
        format_(format),
        sink_(std::make_shared<StderrSink>()),
        logger_("countersign", sink_) {
    logger_.set_level(spdlog_level(least));
    logger_.set_pattern(format == Format::Json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                               : "%Y-%m-%dT%H:%M:%S.%eZ %v",
                        spdlog::pattern_time_type::utc);
  }

  void write(Level level, std::string_view message, std::initializer_list<Field> fields) override {
    if (level < least_) {
      return;
    }
    const auto line = format_ == Format::Json ? json_line(level, message, fields)
                                              : text_line(level, message, fields);
    logger_.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }
  std::uint64_t dropped() const override { return sink_->dropped(); }

 private:
  Level least_;
  Format format_;
  std::shared_ptr<StderrSink> sink_;
  spdlog::logger logger_;
};

class SilentLogger final : public Logger {
 public:
  void write(Level, std::string_view, std::initializer_list<Field>) override {}
};

}  // namespace

Result<Level> parse_level(std::string_view text) {
  for (const auto level : {Level::Debug, Level::Info, Level::Warning, Level::Error}) {
    if (text == label(level)) {
      return level;
    }
  }
  return fail(Reason::BadConfig, "log level must be debug, info, warning or error, not \"" +
                                     clean(text, limits::kLogField) + "\"");
}

Result<Format> parse_format(std::string_view text) {
  if (text == "json") {
    return Format::Json;
  }
  if (text == "text") {
    return Format::Text;
  }
  return fail(Reason::BadConfig,
              "log format must be json or text, not \"" + clean(text, limits::kLogField) + "\"");
}

std::unique_ptr<Logger> make_stderr_logger(Level least, Format format) {
  return std::make_unique<StderrLogger>(least, format);
}

std::unique_ptr<Logger> make_silent_logger() { return std::make_unique<SilentLogger>(); }

std::string clean(std::string_view text, std::size_t most) {
  std::string cleaned;
  while (!text.empty()) {
    const auto piece = first_piece(text);
    if (cleaned.size() + piece.shown.size() > most) {
      cleaned.append(piece.shown.substr(0, most - cleaned.size()));
      return with_ellipsis(std::move(cleaned), most);
    }
    cleaned += piece.shown;
    text.remove_prefix(piece.length);
  }
  return cleaned;
}

}  // namespace countersign::log
