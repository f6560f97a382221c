// SPDX-License-Identifier: Apache-2.0
#include "serving/step_maker.h"

#include <algorithm>
#include <utility>

namespace countersign::serving {
namespace {

// Two of them that have one name would be taken for each other by who looks for an issuer by name.
std::string authority_name(Time now) {
  return "countersign authority " + std::to_string(now.time_since_epoch().count());
}

Result<Pair> make_authority(const Wishes& wishes, Time now) {
  TRY(auto pem, x509::issue_authority(authority_name(now), {now, wishes.lifetimes.authority}));
  return read_pair(std::move(pem));
}

// Names that the leaf has stay while it is young: of two replicas with different names, as there
// are during an update, neither takes the other's.
std::vector<std::string> names_of(const Holdings& held, const Wishes& wishes, Time now) {
  auto names = wishes.dns_names;
  if (!held.leaf || held.leaf->certificate.not_after() <= now) {
    return names;
  }
  const Span span{held.leaf->certificate.not_before(), held.leaf->certificate.not_after()};
  if (renewal_of(span, 0) <= now) {
    return names;
  }
  for (const auto& name : held.names) {
    if (std::ranges::find(names, name) == names.end() && names.size() < 2 * limits::kServingNames &&
        x509::is_dns_name(name)) {
      names.push_back(name);
    }
  }
  return names;
}

Result<Holdings> with_leaf(Holdings held, const Wishes& wishes, Time now) {
  held.names = names_of(held, wishes, now);
  TRY(auto pem, x509::issue_serving(held.names, {now, wishes.lifetimes.leaf}, held.authority->pem));
  TRY(held.leaf, read_pair(std::move(pem)));
  return held;
}

Result<Holdings> all_anew(Holdings held, const Wishes& wishes, Time now) {
  TRY(held.authority, make_authority(wishes, now));
  held.next.reset();
  held.published.reset();
  held.old.clear();
  held.old_until.reset();
  held.leaf.reset();
  return with_leaf(std::move(held), wishes, now);
}

Result<Holdings> with_next(Holdings held, const Wishes& wishes, Time now) {
  TRY(held.next, make_authority(wishes, now));
  held.published.reset();
  return held;
}

// The key of the old one is forgotten: it issues nothing more.
Result<Holdings> taking_next(Holdings held, const Wishes& wishes, Time now) {
  if (held.authority && now < held.authority->certificate.not_after()) {
    held.old = held.authority->pem.certificate + held.old;
    const auto until = held.leaf ? held.leaf->certificate.not_after() : now;
    held.old_until = std::max(held.old_until.value_or(until), until);
  }
  held.authority = std::exchange(held.next, std::nullopt);
  held.published.reset();
  return with_leaf(std::move(held), wishes, now);
}

}  // namespace

Result<Holdings> make(Step step, Holdings held, const Wishes& wishes, Time now) {
  switch (step) {
    case Step::MakeAll:
      return all_anew(std::move(held), wishes, now);
    case Step::RenewLeaf:
      return with_leaf(std::move(held), wishes, now);
    case Step::MakeNext:
      return with_next(std::move(held), wishes, now);
    case Step::NotePublished:
      held.published = now;
      return held;
    case Step::TakeNext:
      return taking_next(std::move(held), wishes, now);
    case Step::DropOld:
      held.old.clear();
      held.old_until.reset();
      return held;
    case Step::Wait:
      break;
  }
  return fail(Reason::Internal, "there is nothing to do");
}

}  // namespace countersign::serving
