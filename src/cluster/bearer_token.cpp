// SPDX-License-Identifier: Apache-2.0
#include "cluster/bearer_token.h"

#include <algorithm>
#include <utility>

#include "countersign/base/limits.h"

namespace countersign::cluster {
namespace {

// What can stand in a header (RFC 6750's b64token and whatever else is visible).
bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char each) { return each > 0x20 && each < 0x7F; });
}

}  // namespace

Result<Secret> BearerToken::get() {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || clock_.tick() >= until_) {
    TRY(token_, read());
  }
  return token_;
}

Result<std::optional<Secret>> BearerToken::instead_of(const Secret& refused) {
  const std::lock_guard lock(mutex_);
  if (token_.reveal() == refused.reveal()) {  // else somebody has just read it again
    TRY(token_, read());
  }
  return token_.reveal() == refused.reveal() ? std::nullopt : std::optional(token_);
}

Result<Secret> BearerToken::read() {
  auto text = read_();
  if (!text) {
    return fail(Reason::BadConfig,
                "the token for the Kubernetes API server can't be read: " + text.error().detail);
  }
  if (text->ends_with('\n')) {
    text->pop_back();
  }
  Secret token(*std::move(text));
  if (!is_token(token.reveal())) {
    return fail(Reason::BadConfig, "the token file for the Kubernetes API server holds no token");
  }
  until_ = clock_.tick() + limits::kApiTokenLife;
  return token;
}

}  // namespace countersign::cluster
