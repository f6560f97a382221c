// SPDX-License-Identifier: Apache-2.0
// Writes COSE envelopes, right ones and wrong ones. Every item can be replaced by bytes of any
// kind, and what is signed is always what stands in the envelope, so that a test fails for one
// reason.
//
//   CoseWriter writer(make_leaf(key(KeyType::P256)), payload_of(image));
//   writer.set_signed("io.cncf.notary.expiry", cbor_time(kLater));
//   open_envelope("application/cose", writer.write());
#pragma once
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "countersign/base/bytes.h"
#include "countersign/crypto/public_key.h"
#include "countersign/oci/descriptor.h"
#include "countersign/x509/certificate.h"

#include "support/pki.h"

namespace countersign::test {

using CborItem = ByteVector;  // one data item, encoded
using CborEntry = std::pair<CborItem, CborItem>;

inline CborItem join(std::initializer_list<Bytes> parts) {
  CborItem out;
  for (const Bytes part : parts) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

// The shortest head of that major type.
inline CborItem cbor_head(unsigned major, std::uint64_t argument) {
  const auto type = static_cast<std::uint8_t>(major << 5U);
  if (argument < 24) {
    return {static_cast<std::uint8_t>(type | argument)};
  }
  const unsigned width = argument <= 0xFF         ? 1
                         : argument <= 0xFFFF     ? 2
                         : argument <= 0xFFFFFFFF ? 4
                                                  : 8;
  CborItem head{
      static_cast<std::uint8_t>(type | (24U + static_cast<unsigned>(std::countr_zero(width))))};
  for (unsigned shift = width * 8; shift > 0; shift -= 8) {
    head.push_back(static_cast<std::uint8_t>(argument >> (shift - 8)));
  }
  return head;
}

inline CborItem cbor_integer(std::int64_t number) {
  return number >= 0 ? cbor_head(0, static_cast<std::uint64_t>(number))
                     : cbor_head(1, ~static_cast<std::uint64_t>(number));
}
inline CborItem cbor_bytes(Bytes content) { return join({cbor_head(2, content.size()), content}); }
inline CborItem cbor_text(std::string_view text) {
  return join({cbor_head(3, text.size()), as_bytes(text)});
}
inline CborItem cbor_tag(std::uint64_t number, const CborItem& content) {
  return join({cbor_head(6, number), content});
}
inline CborItem cbor_double(double number) {
  CborItem item{0xFB};
  const auto bits = std::bit_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) {
    item.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(shift)));
  }
  return item;
}
inline CborItem cbor_time(std::int64_t seconds) { return cbor_tag(1, cbor_integer(seconds)); }

inline CborItem cbor_array(const std::vector<CborItem>& elements) {
  CborItem out = cbor_head(4, elements.size());
  for (const auto& element : elements) {
    out.insert(out.end(), element.begin(), element.end());
  }
  return out;
}

inline CborItem cbor_map(const std::vector<CborEntry>& entries) {
  CborItem out = cbor_head(5, entries.size());
  for (const auto& [label, value] : entries) {
    out.insert(out.end(), label.begin(), label.end());
    out.insert(out.end(), value.begin(), value.end());
  }
  return out;
}

inline CborItem cbor_texts(std::initializer_list<std::string_view> texts) {
  std::vector<CborItem> elements;
  for (const auto text : texts) {
    elements.push_back(cbor_text(text));
  }
  return cbor_array(elements);
}

inline CborItem x5chain(const x509::Chain& chain) {
  std::vector<CborItem> elements;
  for (const auto& certificate : chain) {
    elements.push_back(cbor_bytes(certificate.der()));
  }
  return cbor_array(elements);
}

inline std::int64_t cose_algorithm(crypto::SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case crypto::SignatureAlgorithm::RsaPssSha256:
      return -37;
    case crypto::SignatureAlgorithm::RsaPssSha384:
      return -38;
    case crypto::SignatureAlgorithm::RsaPssSha512:
      return -39;
    case crypto::SignatureAlgorithm::EcdsaSha256:
      return -7;
    case crypto::SignatureAlgorithm::EcdsaSha384:
      return -35;
    case crypto::SignatureAlgorithm::EcdsaSha512:
      return -36;
  }
  std::abort();
}

