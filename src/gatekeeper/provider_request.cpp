// SPDX-License-Identifier: Apache-2.0
#include "countersign/gatekeeper/provider_request.h"

#include <algorithm>
#include <array>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/codec/json.h"

namespace countersign::gatekeeper {
namespace {

using codec::Json;

constexpr std::array<std::string_view, 2> kVersions{"externaldata.gatekeeper.sh/v1beta1",
                                                    "externaldata.gatekeeper.sh/v1alpha1"};

Result<const Json*> find_keys(const Json& document);
Key read_key(const std::string& text);

std::unexpected<Error> bad(std::string detail) {
  return fail(Reason::BadRequest, std::move(detail));
}

}  // namespace

Result<std::vector<Key>> parse_request(std::string_view json) {
  TRY(const auto document, Json::parse(json,
                                       {.bytes = limits::kProviderRequestBytes,
                                        .depth = limits::kProviderJsonDepth,
                                        .nodes = limits::kProviderJsonNodes},
                                       Reason::BadRequest));
  TRY(const auto* const list, find_keys(document));
  std::vector<Key> keys;
  if (list == nullptr) {
    return keys;
  }
  if (list->elements().size() > limits::kProviderKeys) {
    return bad("more than " + std::to_string(limits::kProviderKeys) + " keys");
  }
  keys.reserve(list->elements().size());
  for (const auto& element : list->elements()) {
    if (element.string() == nullptr) {
      return bad("request.keys[" + std::to_string(keys.size()) + "] is not a string");
    }
    keys.push_back(read_key(*element.string()));
  }
  return keys;
}

namespace {

// Null when there are none: an empty list is left out by who writes the request.
Result<const Json*> find_keys(const Json& document) {
  const auto* version = document.find_string("apiVersion");
  const auto* kind = document.find_string("kind");
  if (version == nullptr || std::ranges::find(kVersions, *version) == kVersions.end() ||
      kind == nullptr || *kind != "ProviderRequest") {
    return bad("not a ProviderRequest of externaldata.gatekeeper.sh v1beta1 or v1alpha1");
  }
  const auto* request = document.find("request");
  if (request == nullptr || !request->is_object()) {
    return bad("request is not an object");
  }
  const auto* keys = request->find("keys");
  if (keys == nullptr || keys->is_null()) {
    return nullptr;
  }
  if (!keys->is_array()) {
    return bad("request.keys is not an array");
  }
  return keys;
}

// RFC 1123: the name of a namespace is a DNS label.
bool is_namespace(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= limits::kHostLabel && text.front() != '-' &&
         text.back() != '-' && std::ranges::all_of(text, inner);
}

Key faulty(const std::string& text, std::string detail) {
  return {.text = text,
          .name_space = {},
          .image = {},
          .fault = Error{Reason::BadReference, std::move(detail)}};
}

Key read_key(const std::string& text) {
  if (text.size() > limits::kProviderKeyBytes) {
    return faulty(text, "a key of " + std::to_string(text.size()) + " bytes");
  }
  Key key{.text = text, .name_space = {}, .image = text};
  if (text.starts_with('[')) {
    const auto end = std::min(text.find(']'), text.size());
    const auto inside = text.substr(1, end - 1);
    if (is_namespace(inside) && end < text.size()) {
      key.name_space = inside;
      key.image = text.substr(end + 1);
    } else if (inside.find(':') == std::string::npos) {  // "[::1]" begins the reference itself
      return faulty(text, "the key begins with what is no namespace");
    }
  }
  return key.image.empty() ? faulty(text, "the key names no image") : key;
}

}  // namespace
}  // namespace countersign::gatekeeper
