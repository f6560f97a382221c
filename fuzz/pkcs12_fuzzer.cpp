// SPDX-License-Identifier: Apache-2.0
// Input: a byte, and then a PKCS#12 file, what a file's MAC is about (AuthenticatedSafe), or the
// bags of one part (SafeContents), as the byte says. The last two are put into a file whose MAC is
// right: by chance none ever would be.
//
// Law: OpenSSL, too, takes every file that we accept for one with the empty password, and finds the
// same certificates in it; or it refuses a part for bags that we pass over unread.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include <openssl/hmac.h>
#include <openssl/pkcs12.h>

#include "countersign/base/bytes.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/pkcs12.h"

#include "x509/der.h"
#include "x509/der_writer.h"

namespace {

using countersign::Bytes;
using countersign::ByteVector;
using countersign::x509::write_der;
namespace crypto = countersign::crypto;
namespace der = countersign::x509::der;

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }
using Bags = crypto::OpensslPtr<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using Safes = crypto::OpensslPtr<STACK_OF(PKCS7), free_safes>;
using PfxPtr = crypto::OpensslPtr<PKCS12, PKCS12_free>;

// ContentInfo of the type id-data, 1.2.840.113549.1.7.1.
ByteVector data_info(Bytes content) {
  constexpr std::array<std::uint8_t, 9> kData{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
  return write_der(der::kSequence,
                   {write_der(der::kObjectIdentifier, kData),
                    write_der(der::constructed(0), {write_der(der::kOctetString, content)})});
}

ByteVector file_around(Bytes authenticated_safe) {
  constexpr std::array<std::uint8_t, 5> kSha1{0x2b, 0x0e, 0x03, 0x02, 0x1a};
  constexpr std::array<std::uint8_t, 1> kVersion{3};
  std::array<std::uint8_t, 8> salt{};
  std::array<std::uint8_t, 20> key{};
  std::array<std::uint8_t, 20> mac{};
  demand(PKCS12_key_gen_utf8("", 0, salt.data(), 8, PKCS12_MAC_ID, 1, 20, key.data(), EVP_sha1()) ==
         1);
  demand(HMAC(EVP_sha1(), key.data(), 20, authenticated_safe.data(), authenticated_safe.size(),
              mac.data(), nullptr) != nullptr);
  const auto algorithm = write_der(der::kSequence, {write_der(der::kObjectIdentifier, kSha1)});
  const auto digest = write_der(der::kSequence, {algorithm, write_der(der::kOctetString, mac)});
  return write_der(der::kSequence,
                   {write_der(der::kInteger, kVersion), data_info(authenticated_safe),
                    write_der(der::kSequence, {digest, write_der(der::kOctetString, salt)})});
}

ByteVector file_of(std::uint8_t kind, Bytes input) {
  switch (kind % 3) {
    case 1:
      return file_around(input);
    case 2:
      return file_around(write_der(der::kSequence, {data_info(input)}));
    default:
      return {input.begin(), input.end()};
  }
}

Bags bags_of(PKCS7* safe, const char* password) {
  return Bags(PKCS7_type_is_data(safe) ? PKCS12_unpack_p7data(safe)
                                       : PKCS12_unpack_p7encdata(safe, password, 0));
}

std::optional<std::vector<ByteVector>> read_by_openssl(Bytes file) {
  const unsigned char* next = file.data();
  const PfxPtr pfx(d2i_PKCS12(nullptr, &next, static_cast<long>(file.size())));
  demand(pfx != nullptr && next == file.data() + file.size());
  const char* const password = PKCS12_verify_mac(pfx.get(), "", 0) == 1 ? "" : nullptr;
  demand(password != nullptr || PKCS12_verify_mac(pfx.get(), nullptr, 0) == 1);
  const Safes safes(PKCS12_unpack_authsafes(pfx.get()));
  demand(safes != nullptr);
  std::vector<ByteVector> certificates;
  for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
    const auto bags = bags_of(sk_PKCS7_value(safes.get(), i), password);
    if (bags == nullptr) {
      return std::nullopt;
    }
    for (int j = 0; j < sk_PKCS12_SAFEBAG_num(bags.get()); ++j) {
      const auto* const bag = sk_PKCS12_SAFEBAG_value(bags.get(), j);
      const crypto::X509Ptr certificate(
          PKCS12_SAFEBAG_get_nid(bag) == NID_certBag ? PKCS12_SAFEBAG_get1_cert(bag) : nullptr);
      if (certificate != nullptr) {
        unsigned char* bytes = nullptr;
        const int size = i2d_X509(certificate.get(), &bytes);
        demand(size > 0);
        const crypto::OpensslBytes owner(bytes);
        certificates.emplace_back(bytes, bytes + size);
      }
    }
  }
  return certificates;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const crypto::ErrorQueueGuard errors;
  const auto file = file_of(data[0], {data + 1, size - 1});
  const auto ours = countersign::x509::read_pkcs12(file, countersign::Reason::Internal);
  if (ours) {
    const auto theirs = read_by_openssl(file);
    demand(!theirs || std::ranges::equal(*ours, *theirs, [](const auto& own, const auto& their) {
      return std::ranges::equal(own.der(), their);
    }));
  }
  return 0;
}
