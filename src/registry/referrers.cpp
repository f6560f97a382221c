// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers.h"

#include <utility>

#include "registry/referrer_collection.h"
#include "registry/referrers_api.h"
#include "registry/referrers_tag.h"

namespace countersign::registry {
namespace {

using Listed = std::vector<oci::Descriptor>;

class Search {
 public:
  Search(Session& session, const ReferrersSource& source, const ReferrersQuery& query,
         Deadline deadline)
      : session_(session),
        source_(source),
        query_(query),
        deadline_(deadline),
        api_(source.repository, query.subject, query.artifact_type),
        found_(query.artifact_type) {}

  Result<Listed> run() {
    TRY_VOID(look());
    return found_.take();
  }

 private:
  Result<void> look();
  Result<void> by_api_then_tag();
  Result<void> by_tag_then_api();
  Result<void> by_api_alone();
  Result<void> by_both();
  Result<ApiAnswer> ask_api();
  Result<TagAnswer> ask_tag();
  Result<void> conclude(ApiAnswer api, TagAnswer tag) const;

  Session& session_;
  const ReferrersSource& source_;
  const ReferrersQuery& query_;
  Deadline deadline_;
  ReferrersApi api_;
  ReferrerCollection found_;
};

Result<void> Search::look() {
  switch (source_.by) {
    case ReferrersBy::Auto:
      return source_.tag_first.holds() ? by_tag_then_api() : by_api_then_tag();
    case ReferrersBy::Api:
      return by_api_alone();
    case ReferrersBy::Tag: {
      TRY_VOID(ask_tag());
      return {};
    }
    case ReferrersBy::Both:
      return by_both();
  }
  return fail(Reason::Internal, "no such way to look for referrers");
}

Result<void> Search::by_api_then_tag() {
  TRY(const auto api, ask_api());
  if (api == ApiAnswer::List) {
    return {};
  }
  TRY(const auto tag, ask_tag());
  if (api == ApiAnswer::Absent && tag == TagAnswer::List) {
    source_.tag_first.begin();
  }
  return conclude(api, tag);
}

Result<void> Search::by_tag_then_api() {
  TRY(const auto tag, ask_tag());
  if (!found_.empty()) {
    return {};
  }
  TRY(const auto api, ask_api());
  if (api != ApiAnswer::Absent) {
    source_.tag_first.end();
  }
  return conclude(api, tag);
}

Result<void> Search::by_api_alone() {
  TRY(const auto api, ask_api());
  return api == ApiAnswer::List
             ? Result<void>()
             : fail(Reason::RegistryResponse,
                    source_.repository.host() +
                        " has no referrers API, and nothing else is to be asked for referrers");
}

Result<void> Search::by_both() {
  TRY(auto gets, tag_requests(source_.repository, query_.subject));
  TRY(auto first_page, api_.first_page());
  gets.push_back(std::move(first_page));
  auto replies = session_.send_all(gets, deadline_);
  auto first = std::move(replies.back());
  replies.pop_back();
  TRY(const auto api, api_.read(std::move(first), session_, deadline_, found_));
  TRY(const auto tag, read_tags(std::move(replies), query_.subject, found_));
  return conclude(api, tag);
}

Result<ApiAnswer> Search::ask_api() {
  TRY(const auto first, api_.first_page());
  return api_.read(session_.send(first, deadline_), session_, deadline_, found_);
}

Result<TagAnswer> Search::ask_tag() {
  TRY(const auto gets, tag_requests(source_.repository, query_.subject));
  return read_tags(session_.send_all(gets, deadline_), query_.subject, found_);
}

// "If the client receives a 404 [...] or the content is not a valid image index, it MUST assume
// there are no referrers": unless the API's answer was strange, too.
Result<void> Search::conclude(ApiAnswer api, TagAnswer tag) const {
  return api == ApiAnswer::Garbled && tag == TagAnswer::Strange
             ? fail(Reason::RegistryResponse, source_.repository.host() +
                                                  " answers neither the API nor the tag with an "
                                                  "index")
             : Result<void>();
}

}  // namespace

Result<std::vector<oci::Descriptor>> list_referrers(Session& session, const ReferrersSource& source,
                                                    const ReferrersQuery& query,
                                                    Deadline deadline) {
  return Search(session, source, query, deadline).run();
}

}  // namespace countersign::registry
