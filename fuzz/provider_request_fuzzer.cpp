// SPDX-License-Identifier: Apache-2.0
// Law: what is no request is BAD_REQUEST; a key is readable or has a fault, and what is readable is
// put together again to what was sent; every answer, whatever of the request it repeats, is JSON
// with one item for every key, in order.
#include <cstdlib>

#include "countersign/base/bytes.h"
#include "countersign/base/limits.h"
#include "countersign/codec/json.h"
#include "countersign/gatekeeper/provider_request.h"
#include "countersign/gatekeeper/provider_response.h"

namespace {

using countersign::Bytes;
using countersign::Reason;
namespace codec = countersign::codec;
namespace gatekeeper = countersign::gatekeeper;
namespace limits = countersign::limits;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

void require_key(const gatekeeper::Key& key) {
  if (key.fault) {
    require(key.fault->reason == Reason::BadReference);
    return;
  }
  require(!key.image.empty() && key.text.size() <= limits::kProviderKeyBytes);
  require(key.text ==
          (key.name_space.empty() ? key.image : "[" + key.name_space + "]" + key.image));
}

gatekeeper::Item item_of(const gatekeeper::Key& key, std::size_t number) {
  if (key.fault) {
    return gatekeeper::unreadable(key);
  }
  if (number % 2 == 1) {
    return gatekeeper::undecided(key, Reason::Overloaded, key.image);
  }
  countersign::policy::ImageResult result;
  result.image = key.image;
  result.action = countersign::policy::Action::Verify;
  result.report = countersign::fail(Reason::SignatureNotFound, key.text);
  return gatekeeper::item_of(key, result);
}

void require_answer(const std::string& text, std::span<const gatekeeper::Item> items) {
  const auto json = codec::Json::parse(
      text, {.bytes = 64 * limits::kMiB, .nodes = 64 * limits::kProviderJsonNodes},
      Reason::Internal);
  require(json.has_value());
  const auto* response = json->find("response");
  require(response != nullptr && response->find("idempotent")->boolean() == true);
  const auto answers = response->find("items")->elements();
  require(answers.size() == items.size());
  bool undecided = false;
  for (std::size_t index = 0; index < items.size(); ++index) {
    const bool open = items[index].outcome == gatekeeper::Outcome::Undecided;
    undecided = undecided || open;
    require(*answers[index].find_string("key") == items[index].key + (open ? " (transient)" : ""));
    const auto* value = answers[index].find("value");
    require((value == nullptr) == (answers[index].find("error") != nullptr));
    require(value == nullptr || value->find("isSuccess")->boolean() == false);
  }
  require((response->find("systemError") != nullptr) == undecided);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto keys = gatekeeper::parse_request(countersign::as_text(Bytes(data, size)));
  if (!keys) {
    require(keys.error().reason == Reason::BadRequest);
    return 0;
  }
  require(keys->size() <= limits::kProviderKeys);
  std::vector<gatekeeper::Item> items;
  for (const auto& key : *keys) {
    require_key(key);
    items.push_back(item_of(key, items.size()));
  }
  require_answer(
      gatekeeper::render(items, {.trace_id = "trace", .now = {}, .verifier = "notation"}), items);
  return 0;
}
