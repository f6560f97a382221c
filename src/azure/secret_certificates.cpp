// SPDX-License-Identifier: Apache-2.0
#include "azure/secret_certificates.h"

#include <algorithm>
#include <string>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/codec/base64.h"
#include "countersign/codec/pem.h"
#include "countersign/net/header_reader.h"
#include "countersign/x509/chain_order.h"
#include "countersign/x509/pkcs12.h"

namespace countersign::azure {
namespace {

constexpr std::string_view kPkcs12 = "application/x-pkcs12";
constexpr std::string_view kPem = "application/x-pem-file";
constexpr std::size_t kShownType = 64;  // of a content type that is not known

Result<x509::Chain> read_pem(const std::string& text);
Result<x509::Chain> read_pkcs12(std::string_view text);
std::string media_type(std::string_view content_type);

}  // namespace

Result<x509::Chain> certificates_of(const Secret& text, std::string_view content_type) {
  if (text.reveal().size() > limits::kVaultSecretBytes) {
    return fail(Reason::BadConfig, "it is larger than the limit");
  }
  const auto type = media_type(content_type);
  x509::Chain found;
  if (codec::looks_like_pem(text.reveal())) {
    TRY(found, read_pem(text.reveal()));
  } else if (type == kPkcs12) {
    TRY(found, read_pkcs12(text.reveal()));
  } else if (!type.empty() && type != kPem) {
    return fail(Reason::BadConfig,
                "it is no PEM, and of the content type \"" + log::clean(type, kShownType) + "\"");
  }
  if (found.empty()) {
    return fail(Reason::BadConfig, "there is no certificate in it");
  }
  return x509::in_order(std::move(found));
}

namespace {

// RFC 9110, section 8.3.1: type and subtype without regard to case, parameters behind ";".
std::string media_type(std::string_view content_type) {
  auto type = net::lower(content_type.substr(0, content_type.find(';')));
  type.erase(0, type.find_first_not_of(" \t"));
  type.erase(type.find_last_not_of(" \t") + 1);
  return type;
}

// The reader's own words may quote the line that they are about.
Result<x509::Chain> read_pem(const std::string& text) {
  const auto blocks =
      codec::parse_pem(text, "CERTIFICATE", codec::OtherBlocks::Skip, Reason::BadConfig);
  if (!blocks) {
    return fail(Reason::BadConfig, "its PEM is broken");
  }
  x509::Chain certificates;
  for (const auto& block : *blocks) {
    TRY(auto certificate, x509::Certificate::parse_der(block.content, Reason::BadConfig));
    if (std::ranges::find(certificates, certificate) != certificates.end()) {
      continue;
    }
    if (certificates.size() == limits::kVaultChain) {
      return fail(Reason::BadConfig, "it has more certificates than the limit");
    }
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

bool is_base64(std::string_view text) {
  const auto digits = text.substr(0, text.find('='));
  return text.size() % 4 == 0 && text.size() - digits.size() <= 2 &&
         std::ranges::all_of(digits, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

// Looked at before it is decoded, so that no half of the file is left behind where decoding ended.
Result<x509::Chain> read_pkcs12(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  const bool good = is_base64(digits);
  auto file = good ? codec::decode_base64(digits, Reason::BadConfig)
                   : fail(Reason::BadConfig, "its base64 is broken");
  wipe(digits);
  if (!file) {
    return std::unexpected(std::move(file).error());
  }
  return x509::read_pkcs12(*std::move(file), Reason::BadConfig);
}

}  // namespace
}  // namespace countersign::azure
