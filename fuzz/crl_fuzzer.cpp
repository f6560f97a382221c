// SPDX-License-Identifier: Apache-2.0
// Laws of revocation lists:
//   - OpenSSL reads an accepted one as well, with the same times and the same entries;
//   - flipping one bit of the signed part of an accepted one makes it refused.
//
// The input is a list, and also what follows the issuer's name in one that our CA signs.
#include <cstddef>
#include <cstdint>

#include "countersign/x509/crl.h"

#include "signing_authority.h"
#include "x509/crl_content.h"

namespace {

using countersign::Bytes;
using countersign::ByteVector;
using countersign::Time;
using namespace countersign::fuzz;
using namespace countersign::x509;

using CrlPtr = countersign::crypto::OpensslPtr<X509_CRL, X509_CRL_free>;

const SigningAuthority& authority() {
  static const SigningAuthority made;
  return made;
}

countersign::Result<Crl> open(Bytes list) {
  return Crl::open(copy_of(list), authority().certificate());
}

ByteVector sign_list(Bytes fields) {
  const ByteVector version = write_der(der::kInteger, ByteVector{1});
  const ByteVector name = copy_of(authority().certificate().subject_der());
  return authority().sign(
      write_der(der::kSequence, {version, SigningAuthority::algorithm(), name, copy_of(fields)}));
}

bool same_time(const ASN1_TIME* theirs, Time ours) {
  return theirs != nullptr && ASN1_TIME_cmp_time_t(theirs, ours.time_since_epoch().count()) == 0;
}

bool has(const CrlEntries& entries, const ASN1_INTEGER* serial) {
  unsigned char* encoded = nullptr;
  const int size = i2d_ASN1_INTEGER(serial, &encoded);
  const countersign::crypto::OpensslBytes owner(encoded);
  demand(size > 0);
  const auto content = content_of({encoded, static_cast<std::size_t>(size)}, der::kInteger);
  demand(content.has_value());
  const auto found = entries.find(*content);
  return !found || !found->empty();  // an error is about an entry that is there
}

void demand_same_reading(Bytes list, const Crl& ours) {
  const countersign::crypto::ErrorQueueGuard errors;
  const unsigned char* next = list.data();
  const CrlPtr theirs(d2i_X509_CRL(nullptr, &next, static_cast<long>(list.size())));
  demand(theirs != nullptr && next == list.data() + list.size());
  demand(same_time(X509_CRL_get0_lastUpdate(theirs.get()), ours.this_update()));
  demand(same_time(X509_CRL_get0_nextUpdate(theirs.get()), ours.next_update()));
  const CrlEntries& entries = ours.content().entries;
  const STACK_OF(X509_REVOKED)* const revoked = X509_CRL_get_REVOKED(theirs.get());
  const int count = revoked == nullptr ? 0 : sk_X509_REVOKED_num(revoked);
  demand(entries.size() == static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    demand(has(entries, X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(revoked, i))));
  }
}

void check_laws(Bytes list, const Crl& crl, std::size_t choice) {
  demand_same_reading(list, crl);
  DerReader parts(*content_of(list, der::kSequence));
  demand(!open(flipped(list, parts.take()->whole, choice)));
  const auto status = status_in(crl, nullptr, authority().subject());
  demand(!status || status->kind != RevocationStatus::Kind::Unknown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  demand(!open(input));  // nobody knows our CA's key
  const ByteVector list = sign_list(input);
  if (const auto crl = open(list)) {
    check_laws(list, *crl, choice(input));
  }
  return 0;
}
