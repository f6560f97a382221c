// SPDX-License-Identifier: Apache-2.0
// What it costs to open an envelope that was never seen before, beside what its signatures cost
// with plain OpenSSL and warm keys: one for the envelope, one for each certificate. The budget is
// one and a half times the signatures, and 50 microseconds.
//
// Everything is made anew for each opening, so nothing remembered flatters us. The numbers are
// medians of rounds that take turns.
#include "countersign/notation/envelope.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/rsa.h>

#include "countersign/crypto/openssl_ptr.h"
#include "countersign/oci/descriptor.h"

#include "support/cose_writer.h"
#include "support/jws_writer.h"
#include "support/pki.h"

namespace countersign::bench {
namespace {

using test::KeyType;

constexpr std::size_t kRounds = 101;

void demand(bool fact, const char* what) {
  if (!fact) {
    std::fprintf(stderr, "unusable benchmark: %s\n", what);
    std::exit(1);
  }
}

// --- the primitives

struct Verification {  // by OpenSSL alone
  crypto::KeyPtr key;
  const EVP_MD* hash = nullptr;
  int padding = 0;  // RSA
  ByteVector message;
  ByteVector signature;

  void run() const {
    const crypto::MdContextPtr context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
    demand(EVP_DigestVerifyInit(context.get(), &parameters, hash, nullptr, key.get()) == 1 &&
               (padding == 0 || EVP_PKEY_CTX_set_rsa_padding(parameters, padding) == 1) &&
               EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                message.size()) == 1,
           "a signature does not verify");
  }
};

crypto::X509Ptr decode(const x509::Certificate& certificate) {
  const unsigned char* next = certificate.der().data();
  return crypto::X509Ptr(d2i_X509(nullptr, &next, static_cast<long>(certificate.der().size())));
}

// Of a certificate by its issuer's key; the equipment signs them with SHA-256.
Verification of_certificate(const x509::Certificate& certificate, const x509::Certificate& issuer) {
  Verification made;
  const auto decoded = decode(certificate);
  made.key.reset(X509_get_pubkey(decode(issuer).get()));
  made.hash = EVP_sha256();
  unsigned char* signed_part = nullptr;
  const int size = i2d_re_X509_tbs(decoded.get(), &signed_part);
  const crypto::OpensslBytes owner(signed_part);
  made.message.assign(signed_part, signed_part + std::max(size, 0));
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, decoded.get());
  made.signature.assign(ASN1_STRING_get0_data(signature),
                        ASN1_STRING_get0_data(signature) + ASN1_STRING_length(signature));
  return made;
}

ByteVector ecdsa_der(Bytes fixed_width) {
  const std::size_t width = fixed_width.size() / 2;
  const crypto::EcdsaSigPtr pair(ECDSA_SIG_new());
  demand(
      ECDSA_SIG_set0(pair.get(), BN_bin2bn(fixed_width.data(), static_cast<int>(width), nullptr),
                     BN_bin2bn(fixed_width.data() + width, static_cast<int>(width), nullptr)) == 1,
      "ECDSA");
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
  const crypto::OpensslBytes owner(encoded);
  return {encoded, encoded + std::max(size, 0)};
}

Verification of_envelope(const x509::Certificate& leaf, Bytes message, Bytes signature) {
  constexpr std::array kHashes{EVP_sha256, EVP_sha384, EVP_sha512};
  Verification made;
  made.key.reset(X509_get_pubkey(decode(leaf).get()));
  const auto algorithm = leaf.public_key().algorithm();
  demand(algorithm.has_value(), "a key without an algorithm");
  made.hash = kHashes.at(static_cast<std::size_t>(crypto::hash_of(*algorithm)))();
  made.message.assign(message.begin(), message.end());
  if (EVP_PKEY_is_a(made.key.get(), "RSA") == 1) {
    made.padding = RSA_PKCS1_PSS_PADDING;
    made.signature.assign(signature.begin(), signature.end());
  } else {
    made.signature = ecdsa_der(signature);
  }
  return made;
}

// --- the samples

