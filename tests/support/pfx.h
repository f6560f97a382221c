// SPDX-License-Identifier: Apache-2.0
// PKCS#12 files, right and wrong.
//
//   make_pfx({{.key = leaf.key(), .certificates = leaf.chain()}});
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "countersign/base/bytes.h"

#include "support/pki.h"

namespace countersign::test {

enum class PfxCipher : std::uint8_t { None, Aes256, TripleDes, Rc2, Rc4, Scrypt };

struct PfxPart {  // encrypted as a whole, but for keys, which always have an encryption of their
                  // own
  std::optional<Key> key = {};
  x509::Chain certificates = {};
  PfxCipher cipher = PfxCipher::Aes256;
  int rounds = 1;
  PfxCipher key_cipher = PfxCipher::Aes256;
};

struct PfxSpec {
  std::optional<std::string> password = "";  // nullopt: no bytes in place of the empty text
  bool mac = true;
  int mac_rounds = 1;
  SignatureHash mac_hash = SignatureHash::Sha256;
  std::string friendly_name = {};  // of every bag
};

ByteVector make_pfx(const std::vector<PfxPart>& parts, const PfxSpec& spec = {});

}  // namespace countersign::test
