// SPDX-License-Identifier: Apache-2.0
#include "countersign/trust/certificate_file.h"

#include "countersign/base/limits.h"
#include "countersign/codec/pem.h"

namespace countersign::trust {
namespace {

Result<std::vector<x509::Certificate>> parse_pem_file(Bytes content);

}  // namespace

Result<std::vector<x509::Certificate>> parse_certificate_file(Bytes content) {
  if (content.size() > limits::kTrustStoreFileBytes) {
    return fail(Reason::BadConfig, "certificate file is larger than the limit");
  }
  if (codec::looks_like_pem(as_text(content))) {
    return parse_pem_file(content);
  }
  TRY(auto certificate, x509::Certificate::parse_der(content, Reason::BadConfig));
  return std::vector{std::move(certificate)};
}

namespace {

Result<std::vector<x509::Certificate>> parse_pem_file(Bytes content) {
  TRY(const auto blocks, codec::parse_pem(as_text(content), "CERTIFICATE",
                                          codec::OtherBlocks::Refuse, Reason::BadConfig));
  if (blocks.empty()) {
    return fail(Reason::BadConfig, "certificate file has no certificates");
  }
  if (blocks.size() > limits::kTrustStoreCertificates) {
    return fail(Reason::BadConfig, "certificate file has more certificates than the limit");
  }
  std::vector<x509::Certificate> certificates;
  for (const codec::PemBlock& block : blocks) {
    TRY(auto certificate, x509::Certificate::parse_der(block.content, Reason::BadConfig));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

}  // namespace
}  // namespace countersign::trust
