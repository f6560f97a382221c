// SPDX-License-Identifier: Apache-2.0
#include "courier/notices.h"

#include <charconv>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/net/header_reader.h"

namespace countersign::courier {
namespace {

// RFC 7234, section 5.5: warning-value = warn-code SP warn-agent SP warn-text [ SP warn-date ].
// nullopt: not of this form, and where the next one begins can't be known.
struct WarningValue {
  std::string_view code, agent;
  std::string text;
};

std::optional<WarningValue> read_value(net::HeaderReader& reader) {
  WarningValue value;
  value.code = reader.token();
  if (!reader.skip_blanks()) {
    return std::nullopt;
  }
  value.agent = reader.until(",\"");
  if (value.agent.empty() || !reader.skip_blanks()) {
    return std::nullopt;
  }
  auto text = reader.quoted();
  if (!text) {
    return std::nullopt;
  }
  value.text = std::move(*text);
  if (reader.skip_blanks() && reader.at('"') && !reader.quoted()) {  // the date
    return std::nullopt;
  }
  return reader.at_end() || reader.at(',') ? std::optional(std::move(value)) : std::nullopt;
}

void read_header(std::string_view header, std::vector<std::string>& texts) {
  net::HeaderReader reader(header);
  for (reader.skip_commas(); !reader.at_end(); reader.skip_commas()) {
    const auto value = read_value(reader);
    if (!value) {
      return;
    }
    if (value->code == "299" && value->agent == "-" && !value->text.empty()) {
      texts.push_back(log::clean(value->text, limits::kRegistryWarningText));
    }
  }
}

}  // namespace

std::vector<std::string> warnings_of(const net::Response& response) {
  std::vector<std::string> texts;
  std::size_t room = limits::kRegistryWarningBytes;
  for (const auto& [name, value] : response.headers) {
    if (name != "warning") {
      continue;
    }
    if (value.size() > room) {
      break;
    }
    room -= value.size();
    read_header(value, texts);
  }
  return texts;
}

std::optional<std::size_t> pulls_left_of(const net::Response& response) {
  const auto* const value = response.header("ratelimit-remaining");
  if (value == nullptr) {
    return std::nullopt;
  }
  std::size_t count = 0;
  const auto* const last = value->data() + value->size();
  const auto [end, error] = std::from_chars(value->data(), last, count);
  return error == std::errc() && (end == last || *end == ';') ? std::optional(count) : std::nullopt;
}

}  // namespace countersign::courier
