// SPDX-License-Identifier: Apache-2.0
#include "azure/token_endpoint.h"

#include <utility>

#include "countersign/net/url.h"

namespace countersign::azure {
namespace {

// Made in a string that does not have to grow, which would leave copies behind.
Secret joined(std::string_view name, std::string_view value) {
  std::string text;
  text.reserve(name.size() + value.size());
  text += name;
  text += value;
  Secret field(text);
  wipe(text);
  return field;
}

}  // namespace

TokenEndpoint::TokenEndpoint(Application application, net::HttpTransport& http, const Clock& clock)
    : application_(std::move(application)),
      url_(application_.authority + application_.tenant + "/oauth2/v2.0/token"),
      exchange_(http, clock, read_entra_error) {}

Result<AccessToken> TokenEndpoint::ask(std::string_view audience, const Secret& proof,
                                       Deadline deadline) {
  net::Request request;
  request.method = net::Method::Post;
  request.url = url_;
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  const auto public_part =
      "grant_type=client_credentials&client_id=" + net::percent_encode(application_.client) +
      "&scope=" + net::percent_encode(std::string(audience) + "/.default") + "&";
  request.body.reserve(public_part.size() + proof.reveal().size());
  request.body += public_part;
  request.body += proof.reveal();
  return exchange_.send(std::move(request), deadline);
}

Secret assertion_proof(const Secret& jwt) {
  return joined(
      "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
      "client_assertion=",
      jwt.reveal());
}

Secret secret_proof(const Secret& client_secret) {
  std::string encoded = net::percent_encode(client_secret.reveal());
  auto proof = joined("client_secret=", encoded);
  wipe(encoded);
  return proof;
}

}  // namespace countersign::azure
