// SPDX-License-Identifier: Apache-2.0
#include "countersign/codec/pem.h"

#include <optional>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/base64.h"

namespace countersign::codec {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";  // RFC 7468 section 3: W

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return line.substr(first, line.find_last_not_of(kWhiteSpace) - first + 1);
}

// Takes the first line; RFC 7468 section 3: "eol = CRLF / CR / LF".
std::string_view take_line(std::string_view& text) {
  const auto end = text.find_first_of("\r\n");
  const auto line = trimmed(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool is_boundary(std::string_view line) {
  return line.starts_with("-----BEGIN") || line.starts_with("-----END");
}

// "CERTIFICATE" of "-----BEGIN CERTIFICATE-----".
std::optional<std::string_view> label_of(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix) || !line.ends_with(kDashes) ||
      line.size() <= prefix.size() + kDashes.size()) {
    return std::nullopt;
  }
  return line.substr(prefix.size(), line.size() - prefix.size() - kDashes.size());
}

std::string quoted(std::string_view text) {
  return "\"" + log::clean(text, limits::kLogField) + "\"";
}

// The lines up to the end of the block, whose first line is taken already.
Result<std::string_view> take_body(std::string_view& text, std::string_view label, Reason reason) {
  const char* const begin = text.data();
  while (!text.empty()) {
    const auto body_size = static_cast<std::size_t>(text.data() - begin);
    const auto line = take_line(text);
    if (!is_boundary(line)) {
      continue;
    }
    if (label_of(line, kEnd) != label) {
      return fail(reason, "PEM: a block " + quoted(label) + " is followed by " + quoted(line));
    }
    return std::string_view(begin, body_size);
  }
  return fail(reason, "PEM: a block " + quoted(label) + " does not end");
}

Result<ByteVector> decode_body(std::string_view body, Reason reason) {
  std::string digits;
  digits.reserve(body.size());
  for (const char character : body) {
    if (kWhiteSpace.find(character) == std::string_view::npos) {
      digits += character;
    }
  }
  if (digits.empty()) {
    return fail(reason, "PEM: a block is empty");
  }
  return decode_base64(digits, reason);
}

}  // namespace

Result<std::vector<PemBlock>> parse_pem(std::string_view text, std::string_view wanted,
                                        OtherBlocks others, Reason reason) {
  std::vector<PemBlock> blocks;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!is_boundary(line)) {
      continue;
    }
    const auto label = label_of(line, kBegin);
    if (!label) {
      return fail(reason, "PEM: not the first line of a block: " + quoted(line));
    }
    if (*label != wanted && others == OtherBlocks::Refuse) {
      return fail(reason, "PEM: a block " + quoted(*label) + ", expected " + quoted(wanted));
    }
    TRY(const auto body, take_body(text, *label, reason));
    if (*label != wanted) {
      continue;
    }
    TRY(auto content, decode_body(body, reason));
    blocks.push_back({std::string(*label), std::move(content)});
  }
  return blocks;
}

bool looks_like_pem(std::string_view text) {
  while (!text.empty()) {
    if (take_line(text).starts_with("-----BEGIN")) {
      return true;
    }
  }
  return false;
}

}  // namespace countersign::codec
