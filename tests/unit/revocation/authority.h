// SPDX-License-Identifier: Apache-2.0
// A certificate authority that answers for its certificates, in findings and in bytes.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "countersign/revocation/client.h"

#include "revocation/source.h"
#include "support/pki.h"
#include "support/revocation_maker.h"

namespace countersign::revocation {

inline constexpr Time kSoonOver = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};
inline constexpr Time kOver = std::chrono::sys_days{std::chrono::year{2026} / 2 / 1};
inline constexpr Time kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

class Authority {
 public:
  explicit Authority(std::string_view name = "C=US, ST=WA, O=Acme, CN=Acme Root")
      : ca_(test::make_root(test::ca_spec(name))) {}

  const test::Signer& signer() const { return ca_; }

  test::Signer issue(std::vector<std::string> responders, std::vector<std::string> lists) const {
    auto spec = test::leaf_spec();
    spec.ocsp_urls = std::move(responders);
    spec.crl_urls = std::move(lists);
    return ca_.issue(spec);
  }
  // About a new certificate that names these sources.
  Query query(std::vector<std::string> responders, std::vector<std::string> lists = {}) const {
    return {issue(std::move(responders), std::move(lists)).certificate(), ca_.certificate()};
  }

  std::string list_bytes(const test::CrlSpec& spec = {}) const {
    return text(test::make_crl(spec, ca_));
  }
  std::string list_bytes_revoking(const Query& query) const {
    return list_bytes({.entries = {test::revoked(query.certificate, test::kKeyCompromise)}});
  }
  std::string answer_bytes(const Query& query, const test::OcspSpec& spec = {}) const {
    return text(test::make_ocsp(spec, query.certificate, ca_));
  }

  Result<Finding> list(const test::CrlSpec& spec = {}) const {
    TRY(auto list, x509::Crl::open(test::make_crl(spec, ca_), ca_.certificate()));
    return Finding(std::move(list));
  }

 private:
  static std::string text(const ByteVector& bytes) { return {bytes.begin(), bytes.end()}; }
  test::Signer ca_;
};

}  // namespace countersign::revocation
