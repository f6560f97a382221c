// SPDX-License-Identifier: Apache-2.0
#include "x509/ocsp_responder.h"

#include <string_view>

#include <gtest/gtest.h>

#include "revocation_pki.h"
#include "support/der_writer.h"
#include "support/structure_signer.h"

namespace countersign::x509 {
namespace {

using namespace test;
using namespace std::chrono_literals;

ByteVector name_id(const Certificate& certificate) {
  return der_element(0xa1, {certificate.subject_der().begin(), certificate.subject_der().end()});
}

struct Found {
  bool accepted = false;
  std::optional<Certificate> delegate;
};

// Something that `signer` signed, with that id of the responder and those certificates.
Found find(const Signer& signer, const ByteVector& id, const std::vector<Certificate>& embedded,
           SignatureHash hash = SignatureHash::Sha256) {
  const ByteVector whole = StructureSigner(signer.key(), hash, {}).close(der_sequence({}));
  DerReader fields(content_of(whole, der::kSequence).value_or(Bytes{}));
  DerReader ids(id);
  auto found = find_responder(*take_signed_parts(fields), *ids.take(), embedded,
                              OcspQuestion{pki().leaf.certificate(), pki().ca.certificate(), kNow});
  if (!found) {
    EXPECT_EQ(found.error().reason, Reason::RevocationUnknown);
    return {};
  }
  return {true, *std::move(found)};
}

Found find(const Signer& delegate) {
  return find(delegate, name_id(delegate.certificate()), {delegate.certificate()});
}

TEST(OcspResponder, IsTheCaItself) {
  const Found found = find(pki().ca, name_id(pki().ca.certificate()), {});
  EXPECT_TRUE(found.accepted);
  EXPECT_FALSE(found.delegate);
  // Its own certificate may come along; who signed is decided by its key.
  EXPECT_FALSE(find(pki().ca, name_id(pki().ca.certificate()), {pki().ca.certificate()}).delegate);
}

TEST(OcspResponder, IsADelegateOfTheCa) {
  const Signer delegate = pki().ca.issue(responder_spec());
  const Found found = find(delegate, name_id(delegate.certificate()),
                           {pki().root.certificate(), delegate.certificate()});
  EXPECT_TRUE(found.accepted);
  EXPECT_EQ(found.delegate, delegate.certificate());
}

TEST(OcspResponder, IsTheOneThatTheResponseNames) {
  const Signer delegate = pki().ca.issue(responder_spec());
  const Certificate& certificate = delegate.certificate();
  EXPECT_FALSE(find(delegate, name_id(pki().ca.certificate()), {certificate}).accepted);
  EXPECT_FALSE(find(delegate, der_element(0xa2, der_octets({1, 2})), {certificate}).accepted);
  EXPECT_FALSE(find(delegate, der_element(0xa2, der_integer(1)), {certificate}).accepted);
  EXPECT_FALSE(find(delegate, name_id(certificate), {}).accepted);
}

CertificateSpec with_usage(std::initializer_list<KeyUsageBit> bits) {
  CertificateSpec spec = responder_spec();
  spec.key_usage = critical_usage(bits);
  return spec;
}

CertificateSpec with_purposes(std::vector<std::string> purposes) {
  CertificateSpec spec = responder_spec();
  spec.extended_key_usage = ExtendedKeyUsage{Criticality::NotCritical, std::move(purposes)};
  return spec;
}

struct Row {
  std::string_view name;
  Signer delegate;
  bool accepted;
};

std::vector<Row> delegates() {
  const Signer& ca = pki().ca;
  CertificateSpec no_usage = responder_spec();
  no_usage.key_usage.reset();
  CertificateSpec no_purposes = responder_spec();
  no_purposes.extended_key_usage.reset();
  CertificateSpec expired = responder_spec();
  expired.not_after = kNow - 1s;
  CertificateSpec not_yet = responder_spec();
  not_yet.not_before = kNow + 1s;
  CertificateSpec to_the_second = responder_spec();
  to_the_second.not_before = to_the_second.not_after = kNow;
  CertificateSpec weak = responder_spec();
  weak.hash = SignatureHash::Sha1;
  const Signer sub_ca = ca.issue(ca_spec("C=US, ST=WA, O=Acme, CN=Acme Sub CA"));
  return {
      {"fit", ca.issue(responder_spec()), true},
      {"no key usage", ca.issue(no_usage), true},
      {"OCSPSigning among others",
       ca.issue(with_purposes({std::string(kCodeSigning), std::string(kOcspSigning)})), true},
      {"valid in this second", ca.issue(to_the_second), true},
      {"no extended key usage", ca.issue(no_purposes), false},
      {"another purpose", ca.issue(with_purposes({std::string(kCodeSigning)})), false},
      {"any purpose", ca.issue(with_purposes({"2.5.29.37.0"})), false},
      {"key usage without digitalSignature", ca.issue(with_usage({KeyUsageBit::KeyAgreement})),
       false},
      {"expired", ca.issue(expired), false},
      {"not yet valid", ca.issue(not_yet), false},
      {"issued with SHA-1", ca.issue(weak), false},
      {"of the CA above", pki().root.issue(responder_spec()), false},
      {"of a CA below", sub_ca.issue(responder_spec()), false},
      {"of a CA of the same name", pki().other_ca.issue(responder_spec()), false},
      {"self-signed", Signer::self_signed(responder_spec()), false},
      {"the certificate itself", pki().leaf, false},
      {"the certificate's key", ca.issue(responder_spec(), pki().leaf.key()), false},
  };
}

TEST(OcspResponder, IsFitForIt) {
  for (const Row& row : delegates()) {
    EXPECT_EQ(find(row.delegate).accepted, row.accepted) << row.name;
  }
}

TEST(OcspResponder, SignsStrongly) {
  const Signer delegate = pki().ca.issue(responder_spec());
  for (const Signer& signer : {delegate, pki().ca}) {
    EXPECT_FALSE(
        find(signer, name_id(signer.certificate()), {signer.certificate()}, SignatureHash::Sha1)
            .accepted);
  }
}

TEST(OcspResponder, IsBeyondCheckWhenTheCaSaysSo) {
  EXPECT_TRUE(is_beyond_check(pki().ca.issue(responder_spec()).certificate()));
  CertificateSpec spec = responder_spec();
  spec.more_extensions.clear();
  EXPECT_FALSE(is_beyond_check(pki().ca.issue(spec).certificate()));
  EXPECT_FALSE(is_beyond_check(Signer::self_signed({.subject = "CN=bare"}).certificate()));
}

}  // namespace
}  // namespace countersign::x509
