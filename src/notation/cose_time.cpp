// SPDX-License-Identifier: Apache-2.0
#include "notation/cose_time.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "notation/time_range.h"

namespace countersign::notation {
namespace {

using codec::Cbor;

constexpr std::uint64_t kEpochTag = 1;
constexpr std::int64_t kFirst = kFirstTime.time_since_epoch().count();
constexpr std::int64_t kLast = kLastTime.time_since_epoch().count();

std::optional<std::int64_t> whole_seconds(const Cbor& number);

}  // namespace

Result<Time> read_cose_time(const Cbor& value, std::string_view header) {
  if (value.tag() != kEpochTag) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " is not a time under CBOR tag 1");
  }
  const auto seconds = whole_seconds(*value.tagged());
  if (!seconds || *seconds < kFirst || *seconds > kLast) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " is not a time between 1970 and 9999");
  }
  return Time(std::chrono::seconds(*seconds));
}

Result<Time> read_whole_cose_time(const Cbor& value, std::string_view header) {
  TRY(const Time time, read_cose_time(value, header));
  const auto real = value.tagged()->real();
  if (real && std::floor(*real) != *real) {
    return fail(Reason::EnvelopeInvalid,
                "header " + std::string(header) + " has a fraction of a second");
  }
  return time;
}

namespace {

std::optional<std::int64_t> whole_seconds(const Cbor& number) {
  if (const auto integer = number.integer()) {
    return integer;
  }
  const auto real = number.real();
  // Compared as a double first: the conversion of NaN or of a huge value would be undefined.
  if (!real || !(*real >= static_cast<double>(kFirst) && *real < static_cast<double>(kLast + 1))) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::floor(*real));
}

}  // namespace
}  // namespace countersign::notation
