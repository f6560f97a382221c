// SPDX-License-Identifier: Apache-2.0
#include <ostream>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/codec/pem.h"
#include "countersign/trust/certificate_file.h"

#include "app/certificate_trial.h"
#include "app/commands.h"
#include "app/file.h"

namespace countersign::app {
namespace {

// A signer's file may hold the key, too; what a trust store refuses to read is refused here.
Result<x509::Chain> read_certificates(const CertificateOptions& options) {
  TRY(auto content, read_file(options.file, limits::kTrustStoreFileBytes));
  const bool anchors = options.as == As::CaAnchor || options.as == As::TsaAnchor;
  if (anchors || !codec::looks_like_pem(content)) {
    return trust::parse_certificate_file(as_bytes(content));
  }
  auto blocks =
      codec::parse_pem(content, "CERTIFICATE", codec::OtherBlocks::Skip, Reason::BadConfig);
  wipe(content);
  if (!blocks || blocks->empty() || blocks->size() > limits::kTrustStoreCertificates) {
    return fail(Reason::BadConfig,
                blocks ? "there are no certificates, or too many" : blocks.error().detail);
  }
  x509::Chain certificates;
  for (const auto& block : *blocks) {
    TRY(auto certificate, x509::Certificate::parse_der(block.content, Reason::BadConfig));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

Result<std::optional<crypto::PrivateKey>> read_key(const std::string& file) {
  if (file.empty()) {
    return std::nullopt;
  }
  TRY(auto content, read_file(file, limits::kKeyFileBytes));
  auto key = crypto::PrivateKey::parse_pem(content, Reason::BadConfig);
  wipe(content);
  if (!key) {
    return fail(Reason::BadConfig, file + ": " + key.error().detail);
  }
  return *std::move(key);
}

}  // namespace

Exit certificate_check(const CertificateOptions& options, Console& console) {
  const auto certificates = read_certificates(options);
  if (!certificates) {
    return complain({options.file + ": " + certificates.error().detail}, console);
  }
  const auto key = read_key(options.key_file);
  if (!key) {
    return complain({key.error().detail}, console);
  }
  const CalendarAt clock(options.at);
  const auto trial = try_certificates(*certificates, options.as, *key, clock.now());
  console.out << (options.output == Output::Json ? trial_json(trial, options.file) + "\n"
                                                 : trial_text(trial, options.file, console.colour));
  return trial.accepted() ? Exit::Yes : Exit::No;
}

}  // namespace countersign::app
