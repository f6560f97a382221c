// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "countersign/base/limits.h"
#include "countersign/base/log.h"
#include "countersign/kube/admission_review.h"

#include "kube/text.h"

namespace countersign::kube {
namespace {

// Room for one part of a line. Together with the summary the first line stays below 900 bytes:
// events of a ReplicaSet cut messages at 1024.
constexpr std::size_t kFieldBytes = 72;      // the longest path of a CronJob's template has 66
constexpr std::size_t kContainerBytes = 63;  // a DNS label
constexpr std::size_t kImageBytes = 240;
constexpr std::size_t kDigestBytes = 135;  // sha512
constexpr std::size_t kDetailBytes = 152;
constexpr std::size_t kPolicyBytes = 63;
constexpr std::size_t kIdBytes = 64;
constexpr std::size_t kMoreBytes = 32;  // "- and 999 more"

std::string code_suffix(const std::vector<DeniedImage>& denied);
std::string id_suffix(std::string_view id);
std::string image_line(const DeniedImage& image);
std::string next_step(Reason reason);

}  // namespace

std::string denial_message(const std::vector<DeniedImage>& denied, std::size_t images,
                           std::string_view id) {
  // `kubectl get events` shows the first line only: it has the code of the first image.
  auto message = std::to_string(denied.size()) + " of " + std::to_string(images) +
                 " images rejected" + code_suffix(denied) + id_suffix(id) + ":";
  std::set<std::string> steps;
  for (std::size_t index = 0; index < denied.size(); ++index) {
    auto entry = "\n- " + image_line(denied[index]);
    auto step = next_step(denied[index].reason);
    if (!steps.contains(step)) {
      entry += "\n  Next: " + step;
    }
    const bool last = index + 1 == denied.size();
    const auto room = limits::kDenialBytes - (last ? 0 : kMoreBytes);
    if (index > 0 && message.size() + entry.size() > room) {
      return message + "\n- and " + std::to_string(denied.size() - index) + " more";
    }
    message += entry;
    steps.insert(std::move(step));
  }
  return message;
}

std::string denial_message(const Error& error, std::string_view id) {
  return "review rejected" + id_suffix(id) + ":\n- " + std::string(wire_name(error.reason)) + ": " +
         log::clean(error.detail.empty() ? meaning(error.reason) : error.detail, kDetailBytes) +
         "\n  Next: " + next_step(error.reason);
}

std::string warning_text(const DeniedImage& image) {
  const auto start = "countersign: would deny: " + std::string(wire_name(image.reason)) + " " +
                     log::clean(image.field, kFieldBytes) + " ";
  const auto room = limits::kWarningCharacters - std::min(limits::kWarningCharacters, start.size());
  return start + cut_middle(log::clean(image.image, image.image.size()), room, Unit::Characters);
}

namespace {

std::string code_suffix(const std::vector<DeniedImage>& denied) {
  return denied.empty() ? "" : ", " + std::string(wire_name(denied.front().reason));
}

std::string id_suffix(std::string_view id) {
  return id.empty() ? "" : " [id " + log::clean(id, kIdBytes) + "]";
}

// Names of Kubernetes have neither; whoever writes others may not forge the end of the quotation.
std::string quoted(std::string_view text, std::size_t most) {
  auto cleaned = log::clean(text, most);
  std::ranges::replace(cleaned, '"', '\'');
  return "\"" + cleaned + "\"";
}

std::string image_with_digest(const DeniedImage& image) {
  auto text = cut_middle(log::clean(image.image, image.image.size()), kImageBytes, Unit::Bytes);
  if (!image.digest.empty() && image.image.find('@') == std::string::npos) {
    text.append("@").append(log::clean(image.digest, kDigestBytes));
  }
  return text;
}

std::string image_line(const DeniedImage& image) {
  auto line =
      std::string(wire_name(image.reason)) + " " + log::clean(image.field, kFieldBytes) + " ";
  if (!image.container.empty()) {
    line += quoted(image.container, kContainerBytes) + " ";
  }
  line += image_with_digest(image) + ": " +
          log::clean(image.detail.empty() ? meaning(image.reason) : image.detail, kDetailBytes);
  if (!image.policy.empty()) {
    line += " [policy " + quoted(image.policy, kPolicyBytes) + "]";
  }
  return line;
}

std::string_view step_of(Blame blame) {
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

std::string next_step(Reason reason) {
  static constexpr std::array kSteps{
      std::pair{Reason::TagNotAllowed, "name the image by digest"},
      std::pair{Reason::LocalImageId, "name the image by registry, repository and digest or tag"},
      std::pair{Reason::ImageNotFound, "push the image, or correct its name"},
      std::pair{Reason::SignatureNotFound,
                "sign this digest, for example with `notation sign REPOSITORY@DIGEST`"},
      std::pair{Reason::RegistryNotAllowed, "the cluster's operator has to list this registry"},
      std::pair{Reason::NoPolicy, "the cluster's operator has to add a rule for this repository"},
      std::pair{Reason::Overloaded, "try again"},
  };
  for (const auto& [special, step] : kSteps) {
    if (special == reason) {
      return step;
    }
  }
  return std::string(step_of(blame(reason)));
}

}  // namespace
}  // namespace countersign::kube
