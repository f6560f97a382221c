// SPDX-License-Identifier: Apache-2.0
// Laws of a timestamp authority's answer:
//   - what we take out of one is a part of it, and OpenSSL reads the same nonce in it;
//   - the same answer to another nonce, or about another message, is refused;
//   - OpenSSL reads one whose token can be opened as well.
//
// The input is a message with its length before it (two bytes), and an answer. The nonce is always
// the same: seed.py puts it into the seeds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <openssl/ts.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/timestamp.h"
#include "countersign/x509/timestamp_query.h"

#include "x509/cms.h"
#include "x509/der.h"

namespace {

using namespace countersign;
using ResponsePtr = crypto::OpensslPtr<TS_RESP, TS_RESP_free>;

constexpr std::uint64_t kNonce = 0x0102030405060708;
const ByteVector kNonceBytes{1, 2, 3, 4, 5, 6, 7, 8};

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

// Of a name that nobody believes we don't read the inside.
bool names_authority(Bytes token) {
  const auto data = x509::read_signed_data(token);
  x509::DerReader fields(x509::content_of(data->content, x509::der::kSequence).value_or(Bytes{}));
  while (!fields.empty()) {
    if (fields.take()->tag == x509::der::constructed(0)) {
      return true;
    }
  }
  return false;
}

ResponsePtr read_by_openssl(Bytes reply) {
  const unsigned char* next = reply.data();
  ResponsePtr read(d2i_TS_RESP(nullptr, &next, static_cast<long>(reply.size())));
  demand(read == nullptr || next == reply.data() + reply.size());
  return read;
}

void demand_same_reading(const ResponsePtr& theirs) {
  const ASN1_INTEGER* const status =
      TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(theirs.get()));
  demand(ASN1_INTEGER_get(status) == TS_STATUS_GRANTED ||
         ASN1_INTEGER_get(status) == TS_STATUS_GRANTED_WITH_MODS);
  std::uint64_t nonce = 0;
  demand(ASN1_INTEGER_get_uint64(&nonce,
                                 TS_TST_INFO_get_nonce(TS_RESP_get_tst_info(theirs.get()))) == 1);
  demand(nonce == kNonce);
}

void check_reply(Bytes message, Bytes reply) {
  const x509::TimestampQuery query{.message = message, .nonce = kNonceBytes};
  const auto token = x509::timestamp_token(reply, query);
  if (!token) {
    return;
  }
  demand(!std::ranges::search(reply, *token).empty());
  demand(!x509::timestamp_token(reply, {.message = message, .nonce = {9}}));
  demand(!x509::timestamp_token(reply, {.message = *token, .nonce = kNonceBytes}));
  if (const auto theirs = read_by_openssl(reply)) {
    demand_same_reading(theirs);
  } else {
    demand(!x509::Timestamp::open(*token, message) || names_authority(*token));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const crypto::ErrorQueueGuard errors;
  constexpr std::size_t kLength = 2;
  const Bytes input(data, size);
  const auto length = size < kLength ? 0U : static_cast<unsigned>(input[0] << 8U | input[1]);
  if (size >= kLength + length) {
    check_reply(input.subspan(kLength, length), input.subspan(kLength + length));
  }
  return 0;
}
