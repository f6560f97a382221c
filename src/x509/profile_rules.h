// SPDX-License-Identifier: Apache-2.0
// The rules of the profile about one certificate, each by itself: who stops at the first, and who
// wants all that is wrong, read the same.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "countersign/x509/certificate.h"
#include "countersign/x509/profile.h"

namespace countersign::x509 {

struct Judged {
  const Certificate& certificate;
  Purpose purpose;
  std::size_t cas_below;  // of a CA: in the chain, the leaf not counted
};

using Fault = std::optional<std::string>;  // what is wrong, after the certificate's name
using ProfileRule = Fault (*)(const Judged&);

// In the order in which they are told. A rule about something that is not there holds: that it must
// be there is a rule of its own.
std::span<const ProfileRule> leaf_rules();
std::span<const ProfileRule> ca_rules();

}  // namespace countersign::x509
