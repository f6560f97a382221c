// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/log.h"

#include <algorithm>
#include <array>
#include <utility>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "countersign/base/limits.h"

namespace countersign::log {
namespace {

// One decoded UTF-8 sequence: its length in bytes, 0 when it is not valid.
struct Sequence {
  std::size_t length = 0;
  char32_t code = 0;
};

bool continues(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

Sequence decode(std::string_view text) {
  const auto at = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) {
    return {1, lead};
  }
  struct Form {
    unsigned char mask, pattern;
    std::size_t length;
    char32_t least;
  };
  static constexpr std::array kForms{Form{0xE0, 0xC0, 2, 0x80}, Form{0xF0, 0xE0, 3, 0x800},
                                     Form{0xF8, 0xF0, 4, 0x10000}};
  for (const auto& form : kForms) {
    if ((lead & form.mask) != form.pattern) {
      continue;
    }
    if (text.size() < form.length) {
      return {};
    }
    char32_t code = lead & static_cast<unsigned char>(~form.mask);
    for (std::size_t index = 1; index < form.length; ++index) {
      if (!continues(at(index))) {
        return {};
      }
      code = (code << 6U) | (at(index) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < form.least || code > 0x10FFFF || surrogate ? Sequence{}
                                                             : Sequence{form.length, code};
  }
  return {};
}

// Characters that move the cursor, end a line or turn the direction of what follows.
bool misleads(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF;
}

void append_json(std::string& line, std::string_view text) {
  line += '"';
  for (const char character : text) {
    if (character == '"' || character == '\\') {
      line += '\\';
    }
    line += character;
  }
  line += '"';
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

std::string json_line(Level level, std::string_view message, std::initializer_list<Field> fields) {
  std::string line = R"("level":)";
  append_json(line, label(level));
  line += R"(,"message":)";
  append_json(line, message);
  for (const auto& field : fields) {
    line += ',';
    append_json(line, field.name);
    line += ':';
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_json(line, clean(*text, limits::kLogField));
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line += std::to_string(*number);
    } else {
      line += std::get<bool>(field.value) ? "true" : "false";
    }
  }
  return line;
}

std::string text_line(Level level, std::string_view message, std::initializer_list<Field> fields) {
  std::string line(label(level));
  line.append(8 - line.size(), ' ').append(message);
  for (const auto& field : fields) {
    line.append(" ").append(field.name).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      append_json(line, clean(*text, limits::kLogField));
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      line += std::to_string(*number);
    } else {
      line += std::get<bool>(field.value) ? "true" : "false";
    }
  }
  return line;
}

class StderrLogger final : public Logger {
 public:
  StderrLogger(Level least, Format format)
      : least_(least),
        format_(format),
        pool_(std::make_shared<spdlog::details::thread_pool>(limits::kLogQueue, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "countersign", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
            spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(spdlog_level(least));
    logger_->set_pattern(format == Format::Json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                                : "%Y-%m-%dT%H:%M:%S.%eZ %v",
                         spdlog::pattern_time_type::utc);
    logger_->flush_on(spdlog::level::debug);
  }

  void write(Level level, std::string_view message, std::initializer_list<Field> fields) override {
    if (level < least_) {
      return;
    }
    const auto line = format_ == Format::Json ? json_line(level, message, fields)
                                              : text_line(level, message, fields);
    logger_->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  Level least_;
  Format format_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
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
  static constexpr std::string_view kEllipsis = "...";
  std::string cleaned;
  while (!text.empty()) {
    const auto sequence = decode(text);
    const bool bad = sequence.length == 0 || misleads(sequence.code);
    const auto piece = bad ? std::string_view("?") : text.substr(0, sequence.length);
    if (cleaned.size() + piece.size() > most) {
      // Cut whole characters until the ellipsis fits.
      while (!cleaned.empty() && cleaned.size() + kEllipsis.size() > most) {
        do {
          const bool tail = continues(static_cast<unsigned char>(cleaned.back()));
          cleaned.pop_back();
          if (!tail) {
            break;
          }
        } while (!cleaned.empty());
      }
      return cleaned.append(kEllipsis.substr(0, most - std::min(most, cleaned.size())));
    }
    cleaned += piece;
    text.remove_prefix(bad ? std::max<std::size_t>(sequence.length, 1) : sequence.length);
  }
  return cleaned;
}

}  // namespace countersign::log
