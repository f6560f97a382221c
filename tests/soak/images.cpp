// SPDX-License-Identifier: Apache-2.0
#include "soak/images.h"

#include <array>
#include <cstdlib>

#include "support/cose_writer.h"
#include "support/pki.h"

namespace countersign::soak {
namespace {

Kind kind_of(std::size_t number) {
  static constexpr std::array kUntrusted{Kind::Unsigned, Kind::Stranger, Kind::Borrowed};
  return number % 3 == 0 || number % 3 == 1 ? Kind::Signed : kUntrusted[number / 3 % 3];
}

}  // namespace

Reason rightful_reason(Kind kind) {
  switch (kind) {
    case Kind::Signed:
      break;
    case Kind::Unsigned:
      return Reason::SignatureNotFound;
    case Kind::Stranger:
      return Reason::Untrusted;
    case Kind::Borrowed:
      return Reason::PayloadMismatch;
  }
  std::abort();
}

Images::Images(std::size_t count) {
  const auto trusted = test::make_leaf(test::key(test::KeyType::P256));
  const auto stranger = test::make_leaf(test::key(test::KeyType::P256, 1));
  trusted_ = test::pem(trusted.chain().back());
  const auto sign = [this](const test::Signer& signer, const oci::Descriptor& image,
                           const oci::Descriptor& stated) {
    const test::CoseWriter writer(signer, test::payload_of(stated));
    store_.push_signature(image, store_.push(oci::media_type::kCose, writer.write()));
  };
  auto last = store_.push(oci::media_type::kOciManifest, R"({"schemaVersion":2})");
  for (std::size_t number = 0; number < count; ++number) {
    const auto name = "image-" + std::to_string(number);
    const auto image = store_.push(
        oci::media_type::kOciManifest,
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
        R"("config":{"mediaType":"application/vnd.oci.empty.v1+json",)"
        R"("digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",)"
        R"("size":2},"layers":[],"annotations":{"name":")" +
            name + R"("}})");
    const auto kind = kind_of(number);
    if (kind != Kind::Unsigned) {
      sign(kind == Kind::Stranger ? stranger : trusted, image,
           kind == Kind::Borrowed ? last : image);
    }
    store_.tags.emplace(name, image.digest);
    all_.push_back({name, kind, image.digest});
    last = image;
  }
}

}  // namespace countersign::soak
