// SPDX-License-Identifier: Apache-2.0
// Law: what is no request is one of two errors of the protocol; what is one has a key, something to
// sign and few options; every error, whatever of the request it repeats, is a line of JSON.
#include <cstdlib>

#include "countersign/base/bytes.h"
#include "countersign/base/limits_signing.h"
#include "countersign/codec/json.h"
#include "countersign/plugin/options.h"
#include "countersign/plugin/request.h"

namespace {

using countersign::Bytes;
using countersign::Reason;
namespace codec = countersign::codec;
namespace limits = countersign::limits;
namespace plugin = countersign::plugin;

void require(bool law) {
  if (!law) {
    std::abort();
  }
}

void require_failure(const plugin::Failure& failure) {
  require(failure.code == plugin::ErrorCode::Validation ||
          failure.code == plugin::ErrorCode::UnsupportedContractVersion);
  const auto text = plugin::render(failure);
  const auto json = codec::Json::parse(text, {.bytes = text.size()}, Reason::Internal);
  require(json && json->find_string("errorCode") != nullptr && !text.contains('\n'));
}

void require_key(const plugin::KeyRequest& request) {
  require(!request.key_id.empty() && request.config.size() <= limits::kPluginConfig);
  if (const auto options = plugin::parse_options(request.config); !options) {
    require_failure(options.error());
  } else {
    require((options->chain == plugin::Options::Chain::File) == !options->ca_certs.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = countersign::as_text(Bytes(data, size));
  const auto key = plugin::parse_key_request(text);
  const auto signature = plugin::parse_signature_request(text);
  require(key || !signature);
  if (!key) {
    require_failure(key.error());
    return 0;
  }
  require_key(*key);
  if (!signature) {
    require_failure(signature.error());
    return 0;
  }
  require(signature->key_id == key->key_id && signature->config == key->config);
  require(!signature->payload.empty());
  return 0;
}
