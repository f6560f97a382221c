// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_api.h"

#include <optional>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/net/header_reader.h"
#include "countersign/registry/status.h"

#include "registry/link.h"
#include "registry/redirects.h"
#include "registry/referrers_tag.h"

namespace countersign::registry {
namespace {

// Says that the registry does not know this route, rather than that it can't answer now.
bool denies_the_api(const net::Response& response) {
  switch (response.status) {
    case 400:
    case 405:
    case 406:
    case 501:
      return true;
    case 404:
      return !is_name_unknown(response);
    default:  // of all integers; a redirect that is still here leads to another origin
      return is_redirect(response.status);
  }
}

Get page(net::Url url) {
  return {.url = std::move(url),
          .kind = "referrers",
          .accept = oci::media_type::kOciIndex,
          .most = limits::kReferrersPageBytes,
          .redirects = Redirects::SameOrigin};
}

}  // namespace

Result<Get> ReferrersApi::first_page() const {
  // A "+" that a server reads as a space would give an empty list: everything is encoded.
  TRY(auto url, repository_.below("referrers/" + subject_.text() +
                                      "?artifactType=" + net::percent_encode(artifact_type_),
                                  Reason::Internal));
  return page(std::move(url));
}

Result<ApiAnswer> ReferrersApi::read(Result<Reply> first, Session& session, Deadline deadline,
                                     ReferrerCollection& found) const {
  auto answer = std::move(first);
  for (std::size_t number = 1;; ++number) {
    TRY(const auto reply, std::move(answer));
    if (number == 1 && denies_the_api(reply.response)) {
      return ApiAnswer::Absent;
    }
    if (reply.response.status != 200) {
      return std::unexpected(status_error(reply.response, reply.url.host()));
    }
    auto listed = read_index(reply.response);
    if (!listed && number == 1) {
      return ApiAnswer::Garbled;
    }
    if (!listed) {
      return fail(Reason::RegistryResponse, "a later page of referrers is not an index");
    }
    TRY_VOID(found.add(std::move(*listed)));
    TRY(const auto next, next_link(reply.response));
    if (!next) {
      return ApiAnswer::List;
    }
    if (number == limits::kReferrersPages) {
      return fail(Reason::RegistryResponse,
                  "referrers on more than " + std::to_string(limits::kReferrersPages) + " pages");
    }
    TRY(auto url, next_page(reply, *next));
    answer = session.send(page(std::move(url)), deadline);
  }
}

Result<net::Url> ReferrersApi::next_page(const Reply& reply, const std::string& target) const {
  TRY(auto url, reply.url.resolve(target, Reason::RegistryResponse));
  const auto path = net::lower(url.path());
  const bool disguised =
      path.find("%2e") != std::string::npos || path.find("%2f") != std::string::npos;
  if (!url.same_origin(repository_) || disguised ||
      !url.path().starts_with(repository_.path() + "referrers/") ||
      url.text() == reply.url.text()) {
    return fail(Reason::RegistryResponse,
                repository_.host() + " names a next page that is not of this list");
  }
  return url;
}

}  // namespace countersign::registry
