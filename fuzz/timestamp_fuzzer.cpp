// SPDX-License-Identifier: Apache-2.0
// Laws of RFC 3161 timestamps:
//   - OpenSSL, too, takes an opened token for signed, and reads the same content in it;
//   - flipping any bit of its content or signed attributes makes it refused;
//   - OpenSSL reads a TSTInfo that we read: the same time, imprint and serial number.
//
// The input is a TSTInfo, or a message with its length before it (two bytes), four bytes that
// choose the bits, and a token.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <optional>

#include <openssl/cms.h>
#include <openssl/ts.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/timestamp.h"

#include "x509/cms.h"
#include "x509/der.h"
#include "x509/tst_info.h"

namespace {

using namespace countersign;
using CmsPtr = crypto::OpensslPtr<CMS_ContentInfo, CMS_ContentInfo_free>;
using TstInfoPtr = crypto::OpensslPtr<TS_TST_INFO, TS_TST_INFO_free>;

struct Input {
  Bytes message;
  std::uint32_t choice = 0;
  Bytes token;
};

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

std::uint32_t read_number(Bytes bytes) {
  std::uint32_t number = 0;
  for (const auto byte : bytes) {
    number = number << 8U | byte;
  }
  return number;
}

std::optional<Input> split(Bytes input) {
  constexpr std::size_t kLength = 2;
  constexpr std::size_t kChoice = 4;
  if (input.size() < kLength) {
    return std::nullopt;
  }
  const std::size_t length = read_number(input.first(kLength));
  const Bytes rest = input.subspan(kLength);
  if (rest.size() < length + kChoice) {
    return std::nullopt;
  }
  return Input{rest.first(length), read_number(rest.subspan(length, kChoice)),
               rest.subspan(length + kChoice)};
}

bool same_bytes(const ASN1_STRING* theirs, Bytes ours) {
  return std::ranges::equal(
      Bytes{ASN1_STRING_get0_data(theirs), static_cast<std::size_t>(ASN1_STRING_length(theirs))},
      ours);
}

bool same_serial(const ASN1_INTEGER* theirs, Bytes ours) {
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_INTEGER(theirs, &der);
  const crypto::OpensslBytes owner(der);
  const auto content =
      size > 0 ? x509::content_of({der, static_cast<std::size_t>(size)}, x509::der::kInteger)
               : std::nullopt;
  return content && std::ranges::equal(*content, ours);
}

bool same_second(const ASN1_GENERALIZEDTIME* theirs, Time ours) {
  std::tm fields{};
  return ASN1_TIME_to_tm(theirs, &fields) == 1 &&
         timegm(&fields) == ours.time_since_epoch().count();
}

// Of a name that nobody believes we don't read the inside.
bool names_authority(Bytes content) {
  x509::DerReader fields(x509::content_of(content, x509::der::kSequence).value_or(Bytes{}));
  while (!fields.empty()) {
    if (fields.take()->tag == x509::der::constructed(0)) {
      return true;
    }
  }
  return false;
}

void check_tst_info(Bytes content) {
  const auto ours = x509::read_tst_info(content);
  if (!ours) {
    return;
  }
  const unsigned char* next = content.data();
  const TstInfoPtr theirs(d2i_TS_TST_INFO(nullptr, &next, static_cast<long>(content.size())));
  if (theirs == nullptr) {
    demand(names_authority(content));
    return;
  }
  demand(next == content.data() + content.size());
  demand(TS_TST_INFO_get_version(theirs.get()) == 1);
  demand(same_second(TS_TST_INFO_get_time(theirs.get()), ours->second));
  demand(same_serial(TS_TST_INFO_get_serial(theirs.get()), ours->serial));
  demand(
      same_bytes(TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(theirs.get())), ours->imprint));
  demand(ours->earliest() <= ours->generated_after() && ours->generated_before() <= ours->latest());
}

void demand_openssl_agrees(Bytes token, Bytes content) {
  const unsigned char* next = token.data();
  const CmsPtr theirs(d2i_CMS_ContentInfo(nullptr, &next, static_cast<long>(token.size())));
  demand(theirs != nullptr && next == token.data() + token.size());
  ASN1_OCTET_STRING** const inner = CMS_get0_content(theirs.get());
  demand(inner != nullptr && *inner != nullptr && same_bytes(*inner, content));
  demand(CMS_verify(theirs.get(), nullptr, nullptr, nullptr, nullptr,
                    CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1);
}

void demand_flip_refused(const Input& input, Bytes part, std::uint32_t bit) {
  ByteVector changed(input.token.begin(), input.token.end());
  const auto at =
      static_cast<std::size_t>(part.data() - input.token.data()) + bit / 8 % part.size();
  changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << (bit % 8)));
  demand(!x509::Timestamp::open(changed, input.message));
}

void demand_flips_refused(const Input& input, const x509::SignedData& data) {
  constexpr std::uint32_t kFlips = 8;
  constexpr std::uint32_t kStride = 104'729;  // a prime, so that they spread
  for (std::uint32_t i = 0; i < kFlips; ++i) {
    demand_flip_refused(input, data.content, input.choice + i * kStride);
    demand_flip_refused(input, data.signer.signed_attributes, input.choice + i * kStride);
  }
}

void check_token(const Input& input) {
  const auto data = x509::read_signed_data(input.token);
  if (!data) {
    return;
  }
  check_tst_info(data->content);
  if (x509::Timestamp::open(input.token, input.message)) {
    demand_openssl_agrees(input.token, data->content);
    demand_flips_refused(input, *data);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const crypto::ErrorQueueGuard errors;
  const Bytes input(data, size);
  check_tst_info(input);
  if (const auto parts = split(input)) {
    check_token(*parts);
  }
  return 0;
}
