// SPDX-License-Identifier: Apache-2.0
// Integer labels of COSE header parameters: RFC 9052 (3.1), RFC 9338 and RFC 9360.
#pragma once
#include <cstdint>

namespace countersign::notation::label {

inline constexpr std::int64_t kAlgorithm = 1;
inline constexpr std::int64_t kCritical = 2;
inline constexpr std::int64_t kContentType = 3;
inline constexpr std::int64_t kKeyId = 4;
inline constexpr std::int64_t kIv = 5;
inline constexpr std::int64_t kPartialIv = 6;
inline constexpr std::int64_t kCountersignature = 7;
inline constexpr std::int64_t kLastReserved = 8;
inline constexpr std::int64_t kCountersignature0 = 9;
inline constexpr std::int64_t kCountersignatureV2 = 11;
inline constexpr std::int64_t kCountersignature0V2 = 12;
inline constexpr std::int64_t kX5chain = 33;

}  // namespace countersign::notation::label
