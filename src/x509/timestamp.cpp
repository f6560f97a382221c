// SPDX-License-Identifier: Apache-2.0
#include "countersign/x509/timestamp.h"

#include <algorithm>
#include <iterator>

#include "x509/cms.h"
#include "x509/signer_attributes.h"
#include "x509/timestamp_chain.h"
#include "x509/tst_info.h"

namespace countersign::x509 {
namespace {

Result<void> check_imprint(const TstInfo& info, Bytes message);
Result<std::vector<Certificate>> read_certificates(const SignedData& data,
                                                   const SigningCertificate& signer);
Result<void> check_signature(const Certificate& signer, const SignedData& data,
                             const SignerAttributes& attributes);
std::vector<Time> times_of(const TstInfo& info, const SignerAttributes& attributes);

}  // namespace

Result<Timestamp> Timestamp::open(Bytes token, Bytes message) {
  TRY(const auto data, read_signed_data(token));
  TRY(const auto info, read_tst_info(data.content));
  TRY_VOID(check_imprint(info, message));
  TRY(const auto attributes, read_attributes(data.signer));
  TRY(auto certificates, read_certificates(data, attributes.signing_certificate));
  TRY_VOID(check_signature(certificates.front(), data, attributes));

  Timestamp timestamp;
  timestamp.earliest_ = info.earliest();
  timestamp.latest_ = info.latest();
  timestamp.times_ = times_of(info, attributes);
  timestamp.certificates_ = std::move(certificates);
  return timestamp;
}

Result<Chain> Timestamp::chain_to(std::span<const Certificate> roots) const {
  return find_timestamp_chain(certificates_, roots, times_);
}

namespace {

Result<void> check_imprint(const TstInfo& info, Bytes message) {
  if (!std::ranges::equal(crypto::hash(info.hash, message), info.imprint)) {
    return fail(Reason::TimestampInvalid, "timestamp is about another signature");
  }
  return {};
}

// The signer's first. He is whom the signed attribute and the signer's own name agree on; where he
// stands in the token says nothing.
Result<std::vector<Certificate>> read_certificates(const SignedData& data,
                                                   const SigningCertificate& signer) {
  std::vector<Certificate> certificates;
  for (const Bytes der : data.certificates) {
    TRY(auto certificate, Certificate::parse_der(der, Reason::TimestampInvalid));
    if (std::ranges::find(certificates, certificate) == certificates.end()) {
      certificates.push_back(std::move(certificate));
    }
  }
  const auto found = std::ranges::find_if(certificates, [&](const Certificate& certificate) {
    return signer.is(certificate) && names(data.signer.id, certificate);
  });
  if (found == certificates.end()) {
    return fail(Reason::TimestampInvalid, "timestamp does not have its signer's certificate");
  }
  std::rotate(certificates.begin(), found, std::next(found));
  return certificates;
}

Result<void> check_signature(const Certificate& signer, const SignedData& data,
                             const SignerAttributes& attributes) {
  if (!std::ranges::equal(crypto::hash(data.signer.digest, data.content),
                          attributes.message_digest)) {
    return fail(Reason::TimestampInvalid, "timestamp was signed with other content");
  }
  if (!verifies(signer.public_key(), data.signer.method, data.signer.signed_bytes(),
                data.signer.signature)) {
    return fail(Reason::TimestampInvalid, "signature of the timestamp does not hold");
  }
  return {};
}

std::vector<Time> times_of(const TstInfo& info, const SignerAttributes& attributes) {
  std::vector<Time> times{info.generated_after(), info.generated_before()};
  if (attributes.signing_time) {
    times.push_back(*attributes.signing_time);
  }
  return times;
}

}  // namespace
}  // namespace countersign::x509
