// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/timestamp_query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "countersign/base/limits_signing.h"

#include "x509/cms.h"
#include "x509/der.h"
#include "x509/der_writer.h"
#include "x509/signature_method.h"
#include "x509/tst_info.h"

namespace countersign::x509 {
namespace {

constexpr std::uint8_t kTrue = 0xff;

ByteVector positive_integer(Bytes number);
Result<void> check_status(Bytes status_info);
Result<void> check_answers(Bytes token, const TimestampQuery& query);

}  // namespace

// TimeStampReq ::= SEQUENCE { version INTEGER { v1(1) }, messageImprint MessageImprint, reqPolicy
// OPTIONAL, nonce INTEGER OPTIONAL, certReq BOOLEAN DEFAULT FALSE, extensions [0] OPTIONAL }
ByteVector timestamp_request(const TimestampQuery& query) {
  const ByteVector imprint = write_der(
      der::kSequence, {hash_identifier(query.hash),
                       write_der(der::kOctetString, crypto::hash(query.hash, query.message))});
  return write_der(der::kSequence, {write_der(der::kInteger, ByteVector{1}), imprint,
                                    write_der(der::kInteger, positive_integer(query.nonce)),
                                    write_der(der::kBoolean, ByteVector{kTrue})});
}

// TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken OPTIONAL }
Result<ByteVector> timestamp_token(Bytes reply, const TimestampQuery& query) {
  if (reply.size() > limits::kTimestampReplyBytes) {
    return fail(Reason::TimestampInvalid, "the timestamp authority's answer exceeds the limit");
  }
  const auto content = is_der(reply) ? content_of(reply, der::kSequence) : std::nullopt;
  DerReader fields(content.value_or(Bytes{}));
  const auto status = fields.take(der::kSequence);
  const auto token = fields.take(der::kSequence);
  if (!status || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "the timestamp authority's answer is malformed");
  }
  TRY_VOID(check_status(status->content));
  // "When the PKIStatus contains the value zero or one, a TimeStampToken MUST be present."
  if (!token) {
    return fail(Reason::TimestampInvalid,
                "the timestamp authority grants a timestamp and sends none");
  }
  TRY_VOID(check_answers(token->whole, query));
  return ByteVector(token->whole.begin(), token->whole.end());
}

namespace {

// X.690, 8.3: no leading zeros, but one where the first bit would be a sign.
ByteVector positive_integer(Bytes number) {
  constexpr std::uint8_t kSign = 0x80;
  const auto first = std::ranges::find_if(number, [](std::uint8_t octet) { return octet != 0; });
  ByteVector content(first, number.end());
  if (content.empty() || (content.front() & kSign) != 0) {
    content.insert(content.begin(), 0);
  }
  return content;
}

// PKIFailureInfo, by the number of the bit.
std::string_view failure_name(std::size_t bit) {
  switch (bit) {
    case 0:
      return "badAlg";
    case 2:
      return "badRequest";
    case 5:
      return "badDataFormat";
    case 14:
      return "timeNotAvailable";
    case 15:
      return "unacceptedPolicy";
    case 16:
      return "unacceptedExtension";
    case 17:
      return "addInfoNotAvailable";
    case 25:
      return "systemFailure";
    default:
      return "a failure without a name";
  }
}

// The first octet of a BIT STRING counts unused bits.
std::string failures(const std::optional<Der>& failure_info) {
  constexpr std::size_t kMost = 32;
  std::string names;
  const Bytes octets = failure_info ? failure_info->content.subspan(1) : Bytes{};
  for (std::size_t bit = 0; bit < std::min(octets.size() * 8, kMost); ++bit) {
    if (((octets[bit / 8] >> (7 - bit % 8)) & 1U) != 0) {
      names.append(", ").append(failure_name(bit));
    }
  }
  return names;
}

std::string free_text(const std::optional<Der>& status_string) {
  DerReader lines(status_string ? status_string->content : Bytes{});
  std::string text;
  while (const auto line = lines.take(der::kUtf8String)) {
    text.append(text.empty() ? ": " : " ").append(as_text(line->content));
  }
  return text;
}

std::string_view status_name(std::int64_t status) {
  static constexpr std::array<std::string_view, 6> kNames{
      "granted", "grantedWithMods",   "rejection",
      "waiting", "revocationWarning", "revocationNotification"};
  return status >= 0 && status < std::ssize(kNames) ? kNames.at(static_cast<std::size_t>(status))
                                                    : "an unknown status";
}

// PKIStatusInfo ::= SEQUENCE { status PKIStatus, statusString PKIFreeText OPTIONAL, failInfo BIT
// STRING OPTIONAL }
Result<void> check_status(Bytes status_info) {
  constexpr std::int64_t kGrantedWithMods = 1;
  DerReader fields(status_info);
  const auto status = fields.take(der::kInteger);
  const auto status_string = fields.take(der::kSequence);
  const auto failure_info = fields.take(der::kBitString);
  const auto number = status ? integer(status->content) : std::nullopt;
  if (!number || !fields.empty()) {
    return fail(Reason::TimestampInvalid, "the status of the timestamp authority is malformed");
  }
  if (*number < 0 || *number > kGrantedWithMods) {
    return fail(Reason::TimestampInvalid,
                "the timestamp authority refuses: " + std::string(status_name(*number)) +
                    failures(failure_info) + free_text(status_string));
  }
  return {};
}

// 2.2: "that the time-stamp token contains the correct certificate identifier ..., the correct data
// imprint and the correct hash algorithm OID", and the nonce.
Result<void> check_answers(Bytes token, const TimestampQuery& query) {
  TRY(const auto data, read_signed_data(token));
  TRY(const auto info, read_tst_info(data.content));
  if (info.hash != query.hash ||
      !std::ranges::equal(info.imprint, crypto::hash(query.hash, query.message))) {
    return fail(Reason::TimestampInvalid, "the timestamp is about something else than was asked");
  }
  if (!info.nonce || !std::ranges::equal(*info.nonce, positive_integer(query.nonce))) {
    return fail(Reason::TimestampInvalid, "the timestamp has not the nonce that was sent");
  }
  return {};
}

}  // namespace
}  // namespace countersign::x509
