// SPDX-License-Identifier: Apache-2.0
// Input: a vault's answer about a secret.
//
// Laws:
//   - whatever our JSON parser takes for the string "value" is what is taken out before it, but for
//     private keys; then the answer is the same document with nothing but "x" in that place;
//   - without such a string nothing is left of the answer;
//   - behind the words PRIVATE KEY nothing stands up to the next line that begins or ends a block;
//   - certificates are found or refused, and then there are some, but not many.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/net/header_reader.h"

#include "azure/secret_certificates.h"
#include "azure/secret_text.h"

namespace {

using countersign::Reason;
using countersign::Secret;
using countersign::codec::Json;
namespace azure = countersign::azure;
namespace limits = countersign::limits;

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

countersign::Result<Json> parse(const std::string& text) {
  return Json::parse(text, {.bytes = limits::kVaultAnswerBytes}, Reason::Internal);
}

void demand_no_key(std::string_view pem) {
  constexpr std::string_view kWords = "private key";
  const auto folded = countersign::net::lower(pem);
  for (auto at = folded.find(kWords); at != std::string::npos; at = folded.find(kWords, at)) {
    at += kWords.size();
    auto rest = pem.substr(at);
    rest = rest.substr(0, std::min(rest.find("-----BEGIN"), rest.find("-----END")));
    if (rest.starts_with("-----")) {
      rest.remove_prefix(5);
    }
    demand(rest.find_first_not_of(" \r\n") == std::string_view::npos);
  }
}

void demand_same_but_for_value(const Json& before, const Json& after) {
  demand(before.members().size() == after.members().size());
  for (std::size_t i = 0; i < before.members().size(); ++i) {
    const auto& [name, value] = after.members()[i];
    demand(name == before.members()[i].first);
    demand(value.value().index() == before.members()[i].second.value().index());
    demand(name != "value" || value.string()->find_first_not_of('x') == std::string::npos);
  }
}

void check(const std::string& input) {
  std::string answer = input;
  const auto taken = azure::take_secret_text(answer);
  const auto before = parse(input);
  const auto* value = before ? before->find_string("value") : nullptr;
  demand(taken || answer.empty());
  demand(!before || taken.has_value() == (value != nullptr));
  if (!taken) {
    return;
  }
  demand_no_key(taken->reveal());
  if (before) {
    auto expected = *value;
    azure::blank_private_keys(expected);
    demand(taken->reveal() == expected);
    const auto after = parse(answer);
    demand(after.has_value());
    demand_same_but_for_value(*before, *after);
  }
  for (const char* type : {"application/x-pem-file", "application/x-pkcs12"}) {
    const auto chain = azure::certificates_of(*taken, type);
    demand(!chain || (!chain->empty() && chain->size() <= limits::kVaultChain));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
