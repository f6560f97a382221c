// SPDX-License-Identifier: Apache-2.0
// An inspection of an image with one signature, which tests change before they show it.
#pragma once
#include <memory>
#include <string>

#include "app/inspection.h"
#include "support/cose_writer.h"
#include "support/timestamp_maker.h"

namespace countersign::app {

struct SampleInspection {
  oci::Descriptor image{
      std::string(oci::media_type::kOciManifest), oci::Digest::of(as_bytes("image")), 5, {}, {}};
  test::Signer signer = test::make_root().issue(leaf(), test::key(test::KeyType::P256));
  notation::Envelope envelope = *opened();

  static test::CertificateSpec leaf() {
    auto spec = test::leaf_spec("CN=Acme Signer");
    spec.serial = "0a";
    spec.ocsp_urls = {"http://ocsp.example/"};
    spec.crl_urls = {"http://crl.example/1", "http://crl.example/2"};
    return spec;
  }
  std::shared_ptr<const notation::Envelope> opened() const {
    const test::CoseWriter writer(signer, test::payload_of(image));
    return notation::open_envelope(oci::media_type::kCose, writer.write()).value();
  }

  // With a timestamp by an authority with these certificates.
  void stamp(const test::Signer& authority) {
    const ByteVector signature{1, 2, 3};
    auto token = test::TimestampMaker(authority, signature).write();
    envelope.timestamp =
        std::make_shared<const notation::Countersignature>(std::move(token), signature);
  }
  void stamp_badly() {
    envelope.timestamp =
        std::make_shared<const notation::Countersignature>(ByteVector{1}, ByteVector{2});
  }

  Inspection inspection(std::optional<Result<policy::Report>> judgement = {}) const {
    InspectedSignature signature{.digest = oci::Digest::of(as_bytes("signature")),
                                 .media_type = "application/cose",
                                 .envelope = std::make_shared<const notation::Envelope>(envelope),
                                 .judgement = std::move(judgement)};
    return {{"r.example/a@" + image.digest.text(), image, {}, 0}, {std::move(signature)}};
  }
  Inspection malformed() const {
    auto made = inspection();
    made.signatures[0].envelope = fail(Reason::EnvelopeInvalid, "trailing bytes");
    return made;
  }
};

// Of a signature that passes one check and fails another.
inline policy::Report untrusted_report() {
  auto report = policy::Report::refused(Reason::Untrusted, "nobody knows him");
  report.policy = "apps";
  report.signatures.push_back(
      {.digest = oci::Digest::of(as_bytes("signature")),
       .media_type = "application/cose",
       .verdict = policy::Verdict::Untrusted,
       .reason = Reason::Untrusted,
       .detail = "nobody knows him",
       .signing_scheme = {},
       .signing_time = {},
       .expiry = {},
       .signer = {},
       .checks = {{"integrity", "enforce", "pass", {}, {}},
                  {"authenticity", "enforce", "fail", Reason::Untrusted, "nobody knows him"}}});
  return report;
}

}  // namespace countersign::app
