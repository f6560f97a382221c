// SPDX-License-Identifier: Apache-2.0
#include "server/certificates.h"

#include <cstring>
#include <ctime>
#include <limits>
#include <optional>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace countersign::server {
namespace {

using OctetsPtr = crypto::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

std::optional<Time> calendar_time(const ASN1_TIME* time) {
  std::tm calendar{};
  if (ASN1_TIME_to_tm(time, &calendar) != 1) {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(timegm(&calendar)));
}

bool at_the_end() {
  const auto code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

}  // namespace

Result<Certificates> read_certificates(std::string_view pem, std::size_t most) {
  const crypto::ErrorQueueGuard clean;
  ERR_clear_error();
  const auto bio = memory_bio(pem);
  Certificates certificates;
  while (bio) {
    crypto::X509Ptr next(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    if (!next) {
      break;
    }
    if (certificates.size() == most) {
      return fail(Reason::BadConfig, "more than " + std::to_string(most) + " certificates");
    }
    certificates.push_back(std::move(next));
  }
  if (!at_the_end()) {
    return fail(Reason::BadConfig, openssl_reason());
  }
  if (certificates.empty()) {
    return fail(Reason::BadConfig, "there is no PEM certificate in it");
  }
  return certificates;
}

Result<Validity> validity(const X509* certificate) {
  const auto begin = calendar_time(X509_get0_notBefore(certificate));
  const auto end = calendar_time(X509_get0_notAfter(certificate));
  if (!begin || !end) {
    return fail(Reason::BadConfig, "its validity can't be read");
  }
  return Validity{*begin, *end};
}

bool is_for(X509* certificate, const std::string& name) {
  constexpr unsigned kAsClientsDo =
      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  const OctetsPtr address(a2i_IPADDRESS(name.c_str()));
  return address
             ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
             : X509_check_host(certificate, name.data(), name.size(), kAsClientsDo, nullptr) == 1;
}

crypto::BioPtr memory_bio(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return nullptr;
  }
  return crypto::BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int no_passphrase(char*, int, int, void*) { return -1; }

std::string openssl_reason() {
  const auto code = ERR_peek_error();
  const char* text =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  std::string reason = text != nullptr ? text : "unknown error";
  ERR_clear_error();
  return reason;
}

}  // namespace countersign::server
