// SPDX-License-Identifier: Apache-2.0
// W3C Trace Context, level 1: which trace a request belongs to. Only for the log: nothing is
// decided by it, and it is passed on to nobody.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace countersign::server {

// Of the value of a traceparent header: 32 hexadecimal digits. nullopt when it is not valid:
//   "If the vendor failed to parse traceparent, it MUST NOT attempt to parse tracestate."
// (section 3.2.4) Then there is no trace.
[[nodiscard]] std::optional<std::string> trace_id_of(std::string_view traceparent);

}  // namespace countersign::server
