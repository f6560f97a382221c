// SPDX-License-Identifier: Apache-2.0
#include "app/image_arguments.h"

#include <utility>

#include "countersign/codec/rfc3339.h"

#include "app/config_sections.h"

namespace countersign::app {
namespace {

template <class T>
Result<T> named(std::string_view option, Result<T> result) {
  if (!result) {
    return fail(Reason::BadConfig, std::string(option) + ": " + result.error().detail);
  }
  return result;
}

Result<std::map<std::string, std::string>> parse_metadata(const std::vector<std::string>& words) {
  std::map<std::string, std::string> metadata;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(Reason::BadConfig, "\"" + word + "\" is not KEY=VALUE");
    }
    if (!metadata.emplace(word.substr(0, equals), word.substr(equals + 1)).second) {
      return fail(Reason::BadConfig, word.substr(0, equals) + " is given twice");
    }
  }
  return metadata;
}

Result<Output> parse_output(std::string_view text, std::string_view for_people) {
  if (text.empty() || text == for_people) {
    return Output::Text;
  }
  if (text == "json") {
    return Output::Json;
  }
  if (text == "table" && for_people == "tree") {
    return Output::Table;
  }
  return fail(Reason::BadConfig, for_people == "tree" ? "tree, table or json is expected"
                                                      : "text or json is expected");
}

}  // namespace

Result<std::optional<Time>> parse_at(const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  TRY(const auto time, named("--at", codec::parse_rfc3339(text, Reason::BadConfig)));
  return time;
}

Result<VerifyOptions> understand(ImageWords words, std::string_view for_people) {
  auto options = std::move(words.options);
  TRY(options.at, parse_at(words.at));
  TRY(options.output, named("--output", parse_output(words.output, for_people)));
  TRY(options.metadata, named("--user-metadata", parse_metadata(words.metadata)));
  for (const auto& word : words.allowed) {
    TRY(auto range, named("--allow-address", net::AddressRange::parse(word)));
    options.allowed.push_back(range);
  }
  for (const auto& word : words.resolve) {
    TRY(auto resolve, named("--resolve", parse_resolve(word)));
    options.resolve.push_back(std::move(resolve));
  }
  if (options.references.size() == 1 && options.list_file.empty()) {
    options.reference = std::move(options.references.front());
    options.references.clear();
  }
  return options;
}

}  // namespace countersign::app
