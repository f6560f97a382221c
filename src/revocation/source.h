// SPDX-License-Identifier: Apache-2.0
// One place where something about revocation is read: how it is asked, and what its answer must be.
//
// Only plain http: the answers are signed, and who asks over https needs a second opinion about the
// certificate of the server. Any status but 200 is a failure, a redirect included. The content type
// is not looked at, as the Notation CLI does not: what proves an answer is its signature, and a
// page of HTML is no DER.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "countersign/net/http_transport.h"
#include "countersign/net/url.h"
#include "countersign/revocation/client.h"
#include "countersign/x509/crl.h"
#include "countersign/x509/ocsp.h"

namespace countersign::revocation {

using Finding = std::variant<x509::OcspAnswer, x509::Crl>;

class Source {
 public:
  // Reason::RevocationUnknown for an address that is not one of plain http.
  [[nodiscard]] static Result<Source> responder(const std::string& url, const Query&);
  [[nodiscard]] static Result<Source> list(const std::string& url, const x509::Certificate& issuer);

  bool is_list() const { return !certificate_; }
  const x509::Certificate& issuer() const { return issuer_; }
  const std::string& host() const { return url_.host(); }
  const std::string& url() const { return url_.text(); }
  // Equal for the same bytes of the same issuer's, and never for another issuer's.
  const std::string& key() const { return key_; }

  net::Request request() const;
  // RevocationUnknown when the answer can't be used. A list may be out of date.
  [[nodiscard]] Result<Finding> read(const net::Response&, Time now) const;

 private:
  Source(net::Url url, std::optional<x509::Certificate> certificate, x509::Certificate issuer);

  net::Url url_;
  std::optional<x509::Certificate> certificate_;  // of whom a responder is asked
  x509::Certificate issuer_;
  std::string key_;
};

}  // namespace countersign::revocation
