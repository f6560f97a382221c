// SPDX-License-Identifier: Apache-2.0
#include "x509/pkcs12_mac.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/hmac.h>
#include <openssl/pkcs12.h>

#include "countersign/crypto/openssl_ptr.h"

namespace countersign::x509 {
namespace {

struct MacData {
  const EVP_MD* hash = nullptr;
  Bytes value;
  Bytes salt;
  int rounds = 1;
};

Result<MacData> read_mac_data(Bytes content, Reason reason);
const EVP_MD* hash_of(Bytes algorithm);
bool matches(const MacData& mac, Bytes content, EmptyPassword password);

}  // namespace

Result<EmptyPassword> check_mac(Bytes mac_data, Bytes content, Reason reason) {
  const crypto::ErrorQueueGuard errors;
  TRY(const auto mac, read_mac_data(mac_data, reason));
  for (const auto password : {EmptyPassword::EndMark, EmptyPassword::NoBytes}) {
    if (matches(mac, content, password)) {
      return password;
    }
  }
  return fail(reason, "PKCS#12: the file is damaged, or a password protects it");
}

namespace {

// MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
Result<MacData> read_mac_data(Bytes content, Reason reason) {
  DerReader fields(content);
  const auto digest_info = fields.take(der::kSequence);
  const auto salt = fields.take(der::kOctetString);
  const auto rounds = fields.take(der::kInteger);
  DerReader info(digest_info ? digest_info->content : Bytes{});
  const auto algorithm = info.take(der::kSequence);
  const auto value = info.take(der::kOctetString);
  if (!salt || !fields.empty() || !algorithm || !value || !info.empty()) {
    return fail(reason, "PKCS#12: the MAC is malformed");
  }
  MacData mac{hash_of(algorithm->content), value->content, salt->content};
  if (mac.hash == nullptr) {
    return fail(reason, "PKCS#12: the MAC is of an unknown kind");
  }
  if (rounds) {
    const auto bounded = read_rounds(rounds);
    if (!bounded) {
      return fail(reason, "PKCS#12: the MAC's iterations are out of bounds");
    }
    mac.rounds = *bounded;
  }
  return mac;
}

const EVP_MD* hash_of(Bytes algorithm) {
  struct Row {
    std::string_view type;
    const EVP_MD* (*hash)();
  };
  static constexpr std::array<Row, 4> kRows{{{"1.3.14.3.2.26", EVP_sha1},
                                             {"2.16.840.1.101.3.4.2.1", EVP_sha256},
                                             {"2.16.840.1.101.3.4.2.2", EVP_sha384},
                                             {"2.16.840.1.101.3.4.2.3", EVP_sha512}}};
  DerReader fields(algorithm);
  const auto type = fields.take(der::kObjectIdentifier);
  fields.take(der::kNull);
  const auto name = type && fields.empty() ? dotted(type->content) : std::nullopt;
  const auto row =
      std::ranges::find_if(kRows, [&name](const Row& each) { return name == each.type; });
  return row == kRows.end() ? nullptr : row->hash();
}

// RFC 7292, appendix B.4: the key for "integrity keys" is derived with the identifier 3, and is as
// long as the hash.
bool matches(const MacData& mac, Bytes content, EmptyPassword password) {
  const int size = EVP_MD_get_size(mac.hash);
  ByteVector salt(mac.salt.begin(), mac.salt.end());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> key{};
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> value{};
  unsigned value_size = 0;
  return PKCS12_key_gen_utf8(openssl_text(password), 0, salt.data(), static_cast<int>(salt.size()),
                             PKCS12_MAC_ID, mac.rounds, size, key.data(), mac.hash) == 1 &&
         HMAC(mac.hash, key.data(), size, content.data(), content.size(), value.data(),
              &value_size) != nullptr &&
         std::ranges::equal(mac.value, Bytes(value).first(value_size));
}

}  // namespace
}  // namespace countersign::x509