// {"targetArtifact": {...}}, with `more` members, written as JSON, at the end of the artifact.
inline std::string payload_of(const oci::Descriptor& artifact, std::string_view more = "") {
  return R"({"targetArtifact":{"mediaType":")" + artifact.media_type + R"(","digest":")" +
         artifact.digest.text() + R"(","size":)" + std::to_string(artifact.size) +
         std::string(more) + "}}";
}

class CoseWriter {  // writes a valid envelope, unless told otherwise
 public:
  static constexpr std::int64_t kSigningTime = 1'780'000'000;  // 2026-05-28

  CoseWriter(Signer signer, std::string payload)
      : signer_(std::move(signer)), payload_(std::move(payload)) {
    if (const auto algorithm = signer_.key().public_key().algorithm()) {
      set_signed(1, cbor_integer(cose_algorithm(*algorithm)));
    }
    set_signed(2, cbor_texts({"io.cncf.notary.signingScheme"}));
    set_signed(3, cbor_text("application/vnd.cncf.notary.payload.v1+json"));
    set_signed("io.cncf.notary.signingScheme", cbor_text("notary.x509"));
    set_signed("io.cncf.notary.signingTime", cbor_time(kSigningTime));
    set_unsigned(33, x5chain(signer_.chain()));
  }

  template <class Label>
  CoseWriter& set_signed(const Label& label, const CborItem& value) {
    return set(signed_, label_item(label), value);
  }
  template <class Label>
  CoseWriter& drop_signed(const Label& label) {
    return drop(signed_, label_item(label));
  }
  template <class Label>
  CoseWriter& set_unsigned(const Label& label, const CborItem& value) {
    return set(unsigned_, label_item(label), value);
  }
  template <class Label>
  CoseWriter& drop_unsigned(const Label& label) {
    return drop(unsigned_, label_item(label));
  }
  CoseWriter& scheme_signing_authority() {
    set_signed(2,
               cbor_texts({"io.cncf.notary.signingScheme", "io.cncf.notary.authenticSigningTime"}));
    set_signed("io.cncf.notary.signingScheme", cbor_text("notary.x509.signingAuthority"));
    set_signed("io.cncf.notary.authenticSigningTime", cbor_time(kSigningTime));
    return drop_signed("io.cncf.notary.signingTime");
  }
  CoseWriter& expires(std::int64_t seconds) {
    set_signed(2, cbor_texts({"io.cncf.notary.signingScheme", "io.cncf.notary.expiry"}));
    return set_signed("io.cncf.notary.expiry", cbor_time(seconds));
  }

  // Inside the byte string of the protected header; what is signed.
  ByteVector signed_header() const { return header_content.value_or(cbor_map(signed_)); }
  ByteVector to_be_signed() const {
    return cbor_array({cbor_text("Signature1"), cbor_bytes(signed_header()), cbor_bytes({}),
                       cbor_bytes(as_bytes(payload_))});
  }
  ByteVector sign() const { return signer_.sign(to_be_signed()); }

  // The four elements of the array.
  std::vector<CborItem> elements() const {
    return {header_item.value_or(cbor_bytes(signed_header())),
            unsigned_item.value_or(cbor_map(unsigned_)),
            payload_item.value_or(cbor_bytes(as_bytes(payload_))),
            signature_item ? *signature_item : cbor_bytes(sign())};
  }
  ByteVector write() const { return cbor_tag(18, cbor_array(elements())); }

  // Replacements, when set: encoded items, and the content of the protected byte string.
  std::optional<CborItem> header_item, unsigned_item, payload_item, signature_item;
  std::optional<ByteVector> header_content;

 private:
  static CborItem label_item(std::int64_t label) { return cbor_integer(label); }
  static CborItem label_item(std::string_view label) { return cbor_text(label); }

  CoseWriter& set(std::vector<CborEntry>& map, CborItem label, const CborItem& value) {
    for (auto& entry : map) {
      if (entry.first == label) {
        entry.second = value;
        return *this;
      }
    }
    map.emplace_back(std::move(label), value);
    return *this;
  }
  CoseWriter& drop(std::vector<CborEntry>& map, const CborItem& label) {
    std::erase_if(map, [&](const CborEntry& entry) { return entry.first == label; });
    return *this;
  }

  Signer signer_;
  std::string payload_;
  std::vector<CborEntry> signed_;
  std::vector<CborEntry> unsigned_;
};

}  // namespace countersign::test
