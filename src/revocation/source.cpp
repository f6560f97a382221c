// SPDX-License-Identifier: Apache-2.0
#include "revocation/source.h"

#include <utility>

#include "countersign/base/limits.h"

namespace countersign::revocation {
namespace {

Result<net::Url> parse_url(const std::string& text);
Result<Finding> read_body(Bytes body, const std::optional<x509::Certificate>& certificate,
                          const x509::Certificate& issuer, Time now);

}  // namespace

Result<Source> Source::responder(const std::string& url, const Query& query) {
  TRY(auto parsed, parse_url(url));
  return Source(std::move(parsed), query.certificate, query.issuer);
}

Result<Source> Source::list(const std::string& url, const x509::Certificate& issuer) {
  TRY(auto parsed, parse_url(url));
  return Source(std::move(parsed), std::nullopt, issuer);
}

Source::Source(net::Url url, std::optional<x509::Certificate> certificate, x509::Certificate issuer)
    : url_(std::move(url)), certificate_(std::move(certificate)), issuer_(std::move(issuer)) {
  key_ = (certificate_ ? certificate_->thumbprint() : "list") + " " + issuer_.thumbprint() + " " +
         url_.text();
}

net::Request Source::request() const {
  net::Request request;
  request.url = url_.text();
  if (is_list()) {
    request.headers = {{"Accept", "application/pkix-crl"}};
    request.max_response = limits::kCrlBytes;
    request.wait = limits::kCrlWait;
    return request;
  }
  // RFC 6960, appendix A.1.
  request.method = net::Method::Post;
  request.headers = {{"Content-Type", "application/ocsp-request"},
                     {"Accept", "application/ocsp-response"}};
  const auto question = x509::ocsp_request(*certificate_, issuer_);
  request.body = as_text(question);
  request.max_response = limits::kOcspResponseBytes;
  request.wait = limits::kOcspWait;
  return request;
}

Result<Finding> Source::read(const net::Response& response, Time now) const {
  auto finding = read_body(as_bytes(response.body), certificate_, issuer_, now);
  if (!finding) {
    return fail(Reason::RevocationUnknown, host() + ": " + finding.error().detail);
  }
  return finding;
}

namespace {

Result<net::Url> parse_url(const std::string& text) {
  auto url = net::Url::parse(text, Reason::RevocationUnknown);
  if (!url || url->scheme() != net::UrlScheme::Http) {
    return fail(Reason::RevocationUnknown,
                "an address that is not plain http: " + log::clean(text, limits::kHostBytes));
  }
  return url;
}

Result<Finding> read_body(Bytes body, const std::optional<x509::Certificate>& certificate,
                          const x509::Certificate& issuer, Time now) {
  if (certificate) {
    TRY(auto answer, x509::read_ocsp(body, *certificate, issuer, now));
    return Finding(std::move(answer));
  }
  TRY(auto list, x509::Crl::open({body.begin(), body.end()}, issuer));
  return Finding(std::move(list));
}

}  // namespace
}  // namespace countersign::revocation
