// SPDX-License-Identifier: Apache-2.0
#include "azure/answer_document.h"

#include <utility>

#include "countersign/base/limits.h"

#include "azure/object_name.h"

namespace countersign::azure {
namespace {

Result<AnswerDocument> read(std::string_view answer, const Resource& asked, const Vault& vault) {
  TRY(auto json, codec::Json::parse(answer, {.bytes = limits::kVaultAnswerBytes},
                                    Reason::KeyVaultUnavailable));
  const auto* url = json.find_string("id");
  TRY(auto id, parse_object_id(url != nullptr ? *url : "", vault, asked.kind));
  if (!same_name(id.name, asked.name) || id.version.empty() ||
      (!asked.version.empty() && id.version != asked.version)) {
    return fail(Reason::KeyVaultUnavailable, "it is about another object");
  }
  TRY(const auto attributes, read_attributes(json));
  return AnswerDocument{std::move(json), std::move(id.version), attributes};
}

}  // namespace

Result<AnswerDocument> read_document(std::string_view answer, const Resource& asked,
                                     const Vault& vault) {
  auto document = read(answer, asked, vault);
  if (!document) {
    document.error().detail =
        vault.host + " answers nonsense for " + text_of(asked) + ": " + document.error().detail;
  }
  return document;
}

std::string key_id_in(const AnswerDocument& document) {
  const auto* id = document.json.find_string("kid");
  return id != nullptr ? *id : std::string();
}

std::string unusable(const Resource& asked, const Vault& vault, std::string_view why) {
  return vault.host + ": " + text_of(asked) + " can't be used: " + std::string(why);
}

}  // namespace countersign::azure
