// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 response as bytes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "countersign/base/clock.h"
#include "countersign/server/front.h"

namespace countersign::server {

struct ReplyFrame {
  enum class After : std::uint8_t { Close, KeepOpen };
  enum class Payload : std::uint8_t { Whole, HeaderOnly };  // HeaderOnly answers HEAD

  After after = After::Close;
  Payload payload = Payload::Whole;
  std::string_view allow = {};  // the methods that a 405 names
  Time now = {};
};

std::string render(const HttpReply& reply, const ReplyFrame& frame);

// The reply to a request that no handler sees: the status and one sentence, nothing of the request.
HttpReply http_error(int status);

}  // namespace countersign::server