struct Sample {
  std::string name;
  std::string_view media_type;
  ByteVector envelope;
  std::vector<Verification> needed;
};

std::vector<Verification> needed(const x509::Chain& chain, Bytes message, Bytes signature) {
  std::vector<Verification> all;
  all.push_back(of_envelope(chain.front(), message, signature));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    all.push_back(of_certificate(chain[i], chain[std::min(i + 1, chain.size() - 1)]));
  }
  return all;
}

std::string payload() {
  return test::payload_of({std::string(oci::media_type::kOciManifest),
                           oci::Digest::of(as_bytes("image")),
                           528,
                           {},
                           {}});
}

Sample cose_sample(const std::string& name, const test::Signer& signer) {
  test::CoseWriter writer(signer, payload());
  const ByteVector signature = writer.sign();
  writer.signature_item = test::cbor_bytes(signature);
  return {name + " COSE", oci::media_type::kCose, writer.write(),
          needed(signer.chain(), writer.to_be_signed(), signature)};
}

Sample jws_sample(const std::string& name, const test::Signer& signer) {
  test::JwsWriter writer(signer, payload());
  const ByteVector signature = writer.sign();
  writer.signature = signature;
  return {name + " JWS", oci::media_type::kJose, writer.write(),
          needed(signer.chain(), as_bytes(writer.to_be_signed()), signature)};
}

// Leaf, issuing CA and root, each with a key of that type.
test::Signer chain_of_three(KeyType type) {
  return test::Signer::self_signed(test::ca_spec(), test::key(type, 0))
      .issue(test::ca_spec("C=US, ST=WA, O=Acme, CN=Acme Issuing CA"), test::key(type, 1))
      .issue(test::leaf_spec(), test::key(type, 2));
}

// --- the measurement

// Of this thread on a processor: what other programs take is not counted.
double processor_time() {
  std::timespec time{};
  demand(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0, "no clock");
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <class Work>
double microseconds(const Work& work) {
  const double start = processor_time();
  work();
  return processor_time() - start;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

void measure(const Sample& sample) {
  const auto primitives = [&sample] {
    for (const Verification& verification : sample.needed) {
      verification.run();
    }
  };
  const auto open = [&sample] {
    const auto opened = notation::open_envelope(sample.media_type, sample.envelope);
    demand(opened.has_value(), opened ? "" : opened.error().detail.c_str());
  };
  primitives();  // warms the keys
  std::vector<double> theirs;
  std::vector<double> ours;
  for (std::size_t round = 0; round < kRounds; ++round) {
    theirs.push_back(microseconds(primitives));
    ours.push_back(microseconds(open));
  }
  const double least = median(std::move(theirs));
  const double spent = median(std::move(ours));
  const double budget = 1.5 * least + 50;
  std::printf("%-26s %12.0f %12.0f %8.2f %12.0f   %s\n", sample.name.c_str(), least, spent,
              spent / least, budget, spent <= budget ? "ok" : "over");
}

void run() {
  constexpr std::array<std::pair<const char*, KeyType>, 6> kTypes{{{"RSA 2048", KeyType::Rsa2048},
                                                                   {"RSA 3072", KeyType::Rsa3072},
                                                                   {"RSA 4096", KeyType::Rsa4096},
                                                                   {"P-256", KeyType::P256},
                                                                   {"P-384", KeyType::P384},
                                                                   {"P-521", KeyType::P521}}};
  std::printf("%-26s %12s %12s %8s %12s\n", "microseconds", "primitives", "opened", "ratio",
              "budget");
  for (const auto& [name, type] : kTypes) {
    const test::Signer alone = test::make_key_vault_signer(test::key(type));
    const test::Signer chain = chain_of_three(type);
    measure(cose_sample(std::string(name) + ", chain of 1", alone));
    measure(jws_sample(std::string(name) + ", chain of 1", alone));
    measure(cose_sample(std::string(name) + ", chain of 3", chain));
    measure(jws_sample(std::string(name) + ", chain of 3", chain));
  }
}

}  // namespace
}  // namespace countersign::bench

int main() {
  countersign::bench::run();
  return 0;
}
