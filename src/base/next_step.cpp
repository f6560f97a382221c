// SPDX-License-Identifier: Apache-2.0
#include "countersign/base/next_step.h"

#include <array>
#include <utility>

namespace countersign {
namespace {

std::string_view step_of(Blame blame) noexcept {
  switch (blame) {
    case Blame::Author:
      return "correct the pod";
    case Blame::Publisher:
      return "the image's publisher has to sign it anew with a certificate that the policy trusts";
    case Blame::Remote:
      return "try again; if it lasts, the service named above has to be mended";
    case Blame::Operator:
      return "the cluster's operator has to change the configuration of Countersign";
    case Blame::Us:
      return "report this with the id above";
  }
  return "report this with the id above";
}

}  // namespace

std::string_view next_step(Reason reason) noexcept {
  static constexpr std::array<std::pair<Reason, std::string_view>, 7> kSteps{{
      {Reason::TagNotAllowed, "name the image by digest"},
      {Reason::LocalImageId, "name the image by registry, repository and digest or tag"},
      {Reason::ImageNotFound, "push the image, or correct its name"},
      {Reason::SignatureNotFound,
       "sign this digest, for example with `notation sign REPOSITORY@DIGEST`"},
      {Reason::RegistryNotAllowed, "the cluster's operator has to list this registry"},
      {Reason::NoPolicy, "the cluster's operator has to add a rule for this repository"},
      {Reason::Overloaded, "try again"},
  }};
  for (const auto& [special, step] : kSteps) {
    if (special == reason) {
      return step;
    }
  }
  return step_of(blame(reason));
}

}  // namespace countersign
