// SPDX-License-Identifier: Apache-2.0
#include "server/trace_context.h"

#include <algorithm>

namespace countersign::server {
namespace {

constexpr std::size_t kVersion = 2;
constexpr std::size_t kTraceId = 32;
constexpr std::size_t kParentId = 16;
constexpr std::size_t kFlags = 2;
constexpr std::size_t kWhole = kVersion + 1 + kTraceId + 1 + kParentId + 1 + kFlags;

// "HEXDIGLC = DIGIT / "a" / "b" / "c" / "d" / "e" / "f" ; lowercase hex character" (3.2.2)
bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char each) { return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f'); });
}

bool is_id(std::string_view text) {  // "All bytes as zero [...] is considered an invalid value."
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<std::string> trace_id_of(std::string_view traceparent) {
  if (traceparent.size() < kWhole) {
    return std::nullopt;
  }
  const auto version = traceparent.substr(0, kVersion);
  const auto trace = traceparent.substr(kVersion + 1, kTraceId);
  const auto parent = traceparent.substr(kVersion + 1 + kTraceId + 1, kParentId);
  const auto flags = traceparent.substr(kWhole - kFlags, kFlags);
  const bool dashed = traceparent[kVersion] == '-' && traceparent[kVersion + 1 + kTraceId] == '-' &&
                      traceparent[kWhole - kFlags - 1] == '-';
  // A later version may say more, behind another dash.
  const bool ended =
      traceparent.size() == kWhole || (version != "00" && traceparent[kWhole] == '-');
  if (!dashed || !ended || !is_hex(version) || version == "ff" || !is_id(trace) || !is_id(parent) ||
      !is_hex(flags)) {
    return std::nullopt;
  }
  return std::string(trace);
}

}  // namespace countersign::server
