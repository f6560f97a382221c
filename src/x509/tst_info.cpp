// SPDX-License-Identifier: Apache-2.0
#include "x509/tst_info.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/limits.h"

#include "x509/der.h"
#include "x509/signature_method.h"

namespace countersign::x509 {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kBaselinePolicy = "0.4.0.2023.1.1";  // ETSI EN 319 421
constexpr seconds kBaselineAccuracy{1};
constexpr std::size_t kFractionDigits = 9;  // nanoseconds

struct Imprint {
  crypto::HashAlgorithm hash;
  Bytes value;
};
struct Instant {
  Time second;
  nanoseconds fraction;
};

Result<Imprint> read_imprint(Bytes message_imprint);
Result<Instant> read_instant(const Der& time);
Result<microseconds> read_accuracy(const std::optional<Der>& accuracy);
Result<void> check_extensions(const std::optional<Der>& extensions);

}  // namespace

Time TstInfo::generated_before() const { return second + std::chrono::ceil<seconds>(fraction); }
Time TstInfo::earliest() const { return second + std::chrono::floor<seconds>(fraction - accuracy); }
Time TstInfo::latest() const { return second + std::chrono::ceil<seconds>(fraction + accuracy); }

Result<TstInfo> read_tst_info(Bytes content) {
  const auto sequence = is_der(content) ? content_of(content, der::kSequence) : std::nullopt;
  DerReader fields(sequence.value_or(Bytes{}));
  const auto version = fields.take(der::kInteger);
  const auto policy = fields.take(der::kObjectIdentifier);
  const auto message_imprint = fields.take(der::kSequence);
  const auto serial = fields.take(der::kInteger);
  const auto time = fields.take(der::kGeneralizedTime);
  const auto stated_accuracy = fields.take(der::kSequence);
  fields.take(der::kBoolean);  // ordering
  const auto nonce = fields.take(der::kInteger);
  fields.take(der::constructed(0));  // tsa: "a hint", not a name to believe
  const auto extensions = fields.take(der::constructed(1));
  if (!version || !policy || !message_imprint || !serial || !time || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "TSTInfo of the timestamp is malformed");
  }
  if (integer(version->content) != kVersion) {
    return fail(Reason::TimestampInvalid, "TSTInfo of the timestamp is not of version 1");
  }
  TRY(const auto imprint, read_imprint(message_imprint->content));
  TRY(const auto instant, read_instant(*time));
  TRY(auto accuracy, read_accuracy(stated_accuracy));
  if (accuracy == microseconds::zero() && dotted(policy->content) == kBaselinePolicy) {
    accuracy = kBaselineAccuracy;  // "an accuracy of 1 second or better" is the policy's promise
  }
  TRY_VOID(check_extensions(extensions));
  return TstInfo{.hash = imprint.hash,
                 .imprint = imprint.value,
                 .serial = serial->content,
                 .nonce = nonce ? std::optional(nonce->content) : std::nullopt,
                 .second = instant.second,
                 .fraction = instant.fraction,
                 .accuracy = accuracy};
}

namespace {

// MessageImprint ::= SEQUENCE { hashAlgorithm, hashedMessage OCTET STRING }
Result<Imprint> read_imprint(Bytes message_imprint) {
  DerReader fields(message_imprint);
  const auto algorithm = fields.take(der::kSequence);
  const auto value = fields.take(der::kOctetString);
  const auto hash = algorithm ? hash_method(algorithm->whole) : std::nullopt;
  if (!hash) {
    return fail(Reason::TimestampInvalid, "timestamp's imprint has a weak or unknown hash");
  }
  if (!value || !fields.empty() || value->content.size() != crypto::hash_size(*hash)) {
    return fail(Reason::TimestampInvalid, "timestamp's imprint does not have the hash's length");
  }
  return Imprint{*hash, value->content};
}

// "0.123" as nanoseconds; X.690, 11.7.3: "shall omit all trailing zeros", and the point, too.
std::optional<nanoseconds> read_fraction(std::string_view digits) {
  if (digits.empty() || digits.size() > kFractionDigits || digits.back() == '0' ||
      !std::ranges::all_of(digits, [](char digit) { return digit >= '0' && digit <= '9'; })) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (std::size_t i = 0; i < kFractionDigits; ++i) {
    value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return nanoseconds(value);
}

// YYYYMMDDhhmmss[.s...]Z: certificates have the same without a fraction.
Result<Instant> read_instant(const Der& time) {
  const std::string_view text = as_text(time.content);
  const auto point = text.find('.');
  std::string whole(text);
  std::optional fraction = nanoseconds::zero();
  if (point != std::string_view::npos) {
    whole = std::string(text.substr(0, point)) + "Z";
    const auto rest = text.substr(point + 1);
    fraction = rest.ends_with('Z') ? read_fraction(rest.substr(0, rest.size() - 1)) : std::nullopt;
  }
  const auto second = read_time(Der{der::kGeneralizedTime, as_bytes(whole), {}});
  if (!second || !fraction) {
    return fail(Reason::TimestampInvalid, "genTime of the timestamp is malformed or not in UTC");
  }
  return Instant{*second, *fraction};
}

struct Range {
  std::int64_t least;
  std::int64_t most;
};

// A part of an accuracy that is left out is zero. Behind an implicit tag stands an INTEGER that
// is_der() did not know for one.
std::optional<std::int64_t> read_part(const std::optional<Der>& part, Range range) {
  if (!part) {
    return 0;
  }
  ByteVector plain(part->whole.begin(), part->whole.end());
  plain.front() = der::kInteger;
  const auto value = is_der(plain) ? integer(part->content) : std::nullopt;
  return value && *value >= range.least && *value <= range.most ? value : std::nullopt;
}

// Accuracy ::= SEQUENCE { seconds INTEGER, millis [0] INTEGER (1..999), micros [1] INTEGER
// (1..999) }, all of them OPTIONAL.
Result<microseconds> read_accuracy(const std::optional<Der>& accuracy) {
  DerReader fields(accuracy ? accuracy->content : Bytes{});
  const auto whole = read_part(fields.take(der::kInteger), {0, limits::kTimestampAccuracySeconds});
  const auto millis = read_part(fields.take(der::context(0)), {1, 999});
  const auto micros = read_part(fields.take(der::context(1)), {1, 999});
  if (!whole || !millis || !micros || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "accuracy of the timestamp is out of its range");
  }
  return seconds(*whole) + milliseconds(*millis) + microseconds(*micros);
}

// Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
Result<void> check_extensions(const std::optional<Der>& extensions) {
  DerReader list(extensions ? extensions->content : Bytes{});
  while (!list.empty()) {
    const auto extension = list.take(der::kSequence);
    DerReader fields(extension ? extension->content : Bytes{});
    const auto type = fields.take(der::kObjectIdentifier);
    const auto critical = fields.take(der::kBoolean);
    const auto value = fields.take(der::kOctetString);
    if (!type || !value || !fields.empty()) {
      return fail(Reason::TimestampInvalid, "timestamp has a malformed extension");
    }
    if (critical && boolean(critical->content) != false) {
      return fail(Reason::TimestampInvalid, "timestamp has a critical extension, and we know none");
    }
  }
  return {};
}

}  // namespace
}  // namespace countersign::x509
