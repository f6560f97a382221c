// SPDX-License-Identifier: Apache-2.0
#include "x509/extensions.h"

#include <algorithm>
#include <set>

#include "countersign/crypto/openssl_ptr.h"

#include "x509/asn1.h"

namespace countersign::x509 {
namespace {

struct Extension {
  const ASN1_OBJECT* type;
  Criticality criticality;
  Bytes value;
};

bool read_one(const Extension& extension, Extensions& into);
bool read_basic_constraints(const Extension& extension, Extensions& into);
bool read_key_usage(const Extension& extension, Extensions& into);
bool read_extended_key_usage(const Extension& extension, Extensions& into);
bool read_authority_information(const Extension& extension, Extensions& into);
bool read_distribution_points(const Extension& extension, Extensions& into);

Extension view(X509_EXTENSION* extension) {
  const ASN1_OCTET_STRING* const value = X509_EXTENSION_get_data(extension);
  return {X509_EXTENSION_get_object(extension),
          X509_EXTENSION_get_critical(extension) == 0 ? Criticality::NotCritical
                                                      : Criticality::Critical,
          {ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))}};
}

std::string raw(const ASN1_OBJECT* type) {
  return std::string(as_text({OBJ_get0_data(type), OBJ_length(type)}));
}

}  // namespace

Result<Extensions> read_extensions(const X509& certificate, Reason reason) {
  Extensions extensions;
  std::set<std::string> seen;
  for (int i = 0; i < X509_get_ext_count(&certificate); ++i) {
    const Extension extension = view(X509_get_ext(&certificate, i));
    if (!seen.insert(raw(extension.type)).second) {
      return fail(reason, "certificate has an extension twice");
    }
    if (!read_one(extension, extensions)) {
      return fail(reason, "certificate has a malformed extension");
    }
  }
  return extensions;
}

namespace {

bool read_one(const Extension& extension, Extensions& into) {
  switch (OBJ_obj2nid(extension.type)) {
    case NID_basic_constraints:
      return read_basic_constraints(extension, into);
    case NID_key_usage:
      return read_key_usage(extension, into);
    case NID_ext_key_usage:
      return read_extended_key_usage(extension, into);
    case NID_info_access:
      return read_authority_information(extension, into);
    case NID_crl_distribution_points:
      return read_distribution_points(extension, into);
    default:
      return true;
  }
}

// The whole value, in DER, or an empty owner.
template <class Owner, auto d2i>
Owner decode(Bytes value) {
  if (!is_der(value)) {
    return nullptr;
  }
  const unsigned char* next = value.data();
  Owner decoded(d2i(nullptr, &next, static_cast<long>(value.size())));
  return next == value.data() + value.size() ? std::move(decoded) : nullptr;
}

bool read_basic_constraints(const Extension& extension, Extensions& into) {
  const auto decoded = decode<crypto::BasicConstraintsPtr, d2i_BASIC_CONSTRAINTS>(extension.value);
  if (decoded == nullptr) {
    return false;
  }
  BasicConstraints constraints{extension.criticality, decoded->ca != 0, std::nullopt};
  if (decoded->pathlen != nullptr) {
    std::int64_t length = -1;
    if (ASN1_INTEGER_get_int64(&length, decoded->pathlen) != 1 || length < 0) {
      return false;
    }
    constraints.path_length = length;
  }
  into.basic_constraints = constraints;
  return true;
}

bool read_key_usage(const Extension& extension, Extensions& into) {
  constexpr int kBits = 9;
  const auto decoded = decode<crypto::BitStringPtr, d2i_ASN1_BIT_STRING>(extension.value);
  if (decoded == nullptr) {
    return false;
  }
  KeyUsage usage{extension.criticality, 0};
  for (int bit = 0; bit < kBits; ++bit) {
    if (ASN1_BIT_STRING_get_bit(decoded.get(), bit) == 1) {
      usage.bits = static_cast<std::uint16_t>(usage.bits | 1U << static_cast<unsigned>(bit));
    }
  }
  into.key_usage = usage;
  return true;
}

bool read_extended_key_usage(const Extension& extension, Extensions& into) {
  const auto decoded = decode<crypto::ExtendedKeyUsagePtr, d2i_EXTENDED_KEY_USAGE>(extension.value);
  if (decoded == nullptr) {
    return false;
  }
  ExtendedKeyUsage usage{extension.criticality, {}};
  for (int i = 0; i < sk_ASN1_OBJECT_num(decoded.get()); ++i) {
    auto purpose = dotted(sk_ASN1_OBJECT_value(decoded.get(), i));
    if (!purpose) {
      return false;
    }
    usage.purposes.push_back(*std::move(purpose));
  }
  into.extended_key_usage = std::move(usage);
  return true;
}

// Adds the address when the name is one; false when it has characters that no address has.
bool add_url(const GENERAL_NAME& name, std::vector<std::string>& urls) {
  if (name.type != GEN_URI) {
    return true;
  }
  const ASN1_IA5STRING* const value = name.d.uniformResourceIdentifier;
  std::string url(
      as_text({ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))}));
  const bool printable = std::ranges::all_of(url, [](char c) { return c >= ' ' && c <= '~'; });
  urls.push_back(std::move(url));
  return printable;
}

bool read_authority_information(const Extension& extension, Extensions& into) {
  const auto decoded = decode<crypto::AuthorityInfoPtr, d2i_AUTHORITY_INFO_ACCESS>(extension.value);
  if (decoded == nullptr) {
    return false;
  }
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(decoded.get()); ++i) {
    const ACCESS_DESCRIPTION* const access = sk_ACCESS_DESCRIPTION_value(decoded.get(), i);
    if (OBJ_obj2nid(access->method) == NID_ad_OCSP && !add_url(*access->location, into.ocsp_urls)) {
      return false;
    }
  }
  return true;
}

bool add_urls(const GENERAL_NAMES& names, std::vector<std::string>& urls) {
  for (int i = 0; i < sk_GENERAL_NAME_num(&names); ++i) {
    if (!add_url(*sk_GENERAL_NAME_value(&names, i), urls)) {
      return false;
    }
  }
  return true;
}

bool read_distribution_points(const Extension& extension, Extensions& into) {
  constexpr int kFullName = 0;  // the other choice is relative to the issuer: never an address
  const auto decoded = decode<crypto::DistributionPointsPtr, d2i_CRL_DIST_POINTS>(extension.value);
  if (decoded == nullptr) {
    return false;
  }
  for (int i = 0; i < sk_DIST_POINT_num(decoded.get()); ++i) {
    const DIST_POINT_NAME* const name = sk_DIST_POINT_value(decoded.get(), i)->distpoint;
    const bool full = name != nullptr && name->type == kFullName;
    if (full && !add_urls(*name->name.fullname, into.crl_urls)) {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace countersign::x509
