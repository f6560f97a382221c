// SPDX-License-Identifier: Apache-2.0
#include "registry/referrers_tag_keeper.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "countersign/base/limits_signing.h"
#include "countersign/registry/status.h"

#include "registry/content_type.h"
#include "registry/push_answer.h"
#include "registry/referrers_tag.h"

namespace countersign::registry {
namespace {

using std::chrono::milliseconds;

// Somebody else writes the tag at this moment, or the registry has no time: 409 and 412 are no part
// of the specification, but what servers say whose storage compares before it writes.
bool says_later(const net::Response& response) {
  static constexpr std::array kLater{408, 409, 412, 429, 500, 502, 503, 504};
  return std::ranges::find(kLater, response.status) != kLater.end();
}

}  // namespace

ReferrersTagKeeper::ReferrersTagKeeper(const Means& means, const net::Url& repository,
                                       const oci::Digest& subject)
    : means_(means),
      repository_(repository),
      subject_(subject),
      tag_(referrers_tags(subject).back()) {}  // as the specification cuts it

Result<void> ReferrersTagKeeper::list(const oci::Descriptor& referrer, Deadline deadline) {
  const auto entry = entry_of(referrer);
  for (int attempt = 1; attempt <= limits::kTagAttempts; ++attempt) {
    TRY(const auto outcome, try_once(entry, deadline));
    if (outcome == Attempt::Listed) {
      TRY(const auto settled, stays(entry.digest, deadline));
      if (settled) {
        return {};
      }
    }
    TRY_VOID(back_off(attempt, deadline));
  }
  return fail(Reason::RegistryUnavailable, "others write the referrers tag " + tag_ + " of " +
                                               repository_.host() +
                                               " all the time, or it is too slow");
}

Result<ReferrersTagKeeper::Attempt> ReferrersTagKeeper::try_once(const IndexEntry& entry,
                                                                 Deadline deadline) {
  auto began = means_.clock.tick();
  TRY(auto index, read(deadline));
  if (!index) {  // a registry that is just replacing a tag may have none for a moment
    began = means_.clock.tick();
    TRY(index, read(deadline));
  }
  auto listed = index ? std::move(*index) : ReferrerIndex::empty();
  if (listed.has(entry.digest)) {
    return Attempt::Listed;
  }
  TRY_VOID(listed.add(entry));
  TRY_VOID(put_back(listed, deadline));
  if (means_.clock.tick() - began > limits::kTagWriteWindow) {
    return Attempt::InVain;
  }
  return write(listed, deadline);
}

// "If the tag returns a 404, the client MUST begin with an empty image index."
Result<std::optional<ReferrerIndex>> ReferrersTagKeeper::read(Deadline deadline) {
  TRY(auto url, repository_.below("manifests/" + tag_, Reason::Internal));
  TRY(auto reply, means_.session.send({.url = std::move(url),
                                       .kind = "referrersTag",
                                       .accept = kManifestTypes,
                                       .most = limits::kManifestBytes},
                                      deadline));
  auto& response = reply.response;
  if (response.status == 404 && !is_name_unknown(response)) {
    return std::nullopt;
  }
  if (response.status != 200) {
    return std::unexpected(status_error(response, reply.url.host()));
  }
  if (is_the_subject(response, subject_)) {  // there is no such tag, then
    return std::nullopt;
  }
  auto index =
      ReferrerIndex::parse(std::move(response.body), content_type(response).value_or("unknown"));
  if (!index) {
    return fail(Reason::RegistryResponse,
                "what is under the referrers tag " + tag_ + " of " + reply.url.host() +
                    " is not understood, and is left as it is: " + index.error().detail);
  }
  for (const auto& [digest, text] : index->entries()) {
    seen_.try_emplace(digest, text);
  }
  return std::move(*index);
}

// What an earlier look had and this one has not: dropped by somebody who had not read it, or
// deleted. "Dead" entries of others are not ours to judge, and stay where they are.
Result<void> ReferrersTagKeeper::put_back(ReferrerIndex& index, Deadline deadline) {
  TRY_VOID(look_for_lost(index, deadline));
  for (const auto& [digest, seen] : seen_) {
    if (seen.there) {
      TRY_VOID(index.add({digest, seen.text}));
    }
  }
  return {};
}

Result<void> ReferrersTagKeeper::look_for_lost(const ReferrerIndex& index, Deadline deadline) {
  std::vector<Get> gets;
  std::vector<Seen*> lost;
  for (auto& [digest, seen] : seen_) {
    if (index.has(digest) || seen.there || gets.size() == limits::kSignaturesAtOnce) {
      continue;
    }
    TRY(auto url, repository_.below("manifests/" + digest.text(), Reason::Internal));
    gets.push_back({.url = std::move(url),
                    .kind = "manifest",
                    .accept = kManifestTypes,
                    .most = limits::kManifestBytes,
                    .redirects = Redirects::AnyOrigin});
    lost.push_back(&seen);
  }
  const auto replies = means_.session.send_all(gets, deadline);
  for (std::size_t number = 0; number < replies.size(); ++number) {
    lost[number]->there = replies[number] && replies[number]->response.status == 200;
  }
  return {};
}

Result<ReferrersTagKeeper::Attempt> ReferrersTagKeeper::write(const ReferrerIndex& index,
                                                              Deadline deadline) {
  TRY(auto url, repository_.below("manifests/" + tag_, Reason::Internal));
  const auto reply = means_.session.write({.method = net::Method::Put,
                                           .url = std::move(url),
                                           .kind = "referrersTag",
                                           .content_type = oci::media_type::kOciIndex,
                                           .body = index.text(),
                                           .wait = limits::kTagWriteWindow},
                                          deadline);
  // What was not answered may have been written: the next look says so.
  if (reply ? says_later(reply->response) : reply.error().reason == Reason::RegistryUnavailable) {
    return Attempt::InVain;
  }
  TRY_VOID(accept_stored(reply, as_bytes(index.text())));
  return Attempt::Listed;
}

Result<bool> ReferrersTagKeeper::stays(const oci::Digest& digest, Deadline deadline) {
  for (int look = 0; look < limits::kTagLooks; ++look) {
    TRY_VOID(pause(limits::kTagWriteWindow, deadline));
    TRY(const auto index, read(deadline));
    if (!index || !index->has(digest)) {
      return false;
    }
  }
  return true;
}

Result<void> ReferrersTagKeeper::back_off(int attempt, Deadline deadline) {
  auto most = limits::kRetryPause;
  for (int count = 1; count < attempt && most < limits::kTagBackOffMost; ++count) {
    most = std::min(2 * most, limits::kTagBackOffMost);
  }
  return pause(std::chrono::duration_cast<milliseconds>(means_.patience.chance() * most), deadline);
}

Result<void> ReferrersTagKeeper::pause(milliseconds wait, Deadline deadline) {
  if (deadline.remaining(means_.clock) <= wait) {
    return fail(Reason::DeadlineExceeded, "no time to see that the referrers tag keeps it");
  }
  if (!means_.patience.wait(wait)) {
    return fail(Reason::Overloaded, "no request is sent any more");
  }
  return {};
}

}  // namespace countersign::registry
