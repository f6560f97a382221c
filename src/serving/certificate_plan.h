// SPDX-License-Identifier: Apache-2.0
// What to do next with a serving certificate that keeps itself. Pure: what is held and the time in,
// one step out.
//
// A new authority is in the bundles that callers trust, beside the one that serves, for
// limits::kBundleSettling before anything is served that it issued; the one before stays in them
// until nothing that it issued is valid. So no call fails, whichever replica and whichever API
// server is late.
#pragma once
#include <cstdint>
#include <optional>

#include "countersign/base/clock.h"

namespace countersign::serving {

struct Span {  // in which a certificate is valid
  Time from, until;
};

enum class NamesCovered : std::uint8_t { No, Yes };
enum class BundleFit : std::uint8_t { Unknown, Misfits, Fits };  // wherever it must be

struct PlanState {
  std::optional<Span> authority = {};  // that issued the leaf
  std::optional<Span> next = {};       // the authority to come
  std::optional<Time> published = {};  // since when the next one has been in all bundles
  std::optional<Time> old_until =
      {};  // when the last leaf of former authorities ends; nullopt: none
  std::optional<Span> leaf = {};
  NamesCovered names = NamesCovered::No;  // whether the leaf is for all names that are configured
};

enum class Step : std::uint8_t {
  Wait,
  MakeAll,  // authority and leaf, and forget what was
  RenewLeaf,
  MakeNext,
  NotePublished,
  TakeNext,  // makes a leaf of it, and the authority an old one
  DropOld,
};

// `chance`, 0 to 1, is the caller's own for all its life: it moves the renewal within a share of
// the lifetime (limits::kRenewalJitterShare).
Step next_step(const PlanState&, BundleFit, Time now, double chance);

// When a certificate is to be renewed: with a third of its lifetime left, or a little less.
Time renewal_of(const Span&, double chance);

}  // namespace countersign::serving
