// SPDX-License-Identifier: Apache-2.0
#include "countersign/signing/signature.h"

#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/rfc3339.h"

#include "signing/cose_draft.h"
#include "signing/jws_draft.h"
#include "signing/new_envelope.h"

namespace countersign::signing {
namespace {

struct Makers {
  const Signer& signer;
  Timestamper* timestamper;
  Deadline deadline;
};

Result<SignedPart> signed_part(const Request& request, const x509::Chain& chain);
template <class Draft>
Result<ByteVector> write(const Request& request, const SignedPart& part, const Makers& makers);

}  // namespace

std::string_view media_type(Format format) {
  switch (format) {
    case Format::Cose:
      return oci::media_type::kCose;
    case Format::Jws:
      return oci::media_type::kJose;
  }
  return {};
}

Result<ByteVector> make_envelope(const Request& request, const Signer& signer,
                                 Timestamper* timestamper, Deadline deadline) {
  TRY(const auto part, signed_part(request, signer.chain()));
  const Makers makers{signer, timestamper, deadline};
  switch (request.format) {
    case Format::Cose:
      return write<CoseDraft>(request, part, makers);
    case Format::Jws:
      return write<JwsDraft>(request, part, makers);
  }
  return fail(Reason::Internal, "the envelope has no format");
}

namespace {

Result<void> check_times(const Request& request) {
  if (request.signing_time <= Time{}) {
    return fail(Reason::BadConfig, "the signing time is not after 1970");
  }
  if (!request.expiry) {
    return {};
  }
  if (*request.expiry <= request.signing_time) {
    return fail(Reason::BadConfig, "the signature would expire at " +
                                       codec::format_rfc3339(*request.expiry) +
                                       ", which is not after the signing time");
  }
  if (*request.expiry - request.signing_time > limits::kExpiryMost) {
    return fail(Reason::BadConfig, "the signature would expire later than the limit");
  }
  return {};
}

Result<SignedPart> signed_part(const Request& request, const x509::Chain& chain) {
  TRY_VOID(check_times(request));
  TRY(auto payload, make_payload(request));
  const auto algorithm = chain.empty() ? std::nullopt : chain.front().public_key().algorithm();
  if (!algorithm) {
    return fail(Reason::BadConfig, "the signer has no key that can sign an envelope");
  }
  return SignedPart{.algorithm = *algorithm,
                    .signing_time = request.signing_time,
                    .expiry = request.expiry,
                    .payload = std::move(payload)};
}

template <class Draft>
Result<ByteVector> write(const Request& request, const SignedPart& part, const Makers& makers) {
  const Draft draft(part);
  UnsignedPart beside{
      .signature = {}, .chain = makers.signer.chain(), .timestamp = {}, .agent = request.agent};
  TRY(beside.signature, makers.signer.sign(draft.to_be_signed(), makers.deadline));
  if (makers.timestamper != nullptr) {
    TRY(beside.timestamp, makers.timestamper->stamp(
                              beside.signature, crypto::hash_of(part.algorithm), makers.deadline));
  }
  ByteVector envelope = draft.close(beside);
  TRY_VOID(check_new_envelope(envelope, request, beside));
  return envelope;
}

}  // namespace
}  // namespace countersign::signing
