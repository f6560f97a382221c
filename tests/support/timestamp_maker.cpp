// SPDX-License-Identifier: Apache-2.0
#include "support/timestamp_maker.h"

#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::test {
namespace {

constexpr int kSet = 0x31;
constexpr int kTag0 = 0xa0;

ByteVector to_vector(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::string_view type_of(SignatureHash hash) {
  switch (hash) {
    case SignatureHash::Sha256:
      return "2.16.840.1.101.3.4.2.1";
    case SignatureHash::Sha384:
      return "2.16.840.1.101.3.4.2.2";
    case SignatureHash::Sha512:
      return "2.16.840.1.101.3.4.2.3";
    case SignatureHash::Sha1:
      return "1.3.14.3.2.26";
    case SignatureHash::Md5:
      return "1.2.840.113549.2.5";
  }
  give_up("unknown hash");
}

}  // namespace

ByteVector hash_algorithm(SignatureHash hash) {
  return der_sequence({der_oid(type_of(hash)), der_element(0x05, {})});
}

ByteVector hash_of(SignatureHash hash, Bytes message) {
  ByteVector digest(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  demand(EVP_Digest(message.data(), message.size(), digest.data(), &size, digest_of(hash),
                    nullptr) == 1,
         "hash");
  digest.resize(size);
  return digest;
}

ByteVector message_imprint(SignatureHash hash, Bytes message) {
  return der_sequence({hash_algorithm(hash), der_octets(hash_of(hash, message))});
}

ByteVector issuer_and_serial(const x509::Certificate& certificate) {
  return der_sequence({to_vector(certificate.issuer_der()), der_serial(certificate.serial())});
}

ByteVector attribute(std::string_view type, const std::vector<ByteVector>& values) {
  return der_sequence({der_oid(type), der_element(kSet, der_concat(values))});
}

ByteVector accuracy(std::optional<std::int64_t> seconds, std::optional<std::int64_t> millis,
                    std::optional<std::int64_t> micros) {
  return der_sequence({seconds ? der_integer(*seconds) : ByteVector{},
                       millis ? der_integer(*millis, 0x80) : ByteVector{},
                       micros ? der_integer(*micros, 0x81) : ByteVector{}});
}

ByteVector TstInfoParts::write() const {
  return der_sequence(
      {version, policy, imprint, serial, time, accuracy, ordering, nonce, authority, extensions});
}

TstInfoParts tst_info(Bytes message, SignatureHash hash) {
  return {.version = der_integer(1),
          .policy = der_oid("1.3.6.1.4.1.99999.1"),
          .imprint = message_imprint(hash, message),
          .serial = der_integer(4711),
          .time = der_generalized_time(kStampedAt),
          .accuracy = {},
          .ordering = {},
          .nonce = {},
          .authority = {},
          .extensions = {}};
}

ByteVector EssIdParts::write() const {
  const auto names = issuer.empty() ? ByteVector{} : der_sequence({issuer});
  const auto issuer_serial =
      names.empty() && serial.empty() ? ByteVector{} : der_sequence({names, serial});
  return der_sequence({algorithm, hash, issuer_serial});
}

EssIdParts ess_id(const x509::Certificate& certificate) {
  constexpr int kDirectoryName = 0xa4;
  return {.algorithm = {},
          .hash = der_octets(hash_of(SignatureHash::Sha256, certificate.der())),
          .issuer = der_element(kDirectoryName, to_vector(certificate.issuer_der())),
          .serial = der_serial(certificate.serial())};
}

ByteVector signing_certificate(const EssIdParts& id) {
  return attribute(kSigningCertificateV2, {der_sequence({der_sequence({id.write()})})});
}

TimestampMaker::TimestampMaker(Signer signer, Bytes message, SignatureHash hash)
    : info(tst_info(message, hash)), signer_(std::move(signer)), hash_(hash) {
  const x509::Certificate& own = signer_.certificate();
  type = der_oid(kSignedDataType);
  version = der_integer(3);
  content_type = der_oid(kTstInfoType);
  attributes.content_type = attribute(kContentType, {der_oid(kTstInfoType)});
  attributes.signing_certificate = test::signing_certificate(ess_id(own));
  signer_version = der_integer(1);
  signer_id = issuer_and_serial(own);
  set_certificates({signer_.chain().begin(), signer_.chain().size() == 1
                                                 ? signer_.chain().end()
                                                 : signer_.chain().end() - 1});
  sign_with(hash);
}

TimestampMaker& TimestampMaker::set_certificates(const std::vector<x509::Certificate>& all) {
  ByteVector set;
  for (const auto& certificate : all) {
    set = der_concat({set, to_vector(certificate.der())});
  }
  certificates = der_element(kTag0, set);
  return *this;
}

TimestampMaker& TimestampMaker::sign_with(SignatureHash hash, std::optional<Pss> pss) {
  hash_ = hash;
  pss_ = pss;
  digest_algorithms = der_element(kSet, hash_algorithm(hash));
  signer_digest = hash_algorithm(hash);
  signature_algorithm = StructureSigner(signer_.key(), hash, pss).algorithm();
  return *this;
}

TimestampMaker& TimestampMaker::stamped_at(Time time) {
  info.time = der_generalized_time(time);
  return *this;
}

ByteVector TimestampMaker::write() const {
  const auto wrapped = wrapped_content.value_or(der_element(kTag0, der_octets(content_bytes())));
  const auto signers = signer_infos ? *signer_infos : der_element(kSet, signer_info());
  const auto data = der_sequence({version, digest_algorithms, der_sequence({content_type, wrapped}),
                                  certificates, lists, signers});
  return der_sequence({type, der_element(kTag0, data)});
}

ByteVector TimestampMaker::signer_info() const {
  auto in_token = attribute_set();
  in_token.front() = kTag0;
  return der_sequence({signer_version, signer_id, signer_digest,
                       signed_attributes.value_or(in_token), signature_algorithm,
                       signature ? *signature : der_octets(sign(attribute_set())),
                       unsigned_attributes});
}

ByteVector TimestampMaker::content_bytes() const { return content.value_or(info.write()); }

ByteVector TimestampMaker::attribute_set() const {
  const auto digest = attributes.message_digest.value_or(
      attribute(kMessageDigest, {der_octets(hash_of(hash_, content_bytes()))}));
  return der_element(kSet,
                     der_concat({attributes.content_type, attributes.signing_time, digest,
                                 attributes.signing_certificate, der_concat(attributes.more)}));
}

ByteVector TimestampMaker::sign(const ByteVector& bytes) const {
  const crypto::MdContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY* const key = signer_.key().native();
  const bool hashes_itself = EVP_PKEY_is_a(key, "ED25519") == 1;
  EVP_PKEY_CTX* parameters = nullptr;  // owned by the context
  demand(EVP_DigestSignInit(context.get(), &parameters, hashes_itself ? nullptr : digest_of(hash_),
                            nullptr, key) == 1,
         "signature");
  demand(!pss_ || (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, pss_->salt_length) == 1 &&
                   EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, digest_of(pss_->mgf1)) == 1),
         "RSASSA-PSS");
  std::size_t size = 0;
  demand(EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) == 1, "size");
  ByteVector made(size);
  demand(EVP_DigestSign(context.get(), made.data(), &size, bytes.data(), bytes.size()) == 1,
         "signature");
  made.resize(size);
  return made;
}

}  // namespace countersign::test
