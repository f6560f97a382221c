// SPDX-License-Identifier: Apache-2.0
#include "support/revocation_maker.h"

#include "countersign/crypto/openssl_ptr.h"

#include "support/demand.h"
#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::test {
namespace {

ByteVector to_vector(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

ByteVector extension(std::string_view type, x509::Criticality criticality,
                     const ByteVector& value) {
  const bool critical = criticality == x509::Criticality::Critical;
  return der_sequence(
      {der_oid(type), critical ? der_boolean(true) : ByteVector{}, der_octets(value)});
}

ByteVector extension(const RawExtension& raw) {
  return extension(raw.type, raw.criticality, raw.value);
}

ByteVector extensions(const std::vector<RawExtension>& list) {
  ByteVector all;
  for (const RawExtension& raw : list) {
    all = der_concat({all, extension(raw)});
  }
  return all;
}

// `elements` in a SEQUENCE, or nothing when there are none.
ByteVector list_of(const ByteVector& elements) {
  return elements.empty() ? ByteVector{} : der_element(0x30, elements);
}

ByteVector tagged(int tag, const ByteVector& content) {
  return content.empty() ? ByteVector{} : der_element(tag, content);
}

ByteVector invalidity_date(const std::optional<Time>& since) {
  return since
             ? extension("2.5.29.24", x509::Criticality::NotCritical, der_generalized_time(*since))
             : ByteVector{};
}

ByteVector crl_entry(const CrlEntrySpec& entry) {
  constexpr int kEnumerated = 0x0a;
  const ByteVector reason = entry.reason ? extension("2.5.29.21", x509::Criticality::NotCritical,
                                                     der_integer(*entry.reason, kEnumerated))
                                         : ByteVector{};
  return der_sequence({der_serial(entry.serial), der_time(entry.revoked),
                       list_of(der_concat({reason, invalidity_date(entry.invalid_since),
                                           extensions(entry.more_extensions)}))});
}

// DistributionPoint { distributionPoint [0] { fullName [0] { uniformResourceIdentifier [6] } } }
ByteVector distribution_points(const std::vector<std::string>& urls) {
  ByteVector points;
  for (const std::string& url : urls) {
    const ByteVector name = der_element(0xa0, der_element(0xa0, der_text(0x86, url)));
    points = der_concat({points, der_sequence({name})});
  }
  return der_element(0x30, points);
}

ByteVector crl_extensions(const CrlSpec& spec) {
  using enum x509::Criticality;
  ByteVector all;
  if (spec.number) {
    all = der_concat({all, extension("2.5.29.20", NotCritical, der_integer(*spec.number))});
  }
  if (spec.delta_base) {
    all = der_concat({all, extension("2.5.29.27", Critical, der_integer(*spec.delta_base))});
  }
  if (spec.scope) {
    all = der_concat({all, extension("2.5.29.28", Critical, *spec.scope)});
  }
  if (!spec.delta_urls.empty()) {
    all = der_concat(
        {all, extension("2.5.29.46", NotCritical, distribution_points(spec.delta_urls))});
  }
  return der_concat({all, extensions(spec.more_extensions)});
}

ByteVector digest(SignatureHash hash, Bytes bytes) {
  ByteVector value(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  demand(EVP_Digest(bytes.data(), bytes.size(), value.data(), &size, digest_of(hash), nullptr) == 1,
         "hash");
  value.resize(size);
  return value;
}

// Of the BIT STRING's content, without tag, length and number of unused bits.
ByteVector key_hash(SignatureHash hash, const x509::Certificate& certificate) {
  const ByteVector der = to_vector(certificate.der());
  const unsigned char* next = der.data();
  const crypto::X509Ptr native(d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  demand(native != nullptr, "certificate");
  const ASN1_BIT_STRING* const key = X509_get0_pubkey_bitstr(native.get());
  return digest(hash,
                {ASN1_STRING_get0_data(key), static_cast<std::size_t>(ASN1_STRING_length(key))});
}

std::string_view object_identifier(SignatureHash hash) {
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

ByteVector certificate_id(const OcspSpec& spec, const std::string& serial,
                          const x509::Certificate& issuer) {
  const x509::Certificate& named = spec.id_name_of.value_or(issuer);
  return der_sequence(
      {der_sequence({der_oid(object_identifier(spec.id_hash)), der_element(0x05, {})}),
       der_octets(digest(spec.id_hash, named.subject_der())),
       der_octets(key_hash(spec.id_hash, spec.id_key_of.value_or(issuer))), der_serial(serial)});
}

ByteVector certificate_status(const OcspSpec& spec) {
  constexpr int kEnumerated = 0x0a;
  switch (spec.status) {
    case OcspStatus::Good:
      return der_element(0x80, {});
    case OcspStatus::Revoked:
      return der_element(
          0xa1, der_concat({der_generalized_time(spec.revoked),
                            spec.reason ? der_element(0xa0, der_integer(*spec.reason, kEnumerated))
                                        : ByteVector{}}));
    case OcspStatus::Unknown:
      return der_element(0x82, {});
  }
  give_up("unknown status");
}

ByteVector single_response(const OcspSpec& spec, const std::string& serial,
                           const ByteVector& status, const x509::Certificate& issuer) {
  const ByteVector more = list_of(
      der_concat({invalidity_date(spec.invalid_since), extensions(spec.single_extensions)}));
  return der_sequence(
      {certificate_id(spec, serial, issuer), status, der_generalized_time(spec.this_update),
       spec.next_update ? der_element(0xa0, der_generalized_time(*spec.next_update)) : ByteVector{},
       tagged(0xa1, more)});
}

ByteVector responder_id(ResponderId kind, const x509::Certificate& responder) {
  switch (kind) {
    case ResponderId::ByName:
      return der_element(0xa1, to_vector(responder.subject_der()));
    case ResponderId::ByKey:
      return der_element(0xa2, der_octets(key_hash(SignatureHash::Sha1, responder)));
  }
  give_up("unknown responder id");
}

ByteVector response_data(const OcspSpec& spec, const x509::Certificate& certificate,
                         const Signer& issuer, const Signer& responder) {
  ByteVector singles;
  for (const std::string& serial : spec.serials_before) {
    singles = der_concat(
        {singles, single_response(spec, serial, der_element(0x80, {}), issuer.certificate())});
  }
  const std::string& serial = spec.id_serial.empty() ? certificate.serial() : spec.id_serial;
  singles = der_concat(
      {singles, single_response(spec, serial, certificate_status(spec), issuer.certificate())});
  return der_sequence(
      {spec.version ? der_element(0xa0, der_integer(*spec.version - 1)) : ByteVector{},
       responder_id(spec.responder_id, responder.certificate()),
       der_generalized_time(spec.produced), der_element(0x30, singles),
       tagged(0xa1, list_of(extensions(spec.response_extensions)))});
}

}  // namespace

CrlEntrySpec revoked(const x509::Certificate& certificate, std::optional<int> reason) {
  return {.serial = certificate.serial(), .reason = reason};
}

ByteVector make_crl(const CrlSpec& spec, const Signer& issuer) {
  StructureSigner signer(issuer.key(), spec.hash, spec.pss);
  std::vector<ByteVector> entries;
  for (const CrlEntrySpec& entry : spec.entries) {
    entries.push_back(crl_entry(entry));
  }
  return signer.close(der_sequence({
      spec.version ? der_integer(*spec.version - 1) : ByteVector{},
      spec.inner_algorithm.value_or(signer.algorithm()),
      spec.issuer_der.value_or(to_vector(issuer.certificate().subject_der())),
      der_time(spec.this_update),
      spec.next_update ? der_time(*spec.next_update) : ByteVector{},
      list_of(der_concat(entries)),
      tagged(0xa0, list_of(crl_extensions(spec))),
  }));
}

ByteVector make_ocsp(const OcspSpec& spec, const x509::Certificate& certificate,
                     const Signer& issuer) {
  return make_ocsp(spec, certificate, issuer, issuer);
}

ByteVector make_ocsp(const OcspSpec& spec, const x509::Certificate& certificate,
                     const Signer& issuer, const Signer& responder) {
  constexpr int kEnumerated = 0x0a;
  const ByteVector status = der_integer(spec.response_status, kEnumerated);
  if (spec.response_status != 0) {
    return der_sequence({status});
  }
  std::vector<ByteVector> embedded;
  for (const x509::Certificate& one : spec.embedded) {
    embedded.push_back(to_vector(one.der()));
  }
  StructureSigner signer(responder.key(), spec.hash, spec.pss);
  const ByteVector basic = signer.close(response_data(spec, certificate, issuer, responder),
                                        tagged(0xa0, list_of(der_concat(embedded))));
  return der_sequence(
      {status, der_element(0xa0, der_sequence({der_oid(spec.response_type), der_octets(basic)}))});
}

CertificateSpec responder_spec(std::string_view subject) {
  CertificateSpec spec = leaf_spec(subject);
  spec.extended_key_usage =
      x509::ExtendedKeyUsage{x509::Criticality::NotCritical, {std::string(kOcspSigning)}};
  spec.more_extensions = {
      {"1.3.6.1.5.5.7.48.1.5", x509::Criticality::NotCritical, der_element(0x05, {})}};
  return spec;
}

}  // namespace countersign::test
