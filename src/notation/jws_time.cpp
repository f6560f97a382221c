// SPDX-License-Identifier: Apache-2.0
#include "notation/jws_time.h"

#include <string>

#include "countersign/codec/rfc3339.h"

#include "notation/time_range.h"

namespace countersign::notation {

Result<Time> read_jws_time(const codec::Json& value, std::string_view header) {
  if (value.string() == nullptr) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " is not a time of RFC 3339");
  }
  const auto time = codec::parse_rfc3339(*value.string(), Reason::EnvelopeInvalid);
  if (!time) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + ": " + time.error().detail);
  }
  if (*time < kFirstTime) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " is not a time between 1970 and 9999");
  }
  return time;
}

Result<Time> read_whole_jws_time(const codec::Json& value, std::string_view header) {
  TRY(const Time time, read_jws_time(value, header));
  if (value.string()->find('.') != std::string::npos) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " has a fraction of a second");
  }
  return time;
}

}  // namespace countersign::notation
