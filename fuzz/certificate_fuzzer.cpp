// SPDX-License-Identifier: Apache-2.0
// Laws of certificates, with OpenSSL as the second opinion:
//   - a certificate that we accept is read by OpenSSL too, with the same serial number, validity,
//     names, key and extensions, and is given back byte for byte;
//   - every link of a chain that the profile accepts verifies there too.
//
// The input is a chain, leaf first: certificates in DER, one behind the other.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>

#include <openssl/x509v3.h>

#include "countersign/base/limits.h"
#include "countersign/codec/base64.h"
#include "countersign/crypto/openssl_ptr.h"
#include "countersign/x509/certificate.h"
#include "countersign/x509/profile.h"

#include "x509/certificate_fields.h"
#include "x509/der.h"

namespace {

using countersign::as_text;
using countersign::Bytes;
using countersign::Reason;
using countersign::crypto::X509Ptr;
using countersign::x509::Certificate;
using countersign::x509::Chain;
namespace crypto = countersign::crypto;
namespace x509 = countersign::x509;

void demand(bool law) {
  if (!law) {
    std::abort();
  }
}

X509Ptr decode(Bytes der) {
  const unsigned char* next = der.data();
  X509Ptr decoded(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  demand(decoded != nullptr && next == der.data() + der.size());
  return decoded;
}

void demand_same_name(Bytes ours, X509_NAME* theirs) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  demand(X509_NAME_get0_der(theirs, &data, &size) == 1);
  demand(as_text(ours) == as_text({data, size}));
}

void demand_same_time(countersign::Time ours, const ASN1_TIME* theirs) {
  std::tm calendar{};
  demand(ASN1_TIME_to_tm(theirs, &calendar) == 1);
  demand(countersign::Time(std::chrono::seconds(timegm(&calendar))) == ours);
}

void demand_same_serial(const Certificate& ours, const ASN1_INTEGER* theirs) {
  const Bytes digits{ASN1_STRING_get0_data(theirs),
                     static_cast<std::size_t>(ASN1_STRING_length(theirs))};
  const bool negative = ASN1_STRING_type(theirs) == V_ASN1_NEG_INTEGER;
  demand(ours.serial() == (negative ? "-" : "") + countersign::codec::encode_hex(digits));
}

void demand_same_key(const Certificate& ours, const X509& theirs) {
  EVP_PKEY* const key = X509_get0_pubkey(&theirs);
  demand(key != nullptr && EVP_PKEY_eq(ours.public_key().native(), key) == 1);
  demand(ours.public_key().bits() == EVP_PKEY_get_bits(key));
}

// The list, extension by extension: type, criticality and value.
void demand_same_extensions(const Certificate& ours, const X509& theirs) {
  x509::DerReader list(x509::fields_of(ours).extensions);
  for (int i = 0; i < X509_get_ext_count(&theirs); ++i) {
    X509_EXTENSION* const extension = X509_get_ext(&theirs, i);
    const ASN1_OBJECT* const type = X509_EXTENSION_get_object(extension);
    const ASN1_OCTET_STRING* const value = X509_EXTENSION_get_data(extension);
    const auto element = list.take(x509::der::kSequence);
    demand(element.has_value());
    x509::DerReader fields(element->content);
    const auto own_type = fields.take(x509::der::kObjectIdentifier);
    const auto critical = fields.take(x509::der::kBoolean);
    const auto own_value = fields.take(x509::der::kOctetString);
    demand(own_type && own_value && fields.empty());
    demand(as_text(own_type->content) == as_text({OBJ_get0_data(type), OBJ_length(type)}));
    demand((critical && critical->content[0] != 0) ==
           (X509_EXTENSION_get_critical(extension) == 1));
    demand(as_text(own_value->content) ==
           as_text({ASN1_STRING_get0_data(value),
                    static_cast<std::size_t>(ASN1_STRING_length(value))}));
  }
  demand(list.empty());
}

template <class Object, auto release>
crypto::OpensslPtr<Object, release> find(const X509& theirs, int type) {
  return crypto::OpensslPtr<Object, release>(
      static_cast<Object*>(X509_get_ext_d2i(&theirs, type, nullptr, nullptr)));
}

void demand_same_constraints(const Certificate& ours, const X509& theirs) {
  const auto read = find<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>(theirs, NID_basic_constraints);
  const auto& own = ours.basic_constraints();
  demand(own.has_value() == (read != nullptr));
  if (own) {
    demand(own->ca == (read->ca != 0));
    demand(own->path_length.has_value() == (read->pathlen != nullptr));
    std::int64_t length = -1;
    demand(!own->path_length ||
           (ASN1_INTEGER_get_int64(&length, read->pathlen) == 1 && length == *own->path_length));
  }
}

void demand_same_usages(const Certificate& ours, const X509& theirs) {
  const auto usage = find<ASN1_BIT_STRING, ASN1_BIT_STRING_free>(theirs, NID_key_usage);
  demand(ours.key_usage().has_value() == (usage != nullptr));
  for (int bit = 0; usage != nullptr && bit < 9; ++bit) {
    demand((ASN1_BIT_STRING_get_bit(usage.get(), bit) == 1) ==
           ((ours.key_usage()->bits >> static_cast<unsigned>(bit) & 1U) == 1));
  }
  const auto purposes =
      find<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>(theirs, NID_ext_key_usage);
  demand(ours.extended_key_usage().has_value() == (purposes != nullptr));
  if (purposes == nullptr) {
    return;
  }
  const auto& own = ours.extended_key_usage()->purposes;
  demand(static_cast<int>(own.size()) == sk_ASN1_OBJECT_num(purposes.get()));
  for (std::size_t i = 0; i < own.size(); ++i) {
    std::string text(countersign::limits::kObjectIdentifierText, '\0');
    const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()),
                                 sk_ASN1_OBJECT_value(purposes.get(), static_cast<int>(i)), 1);
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    demand(text == own[i]);
  }
}

void check(const Certificate& ours, Bytes input) {
  demand(as_text(ours.der()) == as_text(input));
  const auto again = Certificate::parse_der(ours.der(), Reason::Internal);
  demand(again && *again == ours && again->thumbprint() == ours.thumbprint());
  const X509Ptr theirs = decode(input);
  demand_same_serial(ours, X509_get0_serialNumber(theirs.get()));
  demand_same_time(ours.not_before(), X509_get0_notBefore(theirs.get()));
  demand_same_time(ours.not_after(), X509_get0_notAfter(theirs.get()));
  demand_same_name(ours.subject_der(), X509_get_subject_name(theirs.get()));
  demand_same_name(ours.issuer_der(), X509_get_issuer_name(theirs.get()));
  demand_same_key(ours, *theirs);
  demand_same_extensions(ours, *theirs);
  demand_same_constraints(ours, *theirs);
  demand_same_usages(ours, *theirs);
}

void check_links(const Chain& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const X509Ptr child = decode(chain[i].der());
    const X509Ptr issuer = decode(chain[std::min(i + 1, chain.size() - 1)].der());
    demand(X509_verify(child.get(), X509_get0_pubkey(issuer.get())) == 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const crypto::ErrorQueueGuard errors;
  x509::DerReader input({data, size});
  Chain chain;
  while (const auto element = input.take()) {
    const auto certificate = Certificate::parse_der(element->whole, Reason::Internal);
    if (certificate) {
      check(*certificate, element->whole);
      chain.push_back(*certificate);
    }
  }
  for (const auto purpose : {x509::Purpose::CodeSigning, x509::Purpose::Timestamping}) {
    if (x509::check_profile(chain, purpose)) {
      check_links(chain);
    }
  }
  return 0;
}
