// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <utility>

#include "countersign/base/limits_signing.h"
#include "countersign/crypto/random.h"
#include "countersign/net/url.h"
#include "countersign/signing/timestamper.h"
#include "countersign/x509/timestamp.h"
#include "countersign/x509/timestamp_query.h"

namespace countersign::signing {
namespace {

constexpr std::string_view kReplyType = "application/timestamp-reply";

Result<void> check_response(const net::Response& response, const std::string& host);

class Authority final : public Timestamper {
 public:
  Authority(std::string url, x509::Chain roots, net::HttpTransport& transport)
      : url_(std::move(url)), roots_(std::move(roots)), transport_(transport) {}

  Result<ByteVector> stamp(Bytes signature, crypto::HashAlgorithm hash,
                           Deadline deadline) override {
    const x509::TimestampQuery query{.message = signature,
                                     .hash = hash,
                                     .nonce = crypto::random_bytes(limits::kTimestampNonceBytes)};
    TRY(const auto reply, ask(query, deadline));
    TRY(auto token, x509::timestamp_token(as_bytes(reply), query));
    TRY(const auto timestamp, x509::Timestamp::open(token, signature));
    TRY_VOID(timestamp.chain_to(roots_));
    return token;
  }

 private:
  Result<std::string> ask(const x509::TimestampQuery& query, Deadline deadline) const;

  std::string url_;
  x509::Chain roots_;
  net::HttpTransport& transport_;
};

// RFC 3161, 3.4.
Result<std::string> Authority::ask(const x509::TimestampQuery& query, Deadline deadline) const {
  TRY(const auto url, net::Url::parse(url_, Reason::BadConfig));
  net::Request request;
  request.method = net::Method::Post;
  request.url = url.text();
  request.headers = {{"Content-Type", "application/timestamp-query"},
                     {"Accept", std::string(kReplyType)}};
  request.body = as_text(x509::timestamp_request(query));
  request.max_response = limits::kTimestampReplyBytes;
  request.wait = limits::kTimestampWait;
  request.kind = "timestamp";
  auto response = transport_.send(request, deadline);
  if (!response) {  // which speaks of registries
    return fail(response.error().reason,
                "the timestamp authority " + url.text() + ": " + response.error().detail);
  }
  TRY_VOID(check_response(*response, url.host()));
  return std::move(response->body);
}

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                              : character;
}

// Without parameters, which mean nothing here.
bool is_reply(const std::string* content_type) {
  if (content_type == nullptr) {
    return false;
  }
  std::string_view type(*content_type);
  type = type.substr(0, type.find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  return std::ranges::equal(type, kReplyType, {}, lower);
}

Result<void> check_response(const net::Response& response, const std::string& host) {
  constexpr int kGood = 200, kTooMany = 429, kServerError = 500;
  if (response.status != kGood) {
    const bool may_pass = response.status == kTooMany || response.status >= kServerError;
    return fail(may_pass ? Reason::RegistryUnavailable : Reason::RegistryResponse,
                "the timestamp authority " + host + " answers with status " +
                    std::to_string(response.status));
  }
  if (!is_reply(response.header("content-type"))) {
    return fail(Reason::RegistryResponse, "the timestamp authority " + host +
                                              " does not answer with " + std::string(kReplyType));
  }
  return {};
}

}  // namespace

std::unique_ptr<Timestamper> timestamp_authority(std::string url, x509::Chain roots,
                                                 net::HttpTransport& transport) {
  return std::make_unique<Authority>(std::move(url), std::move(roots), transport);
}

}  // namespace countersign::signing
