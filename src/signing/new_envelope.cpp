// SPDX-License-Identifier: Apache-2.0
#include "signing/new_envelope.h"

#include <string>

#include "countersign/codec/rfc3339.h"
#include "countersign/notation/envelope.h"

namespace countersign::signing {
namespace {

using notation::Envelope;

bool holds(const Envelope& envelope, const Request& request, const UnsignedPart& part);
Result<void> check_timestamp(const Envelope& envelope);

}  // namespace

Result<void> check_new_envelope(Bytes envelope, const Request& request, const UnsignedPart& part) {
  const auto opened = notation::open_envelope(media_type(request.format), envelope);
  if (!opened) {
    return fail(Reason::Internal, "the new envelope is refused: " + opened.error().detail);
  }
  if (!holds(**opened, request, part)) {
    return fail(Reason::Internal, "the new envelope does not hold what was to be signed");
  }
  return check_timestamp(**opened);
}

namespace {

bool holds(const Envelope& envelope, const Request& request, const UnsignedPart& part) {
  const bool same_content = envelope.target.same_content(request.target) &&
                            envelope.user_metadata == request.user_metadata &&
                            envelope.extended_attributes.empty();
  const bool same_times = envelope.scheme == notation::SigningScheme::X509 &&
                          envelope.signing_time == request.signing_time &&
                          envelope.expiry == request.expiry;
  return same_content && same_times && envelope.chain == part.chain &&
         envelope.signing_agent == request.agent &&
         (envelope.timestamp != nullptr) == !part.timestamp.empty();
}

// As verification does it (trust store and trust policy specification, "Timestamp").
Result<void> check_timestamp(const Envelope& envelope) {
  if (envelope.timestamp == nullptr) {
    return {};
  }
  const auto& timestamp = envelope.timestamp->opened();
  if (!timestamp) {
    return std::unexpected(timestamp.error());
  }
  for (const auto& certificate : envelope.chain) {
    if (!certificate.valid_at(timestamp->earliest()) ||
        !certificate.valid_at(timestamp->latest())) {
      return fail(Reason::CertificateExpired, "the certificate \"" + certificate.subject() +
                                                  "\" is not valid at the time of the timestamp, " +
                                                  codec::format_rfc3339(timestamp->earliest()) +
                                                  " to " +
                                                  codec::format_rfc3339(timestamp->latest()));
    }
  }
  return {};
}

}  // namespace
}  // namespace countersign::signing
